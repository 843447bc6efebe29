"""The sixty agents: five teams, of whom some are new and some have left."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from storage.demo.people import AGENT, NEW_AGENT, email_of

STAFF = {
    "Billing": (
        AGENT.name, "Ruben Achterberg", "Selma Nyberg", "Piotr Zielony", "Amara Dike",
        "Jonas Hartwell", "Lucia Montero", "Bram Verhoef", "Yuki Tanemura", "Colm Faraday",
        NEW_AGENT.name, "Esra Demirel", "Felix Grauer", "Noor Haddani",
    ),
    "Delivery": (
        "Anneke Roos", "Mateus Prado", "Freya Lindholm", "Samir Bousaid", "Greta Holzmann",
        "Ivo Kadlec", "Chiara Bellandi", "Dara Quigley", "Malik Osei", "Sanne Kuiper",
        "Oskar Nyqvist", "Renata Vasko", "Tim Ashdown", "Leila Moradi", "Paulo Serrano",
        "Hedda Strom",
    ),
    "Technical": (
        "Viktor Sorensen", "Aisha Kamara", "Lukas Breuer", "Nina Petrova", "Emeka Obasi",
        "Joanna Wilk", "Rafael Duarte", "Signe Holt", "Arjun Mehra", "Klara Stein",
        "Mikko Laine", "Tessa Vandermeer", "Omar Benali", "Zofia Krol",
    ),
    "Accounts": (
        "Helen Marsh", "Diego Rivas", "Birgit Sandvik", "Kwame Asante", "Elodie Garnier",
        "Stefan Kurz", "Maja Horvat", "Liam Cotter", "Priya Anand", "Wim Claes", "Alba Soler",
        "Jana Novotna",
    ),
    "Enterprise": ("Catherine Moor", "Henrik Dahl", "Isabel Quintana", "Robert Askew"),
}  # fmt: skip
TENURES_DAYS = (1630, 1180, 902, 751, 2140, 480, 1310, 655, 397, 1020, 303, 860, 560, 1475)
HIRED_DAYS_AGO = {
    NEW_AGENT.name: 24,
    "Esra Demirel": 38,
    "Felix Grauer": 52,
    "Leila Moradi": 19,
    "Paulo Serrano": 33,
    "Hedda Strom": 61,
    "Omar Benali": 45,
    "Zofia Krol": 30,
    "Alba Soler": 26,
    "Jana Novotna": 57,
    "Yuki Tanemura": 103,
    "Sanne Kuiper": 124,
    "Malik Osei": 149,
    "Elodie Garnier": 131,
    "Arjun Mehra": 118,
    "Klara Stein": 172,
    "Bram Verhoef": 205,
    "Dara Quigley": 238,
    "Liam Cotter": 266,
}
"""Of those hired of late; each quarter brought some, so at all times somebody was new."""
LEFT_DAYS_AGO = {
    "Colm Faraday": 74,
    "Tim Ashdown": 96,
    "Renata Vasko": 41,
    "Tessa Vandermeer": 71,
    "Wim Claes": 63,
}


def agent_rows(today: date) -> Iterator[dict[str, object]]:
    """Rows of the agents fact, as of a day."""
    names = [(team, name) for team, members in STAFF.items() for name in members]
    for number, (team, name) in enumerate(names):
        left_days_ago = LEFT_DAYS_AGO.get(name)
        yield {
            "source": "hr",
            "agent_id": f"A{number + 1:03}",
            "name": name,
            "email": email_of(name),
            "team": team,
            "hired_on": today - timedelta(days=_days_since_hired(number, name)),
            "left_on": None if left_days_ago is None else today - timedelta(days=left_days_ago),
        }


def _days_since_hired(number: int, name: str) -> int:
    longer = TENURES_DAYS[number % len(TENURES_DAYS)] + 3 * number
    return HIRED_DAYS_AGO.get(name, longer)

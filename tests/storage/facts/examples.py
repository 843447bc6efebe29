"""A sound row of each fact with every column, what the store makes of it, and rows that are not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.storage.facts.conftest import stored


@dataclass(frozen=True)
class Example:
    """A fact's file, as somebody would write it with the columns of the documentation.

    ``changed`` is ``sound`` with another value in a column that is not of the key, ``other`` has
    another key. ``key`` names the columns and the values of the key of ``sound``. ``unfit`` are
    rows with what the rejects file says of them after the line.
    """

    fact: str
    header: str
    sound: str
    kept: tuple[Any, ...]
    changed: str
    other: str
    key: str
    until: str | None
    unfit: tuple[tuple[str, str], ...]

    def file(self, *rows: str) -> str:
        return "\n".join((self.header, *rows)) + "\n"


CONTACTS = Example(
    fact="contacts",
    header="contact_id,channel,opened_at,resolved_at,talk_seconds",
    sound="c1,Phone,2026-03-01T10:00:00Z,,60",
    kept=(
        *("carekpi", "c1", "phone", stored(2026, 3, 1, 10), "inbound", None, None, None, None),
        *(None, None, None, None, None, None, None, 60.0, None, None, 60.0, False),
        *(None, None, None, None, None),
    ),
    changed="c1,chat,2026-03-01T10:00:00Z,,60",
    other="c2,chat,2026-03-01T09:00:00Z,,60",
    key="contact_id: c1",
    until="2026-03-01T10:00:00+00:00",
    unfit=(
        ("c9,fax,2026-03-01,,", "channel,fax,unknown channel"),
        ("c9,chat,2026-03-02,2026-03-01,", "resolved_at,2026-03-01,before opened_at"),
        ("c9,chat,2026-03-01,,-1", "talk_seconds,-1,negative duration"),
    ),
)

AGENTS = Example(
    fact="agents",
    header="agent_id,name,email,slack_user_id,team,hired_on,left_on",
    sound="a1,Ada,ada@example.com,U01,Billing,2026-01-05,2026-02-28",
    kept=(
        *("carekpi", "a1", "Ada", "ada@example.com", "U01", "Billing"),
        *(date(2026, 1, 5), date(2026, 2, 28)),
    ),
    changed="a1,Ada,ada@example.com,U01,Delivery,2026-01-05,",
    other="a2,Ben,,,,,",
    key="agent_id: a1",
    until=None,
    unfit=(
        (",Ben,,,,,", "agent_id,,no value"),
        ("a9,Ben,,,,2026-01-05,2025-12-31", "left_on,2025-12-31,before hired_on"),
        ("a9,Ben,,,,soon,", "hired_on,soon,unreadable day"),
    ),
)

AGENT_DAYS = Example(
    fact="agent_days",
    header="agent_id,day,team,scheduled_seconds,adherent_seconds,staffed_seconds,handling_seconds",
    sound="a1,2026-03-02,Billing,2:30:00,7800,7200,5400.5",
    kept=("carekpi", "a1", date(2026, 3, 2), "Billing", 9000.0, 7800.0, 7200.0, 5400.5),
    changed="a1,2026-03-02,Billing,9000,9000,7200,5400",
    other="a1,2026-03-01,Billing,9000,9000,7200,5400",
    key="agent_id, day: a1, 2026-03-02",
    until="2026-03-03T00:00:00+00:00",
    unfit=(
        ("a9,,Billing,1,1,1,1", "day,,no value"),
        (",2026-03-02,Billing,1,1,1,1", "agent_id,,no value"),
        ("a9,2026-02-30,Billing,1,1,1,1", "day,2026-02-30,unreadable day"),
        ("a9,2026-03-02,Billing,-1,1,1,1", "scheduled_seconds,-1,negative duration"),
        ("a9,2026-03-02,Billing,1,1,1,much", "handling_seconds,much,unreadable number"),
    ),
)

SURVEYS = Example(
    fact="surveys",
    header="survey_id,kind,purpose,contact_id,customer_id,respondent_id,channel,issue_type,team,"
    "agent_id,sent_at,answered_at,score,comment",
    sound="s1,CSAT,Contact,c1,k1,r1,Email,invoice,Billing,a1,2026-03-01T10:00:00Z,"
    "2026-03-02T08:00:00Z,4,Thanks",
    kept=(
        *("carekpi", "s1", "csat", "contact", "c1", "k1", "r1", "email", "invoice", "Billing"),
        *("a1", stored(2026, 3, 1, 10), stored(2026, 3, 2, 8), 4.0, "Thanks"),
    ),
    changed="s1,csat,contact,c1,k1,r1,email,invoice,Billing,a1,2026-03-01T10:00:00Z,"
    "2026-03-02T08:00:00Z,5,",
    other="s2,nps,relationship,,k1,,,,,,2026-02-01,,,",
    key="survey_id: s1",
    until="2026-03-02T08:00:00+00:00",
    unfit=(
        ("s9,ask,,,,,,,,,2026-03-01,,,", "kind,ask,unknown kind"),
        ("s9,,,,,,,,,,2026-03-01,,,", "kind,,no value"),
        ("s9,nps,both,,,,,,,,2026-03-01,,,", "purpose,both,unknown purpose"),
        ("s9,nps,,,,,fax,,,,2026-03-01,,,", "channel,fax,unknown channel"),
        ("s9,nps,,,,,,,,,,,,", "sent_at,,no value"),
        (
            "s9,nps,,,,,,,,,2026-03-02,2026-03-01,9,",
            "answered_at,2026-03-01,before sent_at",
        ),
        (
            "s9,csat,,,,,,,,,2026-03-01,2026-03-01,6,",
            'score,6,"outside 1 to 5, the range of csat"',
        ),
        ("s9,nps,,,,,,,,,2026-03-01,2026-03-01,fine,", "score,fine,unreadable number"),
    ),
)

FOLLOW_UPS = Example(
    fact="follow_ups",
    header="follow_up_id,kind,purpose,customer_id,channel,issue_type,team,agent_id,opened_at,"
    "closed_at,outcome,score,score_after",
    sound="f1,NPS,Contact,k1,Email,invoice,Billing,a1,2026-03-01T10:00:00Z,"
    "2026-03-02T08:00:00Z,solved,3,9",
    kept=(
        *("carekpi", "f1", "nps", "contact", "k1", "email", "invoice", "Billing", "a1"),
        *(stored(2026, 3, 1, 10), stored(2026, 3, 2, 8), "solved", 3.0, 9.0),
    ),
    changed="f1,nps,contact,k1,email,invoice,Billing,a1,2026-03-01T10:00:00Z,"
    "2026-03-02T08:00:00Z,solved,3,",
    other="f2,csat,,,,,,,2026-02-01,,,1,",
    key="follow_up_id: f1",
    until="2026-03-02T08:00:00+00:00",
    unfit=(
        ("f9,,,,,,,,2026-03-01,,,1,", "kind,,no value"),
        ("f9,nps,,,,,,,,,,1,", "opened_at,,no value"),
        ("f9,nps,,,,,,,2026-03-02,2026-03-01,,1,", "closed_at,2026-03-01,before opened_at"),
        ("f9,csat,,,,,,,2026-03-01,,,0,", 'score,0,"outside 1 to 5, the range of csat"'),
        ("f9,ces,,,,,,,2026-03-01,,,1,8", 'score_after,8,"outside 1 to 7, the range of ces"'),
    ),
)

QA_REVIEWS = Example(
    fact="qa_reviews",
    header="review_id,contact_id,agent_id,team,channel,reviewer,reviewed_at,score,auto_failed,"
    "purpose,scorecard,scorecard_version,first_score,sent_at,read_at,appealed,upheld",
    sound="q1,c1,a1,Billing,Phone,rita,2026-03-01T10:00:00Z,87.5,no,Live,calls,3,"
    "80,2026-03-01T11:00:00Z,2026-03-02T09:00:00Z,yes,yes",
    kept=(
        *("carekpi", "q1", "c1", "a1", "Billing", "phone", "rita", stored(2026, 3, 1, 10)),
        *(87.5, False, "live", "calls", "3"),
        *(80.0, stored(2026, 3, 1, 11), stored(2026, 3, 2, 9), True, True),
    ),
    changed="q1,c1,a1,Billing,phone,rita,2026-03-01T10:00:00Z,,,calibration,calls,3,,,,,",
    other="q2,,a1,,,,2026-02-01,,,,,,,,,,",
    key="review_id: q1",
    until="2026-03-02T09:00:00+00:00",
    unfit=(
        ("q9,c1,,,,,2026-03-01,80,,,,,,,,,", "agent_id,,no value"),
        ("q9,c1,a1,,,,,80,,,,,,,,,", "reviewed_at,,no value"),
        ("q9,c1,a1,,,,2026-03-01,100.5,,,,,,,,,", "score,100.5,outside 0 to 100"),
        ("q9,c1,a1,,,,2026-03-01,-1,,,,,,,,,", "score,-1,outside 0 to 100"),
        ("q9,c1,a1,,,,2026-03-01,80,,trial,,,,,,,", "purpose,trial,unknown purpose"),
        ("q9,c1,a1,,fax,,2026-03-01,80,,,,,,,,,", "channel,fax,unknown channel"),
        ("q9,c1,a1,,,,2026-03-01,80,perhaps,,,,,,,,", "auto_failed,perhaps,unreadable yes or no"),
        ("q9,c1,a1,,,,2026-03-01,80,,,,,101,,,,", "first_score,101,outside 0 to 100"),
    ),
)

QA_ANSWERS = Example(
    fact="qa_answers",
    header="review_id,criterion,points,out_of,weight,critical,not_applicable",
    sound='q1,"Greeting, tone",4,5,2,yes,no',
    kept=("carekpi", "q1", "Greeting, tone", 4.0, 5.0, 2.0, True, False),
    changed='q1,"Greeting, tone",5,5,2,yes,no',
    other="q1,Next step,,5,1,no,yes",
    key="review_id, criterion: q1, Greeting, tone",
    until=None,
    unfit=(
        ("q9,,4,5,2,,", "criterion,,no value"),
        (",Tone,4,5,2,,", "review_id,,no value"),
        ("q9,Tone,-4,5,2,,", "points,-4,negative number"),
        ("q9,Tone,4,-5,2,,", "out_of,-5,negative number"),
        ("q9,Tone,4,5,-2,,", "weight,-2,negative number"),
        ("q9,Tone,n/a,5,2,,", "points,n/a,unreadable number"),
    ),
)

HELP_SESSIONS = Example(
    fact="help_sessions",
    header="session_id,started_at,visitor_id,customer_id,article_views,topic,helpful,"
    "contacted_after",
    sound="h1,2026-03-01T10:00:00Z,v1,k1,3,invoice,yes,no",
    kept=("carekpi", "h1", stored(2026, 3, 1, 10), "v1", "k1", 3, "invoice", True, False),
    changed="h1,2026-03-01T10:00:00Z,v1,k1,4,invoice,no,yes",
    other="h2,2026-02-28,,,,,,",
    key="session_id: h1",
    until="2026-03-01T10:00:00+00:00",
    unfit=(
        ("h9,,v1,,1,,,", "started_at,,no value"),
        ("h9,2026-03-01,v1,,-1,,,", "article_views,-1,negative number"),
        ("h9,2026-03-01,v1,,1.5,,,", "article_views,1.5,unreadable whole number"),
        ("h9,2026-03-01,v1,,1,,so so,", "helpful,so so,unreadable yes or no"),
    ),
)

CUSTOMERS = Example(
    fact="customers",
    header="customer_id,started_on,ended_on,name,segment,organisation_id,owner_agent_id,language,"
    "timezone,slack_user_id,slack_team_id,slack_channel_id",
    sound="k1,2026-01-01,2026-03-31,Acme,Retail,o1,a1,de,Europe/Berlin,U1,T1,C1",
    kept=(
        *("carekpi", "k1", date(2026, 1, 1), date(2026, 3, 31), "Acme", "Retail", "o1", "a1"),
        *("de", "Europe/Berlin", "U1", "T1", "C1"),
    ),
    changed="k1,2026-01-01,,Acme,Retail,o1,a1,de,Europe/Berlin,U1,T1,C1",
    other="k1,2026-02-01,,Acme,,,,,,,,",
    key="customer_id, started_on: k1, 2026-01-01",
    until=None,
    unfit=(
        ("k9,,,,,,,,,,,", "started_on,,no value"),
        (",2026-01-01,,,,,,,,,,", "customer_id,,no value"),
        ("k9,2026-01-01,2025-12-31,,,,,,,,,", "ended_on,2025-12-31,before started_on"),
        ("k9,2026-01-01,never,,,,,,,,,", "ended_on,never,unreadable day"),
    ),
)

COSTS = Example(
    fact="costs",
    header="cost_id,day,team,channel,amount,currency",
    sound="x1,2026-03-01,Billing,Phone,1200.50,eur",
    kept=("carekpi", "x1", date(2026, 3, 1), "Billing", "phone", 1200.5, "EUR"),
    changed="x1,2026-03-01,Billing,phone,-80,EUR",
    other="x2,2026-02-01,,,10,USD",
    key="cost_id: x1",
    until="2026-03-02T00:00:00+00:00",
    unfit=(
        ("x9,,,,1,EUR", "day,,no value"),
        ("x9,2026-03-01,,,,EUR", "amount,,no value"),
        ("x9,2026-03-01,,,1,", "currency,,no value"),
        ("x9,2026-03-01,,,1 EUR,EUR", "amount,1 EUR,unreadable number"),
        ("x9,2026-03-01,,,1,€", "currency,€,no code of 3 letters"),
        ("x9,2026-03-01,,,1,EURO", "currency,EURO,no code of 3 letters"),
        ("x9,2026-03-01,,fax,1,EUR", "channel,fax,unknown channel"),
    ),
)

EXAMPLES = (
    CONTACTS,
    AGENTS,
    AGENT_DAYS,
    SURVEYS,
    FOLLOW_UPS,
    QA_REVIEWS,
    QA_ANSWERS,
    HELP_SESSIONS,
    CUSTOMERS,
    COSTS,
)

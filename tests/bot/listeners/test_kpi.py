from __future__ import annotations

from tests.bot.listeners.conftest import Office


def test_try(office: Office) -> None:
    for text in (
        "fcr weekly",
        "frt weekly by hour",
        "backlog",
        "fcrr",
        "help",
        "list",
        "define fcr",
        "aht monthly channel:phone by team",
        "volume 2025-W03",
        "volume by weekday",
        "fcr weekly by agent",
    ):
        m = office.ask(office.executive, text)
        print("=====", text)
        print(m.read())
        print("--")
        print(m.text)
    assert 0

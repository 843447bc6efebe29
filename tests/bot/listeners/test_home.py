from __future__ import annotations

from bot.playground import Person
from tests.bot.listeners.conftest import Office


def home_of(office: Office, person: Person) -> str:
    """What stands on somebody's Home once it is opened and worked out."""
    assert office.workspace.open_home(person).is_acknowledged

    def worked_out() -> str:
        view = office.workspace.home(person)
        text = view.read() if view else ""
        return "" if "being worked out" in text else text

    return office.workspace.wait_for(worked_out)


def test_show(office: Office) -> None:
    for who in (office.executive, office.lead, office.agent, office.admin, office.newcomer, office.guest, office.stranger):
        print("=======", who.name)
        print(home_of(office, who))

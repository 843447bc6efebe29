"""The set of digests to start with."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from storage.digests.starter import make_all, starter_set
from storage.operations import digests
from storage.operations.audit import By
from tests.storage.digests.orders import BERLIN, MONDAY
from tests.storage.operations.template import make_operations

ADA = By("U0ADA", MONDAY)


def test_each_audience_is_told_directly_and_by_itself(tmp_path: Path) -> None:
    with Session(make_operations(tmp_path)) as session:
        make_all(session, starter_set(BERLIN), ADA)
        made = {
            each.order.name: (each.order.audience.value, each.order.channel_id)
            for each in digests.standing(session)
        }
    assert made == {
        "Care this month": ("executive", ""),
        "Team this week": ("team", ""),
        "Your day": ("agents", ""),
    }


def test_what_has_the_name_already_is_left_alone(tmp_path: Path) -> None:
    month, *others = starter_set(BERLIN)
    with Session(make_operations(tmp_path)) as session:
        first = digests.make(session, month, By("U0EVA", MONDAY))
        made = make_all(session, [month, *others], ADA)
        assert len(made) == 2
        assert digests.find(session, first).owner == "U0EVA"

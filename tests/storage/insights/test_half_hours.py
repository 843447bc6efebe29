"""What staffing is worked out from is laid out so that a bot that runs for weeks stays small."""

from __future__ import annotations

import pandas as pd

from storage.insights.half_hours import read_presence, read_slots
from tests.storage.insights.conftest import PHONE, Facts, scope

TWO_WEEKS = ("2026-11-02", "2026-11-15")


def test_frames_hold_no_texts_and_people_are_counted_beside_them(store: Facts) -> None:
    for agent in ("a1", "a2"):
        store.contact("2026-11-02 10:00:00", agent=agent)
        store.contact("2026-11-03 10:00:00", agent=agent)
    asked = scope(*TWO_WEEKS, PHONE, withhold=True)
    presence, people = read_presence(store.connection, asked)
    assert (len(presence), people) == (4, 2)
    for frame in (presence, read_slots(store.connection, asked)):
        assert [
            name for name, kind in frame.dtypes.items() if isinstance(kind, pd.StringDtype)
        ] == []

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.blocks.digest_runs import (
    KnownRun,
    Viewer,
    is_under_way,
    lacks_some,
    run_line,
)
from bot.blocks.message import with_text
from bot.blocks.rich import line, line_text
from bot.blocks.targets import Reader
from bot.playground.blockkit.reading import read_blocks
from bot.playground.blockkit.surfaces import check_message_blocks
from storage.operations.digest_models import OccurrenceState
from storage.operations.occurrences import Run
from storage.operations.outbox import Receipt
from storage.operations.outbox_models import DeliveryState

MONDAY = datetime(2026, 6, 22, 7, tzinfo=UTC)
EVA = Viewer("U0EVA", Reader(MONDAY, "Europe/Berlin"), "https://care.slack.com/")
TO_CARE = Receipt(
    "1", "digest", "C0CARE", "digest:1:1", 1, DeliveryState.SENT, None, "C0CARE", "17.000100",
    MONDAY, MONDAY,
)  # fmt: skip


def run(
    state: OccurrenceState = OccurrenceState.PLANNED,
    deliveries: Mapping[DeliveryState, int] | None = None,
    *,
    reason: str = "",
    is_late: bool = False,
    asked_by: str | None = None,
) -> Run:
    counts = deliveries or {}
    return Run(1, 1, "2026-06-22T09:00", MONDAY, is_late, asked_by, state, reason, counts)


def read(known: Run, *receipts: Receipt) -> str:
    told = run_line(KnownRun(known, receipts), EVA)
    shown = with_text(line_text(told), [line(*told)])
    assert check_message_blocks(list(shown.blocks)) == []
    return read_blocks(list(shown.blocks))


SENT = run(deliveries={DeliveryState.SENT: 1})


@pytest.mark.parametrize(
    ("known", "receipts", "told"),
    [
        (run(OccurrenceState.DUE), (), "being prepared"),
        (
            run(OccurrenceState.DUE, reason="Its figures could not be computed."),
            (),
            "waiting: Its figures could not be computed.",
        ),
        (
            run(OccurrenceState.SKIPPED, reason="Nothing new since the last one."),
            (),
            "skipped: Nothing new since the last one.",
        ),
        (run(OccurrenceState.MISSED), (), "missed: CareKPI was not running"),
        (run(OccurrenceState.FAILED, reason="Nobody is there."), (), "failed: Nobody is there."),
        (run(OccurrenceState.STOPPED), (), "stopped before it was sent"),
        (SENT, (TO_CARE,), "sent to #C0CARE (open it)"),
        (replace(SENT, is_late=True), (TO_CARE,), "late, sent to #C0CARE (open it)"),
        (
            run(deliveries={DeliveryState.SENT: 4980, DeliveryState.FAILED: 8}),
            (),
            "4,980 sent and 8 failed",
        ),
        (
            run(
                OccurrenceState.STOPPED,
                {DeliveryState.SENT: 10, DeliveryState.PENDING: 2, DeliveryState.STOPPED: 88},
            ),
            (),
            "2 waiting, 10 sent and 88 stopped",
        ),
        (
            run(deliveries={DeliveryState.SENT: 1, DeliveryState.FAILED: 1}),
            (
                replace(TO_CARE, recipient="U0LEO"),
                replace(
                    TO_CARE,
                    recipient="U0EVA",
                    state=DeliveryState.FAILED,
                    reason="Slack is out of order.",
                ),
            ),
            "sent to @U0LEO; failed to you: Slack is out of order.",
        ),
        (
            run(deliveries={DeliveryState.SENT: 4999, DeliveryState.FAILED: 1}),
            (replace(TO_CARE, recipient="U0LEO", state=DeliveryState.FAILED, reason="Has left."),),
            "4,999 sent and 1 failed; failed to @U0LEO: Has left.",
        ),
        (
            run(deliveries={DeliveryState.PENDING: 1}),
            (replace(TO_CARE, state=DeliveryState.PENDING, reason="Slack asked for a pause."),),
            "on its way to #C0CARE (Slack asked for a pause.)",
        ),
        (
            run(deliveries={DeliveryState.MISSED: 1}),
            (replace(TO_CARE, state=DeliveryState.MISSED, reason="It could not be sent in time."),),
            "missed to #C0CARE: It could not be sent in time.",
        ),
    ],
)
def test_what_became_of_a_run(known: Run, receipts: tuple[Receipt, ...], told: str) -> None:
    assert read(known, *receipts) == f"today 09:00: {told}"


def test_who_ran_it_by_hand_is_mentioned() -> None:
    by_hand = replace(SENT, asked_by="U0LEO")
    assert read(by_hand, TO_CARE) == "today 09:00 by @U0LEO: sent to #C0CARE (open it)"
    assert line_text(run_line(KnownRun(by_hand, (TO_CARE,)), EVA)) == (
        "today 09:00 by <@U0LEO>: sent to <#C0CARE> (open it)"
    )


def test_own_direct_message_can_be_opened_and_nobody_elses() -> None:
    own = replace(TO_CARE, recipient="U0EVA", channel_id="D01")
    assert read(SENT, own) == "today 09:00: sent to you (open it)"
    assert read(SENT, replace(own, recipient="U0LEO")) == "today 09:00: sent to @U0LEO"


@pytest.mark.parametrize(
    ("known", "under_way", "lacking"),
    [
        (run(OccurrenceState.DUE), True, False),
        (SENT, False, False),
        (run(deliveries={DeliveryState.SENT: 9, DeliveryState.CLAIMED: 1}), True, False),
        (run(deliveries={DeliveryState.SENT: 9, DeliveryState.FAILED: 1}), False, True),
        (run(OccurrenceState.MISSED), False, False),
    ],
)
def test_what_a_run_can_be_helped_with(known: Run, under_way: bool, lacking: bool) -> None:
    assert (is_under_way(known), lacks_some(known)) == (under_way, lacking)

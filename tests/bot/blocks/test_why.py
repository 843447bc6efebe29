"""Why a figure moved, as it is said and shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.blocks.export import why_json
from bot.blocks.terminal import why_text
from bot.blocks.why import why_message, why_sentences, why_title
from bot.playground.blockkit.surfaces import check_message_blocks
from storage.metrics.answer import ALL_CHANNELS, Change, Filter, Previous, Question, Row
from storage.metrics.definition import Segment
from storage.metrics.explanation import Dimension, Explanation, Figure, Part
from storage.periods import Grain, PeriodChoice
from tests.bot.blocks.answers import HOSTILE, answered, metric
from tests.bot.blocks.test_answer import buttons

MIXED = Filter(Segment.CHANNEL, (ALL_CHANNELS,))
QUESTION = Question(metric("FCR"), PeriodChoice(Grain.WEEK))


def part(
    *segment: tuple[Segment, str | None],
    before: tuple[float | None, int] = (0.78, 400),
    after: tuple[float | None, int] = (0.51, 420),
    rate: float = 0.0,
    mix: float = 0.0,
    shares: tuple[float, float] = (0.2, 0.2),
) -> Part:
    return Part(segment, Figure(*before), Figure(*after), rate, mix, shares)


CHAT = part((Segment.CHANNEL, "chat"), rate=-0.030, mix=-0.001)
PHONE = part((Segment.CHANNEL, "phone"), before=(0.74, 900), after=(0.737, 910), rate=-0.003)
BILLING_ON_CHAT = part((Segment.CHANNEL, "chat"), (Segment.ISSUE_TYPE, "billing"), rate=-0.031)


def explained(
    *told: Part,
    change: Change | None = Change.DOWN,
    usual: tuple[float, float] | None = (0.72, 0.77),
    paradox: Segment | None = None,
    parts: tuple[Part, ...] = (CHAT, PHONE),
) -> Explanation:
    row = Row((), 0.709, 1330, None, Previous(0.743, 1300), change, usual)
    total = answered("FCR", row, filters=(MIXED,))
    return Explanation(
        total,
        Figure(0.743, 1300),
        Figure(0.709, 1330),
        (Dimension(Segment.CHANNEL, parts),),
        told,
        paradox,
    )


def test_part_that_explains_most_is_said_in_a_sentence() -> None:
    assert why_sentences(explained(BILLING_ON_CHAT)) == [
        (
            "All channels together, first contact resolution fell to 70.9 % from 74.3 %,"
            " below its usual range (72 to 77 %)."
        ),
        "By channel: chat −3.1 points, phone −0.3 points.",  # noqa: RUF001 - as it is shown
        "Billing on chat fell from 78.0 % to 51.0 %; that is 3.1 of the 3.4 points.",
    ]


def test_change_within_the_usual_is_said_first() -> None:
    first = why_sentences(explained(change=Change.FLAT))[0]
    assert first == (
        "This is no more than usual variation: all channels together, first contact resolution"
        " stood at 70.9 % (74.3 % before), within its usual range."
    )


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (
            part((Segment.TEAM, "A"), before=(0.9, 12), after=(0.6, 20), rate=-0.01),
            "Team A fell from 90 % to 60 % (few contacts, n = 12); that is 1.0 of the 3.4 points.",
        ),
        (
            part((Segment.CHANNEL, "email"), mix=-0.02, rate=-0.001, shares=(0.2, 0.4)),
            (
                "E-mail grew from 20.0 % to 40.0 % of all contacts and lies, at 51.0 %, below the"
                " total; that is 2.1 of the 3.4 points."
            ),
        ),
        (
            part((Segment.ISSUE_TYPE, "app"), before=(None, 0), mix=-0.02, shares=(0, 0.3)),
            "App is new, 30.0 % of all contacts at 51.0 %; that is 2.0 of the 3.4 points.",
        ),
        (
            part((Segment.ISSUE_TYPE, None), after=(None, 0), mix=-0.02, shares=(0.3, 0)),
            (
                "Issue type not given is gone, 30.0 % of all contacts at 78.0 %;"
                " that is 2.0 of the 3.4 points."
            ),
        ),
        (
            part((Segment.PRIORITY, "high"), rate=-0.05),
            (
                "Priority high fell from 78.0 % to 51.0 %; that is 5.0 points,"
                " of which other parts made up for 1.6."
            ),
        ),
        (
            part((Segment.PRIORITY, "high"), rate=-0.034),
            "Priority high fell from 78.0 % to 51.0 %; that is the whole change.",
        ),
    ],
)
def test_part_says_what_it_did_and_what_it_is_worth(told: Part, said: str) -> None:
    assert why_sentences(explained(told))[-1] == said


def test_even_change_says_that_no_part_stands_out() -> None:
    said = why_sentences(explained())[-1]
    assert said == "No part stands out: the change is spread over all of them by their size."


def test_paradox_is_said() -> None:
    better = (
        part((Segment.CHANNEL, "phone"), rate=0.01, mix=-0.02, shares=(0.8, 0.2)),
        part((Segment.CHANNEL, "chat"), rate=0.02, mix=-0.044, shares=(0.2, 0.8)),
    )
    assert why_sentences(explained(paradox=Segment.CHANNEL, parts=better))[-1] == (
        "Every channel by itself got better, yet the total got worse: the mix moved,"
        " with more of the contacts in chat."
    )


def test_nothing_before_is_said() -> None:
    total = answered("FCR", Row((), 0.7, 50), filters=(MIXED,))
    found = Explanation(total, Figure(None, 0), Figure(0.7, 50))
    assert why_sentences(found)[-1] == "There is nothing before to compare with."
    assert why_json(found)["change"] is None


def test_count_is_told_by_its_difference() -> None:
    row = Row((), 120.0, 120, None, Previous(80.0, 80), Change.UP)
    grew = part((Segment.TEAM, "A"), before=(20.0, 20), after=(55.0, 55), rate=35.0)
    total = answered("Volume", row, filters=(MIXED,))
    dimension = Dimension(Segment.TEAM, (grew, replace(grew, rate_part=5.0)))
    found = Explanation(total, Figure(80.0, 80), Figure(120.0, 120), (dimension,), (grew,))
    assert why_sentences(found)[-1] == "Team A rose from 20 to 55; that is 35 of the 40."
    assert "part    added  before  now" in why_text(found, QUESTION)


def test_title_says_that_it_is_of_all_channels() -> None:
    assert why_title(explained()) == (
        "Why first contact resolution moved, all channels together, week 46 (9 to 15 Nov)"
    )


def test_buttons_lead_to_the_figures_and_to_other_periods() -> None:
    assert buttons(why_message(explained(), QUESTION)) == [
        ("The figures", "kpi_ask.0", "fcr 2026-W46"),
        ("Week 45", "kpi_ask.1", "why fcr 2026-W45"),
        ("Day", "kpi_ask.2", "why fcr 2026-11-15"),
        ("Month", "kpi_ask.3", "why fcr 2026-11"),
        ("Share in channel", "kpi_share.4", "why fcr 2026-W46"),
        ("How is this computed?", "kpi_define.5", "fcr 2026-W46 channel:all"),
    ]


def test_agents_are_shown_only_where_they_are_asked_for() -> None:
    agents = Dimension(Segment.AGENT, (part((Segment.AGENT, "a1")), part((Segment.AGENT, "a2"))))
    found = replace(explained(), dimensions=(agents,), agent_names={"a1": "Ann"})
    assert "Ann" not in why_text(found, QUESTION)
    assert "agent Ann" in why_text(found, replace(QUESTION, by=(Segment.AGENT,)))


def test_largest_message_fits_slack_and_names_stay_text() -> None:
    many = tuple(part((Segment.TEAM, f"{HOSTILE * 9}{n}"), rate=-0.001) for n in range(300))
    dimensions = tuple(Dimension(Segment.TEAM, many) for _ in range(20))
    found = replace(explained(*many[:3]), dimensions=dimensions)
    message = why_message(found, QUESTION)
    assert check_message_blocks(list(message.blocks)) == []
    assert "<!channel>" not in message.text
    assert "\u202e" not in f"{message.text}{message.blocks}"
    assert "5901 smaller parts are left out." in str(message.blocks)


def test_json_is_as_documented() -> None:
    told = why_json(explained(BILLING_ON_CHAT))
    assert told["change"] == pytest.approx(-0.034)
    assert (told["before"], told["after"]) == (
        {"value": 0.743, "n": 1300},
        {"value": 0.709, "n": 1330},
    )
    assert told["by"][0]["dimension"] == "channel"
    assert told["by"][0]["parts"][0] == {
        "segment": {"channel": "chat"},
        "before": {"value": 0.78, "n": 400},
        "after": {"value": 0.51, "n": 420},
        "rate_part": -0.030,
        "mix_part": -0.001,
        "shares": {"before": 0.2, "after": 0.2},
        "folded": False,
    }
    assert told["told"][0]["segment"] == {"channel": "chat", "issue_type": "billing"}
    assert told["compared_with"]["start"] == "2026-11-01T23:00:00Z"

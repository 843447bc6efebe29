"""How a review reads: answers made by hand, and what Slack would show of them."""

from __future__ import annotations

from dataclasses import replace

from bot.blocks.review import opening_message, piece_message, pieces
from bot.blocks.review_export import review_json
from bot.playground.blockkit.surfaces import check_message_blocks
from storage.insights.reasons import FoundReasons, Reason
from storage.insights.review import FoundReview, review
from storage.insights.scope import Scope
from storage.metrics.answer import Answer, Change, Filter, Previous, Query, Row
from storage.metrics.definition import Segment
from storage.metrics.explanation import Explanation, Figure, Part
from storage.metrics.target import Target, Verdict
from storage.settings import Settings
from tests.bot.blocks.answers import CHAT, HOSTILE, NOW, PHONE, WEEK_46, answered, trend

FELL = Row(
    PHONE, 0.70, 900, (0.67, 0.73), Previous(0.78, 900), Change.DOWN, (0.75, 0.81), usual_level=0.78
)
MISSED = Row(
    CHAT, 0.70, 900, (0.67, 0.73), Previous(0.71, 900), Change.FLAT, (0.66, 0.76), usual_level=0.71,
    target=Target(low=0.75), verdict=Verdict.MISSED,
)  # fmt: skip
BILLING = Filter(Segment.TEAM, ("billing",))


def explain(query: Query) -> Explanation:
    total = replace(answered("FCR", replace(FELL, segment=())), query=query)
    issue = ((Segment.ISSUE_TYPE, "invoice format"),)
    part = Part(issue, Figure(0.78, 90), Figure(0.51, 90), -0.03, 0.0, (0.1, 0.1))
    return Explanation(total, Figure(0.78, 900), Figure(0.70, 900), told=(part,))


def found(*answers: Answer, new: str = "invoice format") -> FoundReview:
    row = Row(((Segment.ISSUE_TYPE, new),), 42.0, 42)
    scope = Scope(WEEK_46, (BILLING,), NOW, Settings())
    reason = Reason(new, row, 0.1, first_seen=NOW)
    reasons = FoundReasons(scope, answered("Volume", row), (reason,), 420, (), (), 12)
    return review(answers, reasons, (), explain)


def fcr() -> Answer:
    return answered("FCR", FELL, MISSED, points=trend(CHAT, [0.8, 0.7, 0.7, 0.7]))


def test_opening_says_what_moved_and_counts_the_rest() -> None:
    steady = answered("CSAT", replace(MISSED, segment=(), target=None, verdict=None))
    opening = pieces(found(fcr(), steady))[0]
    assert opening.title == "Review, team billing, week 46 (9 to 15 Nov)"
    assert opening.lines == (
        (
            "First contact resolution: phone fell to 70.0 % from 78.0 %, below its usual range"
            " (75 to 81 %)."
        ),
        "Of the other figures, 1 steady.",
        "Each point and three questions to discuss stand in the thread.",
    )


def test_point_has_the_sentence_the_range_the_target_and_why() -> None:
    point = pieces(found(fcr()))[1]
    assert point.title == "First contact resolution ↓ worse"
    assert point.lines == (
        (
            "Phone fell to 70.0 % from 78.0 %, below its usual range (75 to 81 %); chat stood at"
            " 70.0 % (71.0 % before), within its usual range. The target of"
            " at least 75 %: chat missed it."
        ),
        "Usual range: chat 66 to 76 %.",
        "Chat: missed for 3 weeks in a row, by the target of today.",
        (
            "Why (phone −8.0 points): Invoice format fell from 78 % to 51 %; that is 3.0 of the"  # noqa: RUF001 - a minus
            " 8.0 points."
        ),
    )
    assert point.small_print == "Lagging: what tells you how it went."
    assert [label for label, _action, _value in point.offers] == ["Why?", "How is this computed?"]


def test_questions_name_the_segment_and_the_number() -> None:
    assert pieces(found(fcr()))[-1].lines == (
        (
            "1. First contact resolution for invoice format on phone went from 78 % to 51 %. What"
            " changed there in week 46 (9 to 15 Nov), and what would help with it?"
        ),
        (
            "2. First contact resolution on chat missed its target of at least 75 % for 3 weeks in"
            " a row, now 70.0 %. What stands in the way, and what could be tried first?"
        ),
        (
            "3. Invoice format is new, with 42 contacts in week 46 (9 to 15 Nov). What do these"
            " customers need, and is there an answer ready for them?"
        ),
    )


def test_little_data_is_said_and_the_work_is_asked_about() -> None:
    opening, *_, questions = pieces(replace(found(), reasons=replace(found().reasons, reasons=())))
    assert opening.lines[0] == "There is too little data to say that anything moved."
    assert questions.lines[0] == (
        "1. What took the most time in week 46 (9 to 15 Nov) that no figure here shows?"
    )


def test_hostile_names_are_shown_as_they_are_in_every_message() -> None:
    opening, *others = pieces(found(fcr(), new=HOSTILE))
    messages = [opening_message(opening, "U0123456"), *map(piece_message, others)]
    assert [check_message_blocks(list(message.blocks)) for message in messages] == [[]] * 4
    assert not any("<!channel>" in message.text for message in messages)
    assert messages[0].text.startswith("<@U0123456> posted this review: Review, team billing")


def test_json_has_the_points_and_the_questions() -> None:
    shown = review_json(found(fcr()))
    (point,) = shown["points"]
    assert (point["metric"], point["kind"]) == (fcr().query.metric.key, "lagging")
    assert (point["moved"], point["missed"]) == ([{"channel": "phone"}], [{"channel": "chat"}])
    assert point["missed_in_a_row"] == 3
    assert len(shown["questions"]) == 3

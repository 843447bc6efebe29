"""What makes a point, what it weighs, and what is asked of it; answers made by hand."""

from __future__ import annotations

from dataclasses import replace

from storage.insights.reasons import FoundReasons, Reason
from storage.insights.review import (
    REVIEWED,
    FoundReview,
    missed_in_a_row,
    point_of,
    review,
    strength,
)
from storage.insights.scope import Scope
from storage.insights.topics import (
    AboutHidden,
    AboutMove,
    AboutPair,
    AboutPart,
    AboutProgress,
    AboutReason,
    AboutTarget,
    AboutWork,
    topics,
)
from storage.metrics.answer import (
    Answer,
    Change,
    Filter,
    Group,
    HiddenDifference,
    Previous,
    Query,
    Row,
)
from storage.metrics.definition import Segment
from storage.metrics.explanation import Explanation, Figure, Part
from storage.metrics.target import Target, Verdict
from storage.settings import Settings
from tests.bot.blocks.answers import CHAT, NOW, PHONE, WEEK_46, answered, trend

AT_LEAST_75 = Target(low=0.75)
FELL = Row(PHONE, 0.70, 900, (0.67, 0.73), Previous(0.78, 900), Change.DOWN, (0.75, 0.81))
FELL = replace(FELL, usual_level=0.78)
HELD = Row(CHAT, 0.80, 900, (0.77, 0.83), Previous(0.80, 900), Change.FLAT, (0.76, 0.84))
MISSED = replace(HELD, value=0.7, target=AT_LEAST_75, verdict=Verdict.MISSED)
SHORTER = Row(PHONE, 240.0, 900, (230.0, 250.0), Previous(300.0, 900), Change.DOWN)
FEW = Row((), None, 0)


def no_reasons() -> FoundReasons:
    scope = Scope(WEEK_46, (), NOW, Settings())
    return FoundReasons(scope, answered("Volume"), (), 0, (), (), 12)


def unexplained(query: Query) -> Explanation | None:
    return None


def found(*answers: Answer, reasons: FoundReasons | None = None) -> FoundReview:
    return review(answers, reasons or no_reasons(), (), unexplained)


def test_same_figure_by_another_name_is_reviewed_once() -> None:
    names = {metric.abbreviation for metric in REVIEWED}
    assert {"Backlog", "Retention"} <= names
    assert {"Pending", "Churn"}.isdisjoint(names)


def test_moved_row_makes_a_point_and_a_steady_answer_none() -> None:
    fcr, csat = answered("FCR", FELL, HELD), answered("CSAT", replace(HELD, segment=()))
    result = found(fcr, csat, answered("NPS", FEW))
    assert [point.metric.abbreviation for point in result.points] == ["FCR"]
    assert result.points[0].moved == (FELL,)
    assert [metric.abbreviation for metric in result.steady] == ["CSAT"]
    assert [metric.abbreviation for metric in result.empty] == ["NPS"]


def test_strength_is_one_at_the_edge_of_the_usual_range() -> None:
    assert round(strength(replace(FELL, value=0.75)), 9) == 1.0
    assert round(strength(replace(FELL, value=0.72)), 9) == 2.0


def test_strength_without_history_is_against_the_interval() -> None:
    assert strength(SHORTER) == 6.0


def test_what_moved_farthest_comes_first_and_targets_behind_it() -> None:
    missing = answered("SL", MISSED)
    result = found(missing, answered("FCR", FELL), answered("AHT", SHORTER))
    assert [point.metric.abbreviation for point in result.points] == ["AHT", "FCR", "SL"]


def test_target_is_missed_in_a_row_until_it_was_met() -> None:
    points = trend(CHAT, [0.7, 0.8, 0.74, 0.7, 0.7])
    answer = answered("FCR", MISSED, points=points)
    assert missed_in_a_row(MISSED, answer) == 3


def test_period_without_data_ends_a_row_of_misses() -> None:
    answer = answered("FCR", MISSED, points=trend(CHAT, [0.7, None, 0.7]))
    assert missed_in_a_row(MISSED, answer) == 1


def test_target_is_newly_met_where_it_was_missed_before() -> None:
    met = replace(HELD, target=AT_LEAST_75, verdict=Verdict.MET)
    before = replace(met, previous=Previous(0.7, 900))
    point = point_of(answered("FCR", before))
    assert point is not None
    assert point.newly_met == (before,)
    assert point_of(answered("FCR", met)) is None
    small = replace(met, previous=Previous(0.7, 5))
    assert point_of(answered("FCR", small)) is None


def explanation(change: float, part: Part) -> Explanation:
    total = answered("FCR", replace(FELL, segment=()))
    return Explanation(total, Figure(0.78, 900), Figure(0.78 + change, 900), told=(part,))


def part_of(*values: tuple[Segment, str]) -> Part:
    return Part(values, Figure(0.78, 90), Figure(0.51, 90), -0.03, 0.0, (0.1, 0.1))


def test_one_channel_that_moved_is_explained_by_itself() -> None:
    asked: list[Query] = []
    billing = part_of((Segment.ISSUE_TYPE, "billing"))

    def explain(query: Query) -> Explanation:
        asked.append(query)
        return explanation(-0.08, billing)

    result = review([answered("FCR", FELL, HELD)], no_reasons(), (), explain)
    assert [query.filters for query in asked] == [(Filter(Segment.CHANNEL, ("phone",)),)]
    first, *_ = topics(result)
    assert isinstance(first, AboutPart)
    assert first.part == billing


def test_explanation_of_the_other_direction_is_left_out() -> None:
    billing = part_of((Segment.ISSUE_TYPE, "billing"))
    answers = [answered("FCR", FELL, HELD)]
    result = review(answers, no_reasons(), (), lambda _: explanation(+0.02, billing))
    assert result.points[0].why is None


def test_part_of_who_is_experienced_is_not_asked_about() -> None:
    experienced = part_of((Segment.TENURE, "experienced"))
    answers = [answered("FCR", FELL)]
    result = review(answers, no_reasons(), (), lambda _: explanation(-0.08, experienced))
    assert topics(result)[0] == AboutMove(answers[0], FELL)


def test_pair_is_asked_about_where_one_pays_for_the_other() -> None:
    fcr, aht = answered("FCR", FELL), answered("AHT", SHORTER)
    asked = topics(found(aht, fcr))
    assert AboutPair(aht, SHORTER, fcr, FELL) in asked
    longer = replace(SHORTER, change=Change.UP)
    assert not any(
        isinstance(each, AboutPair) for each in topics(found(answered("AHT", longer), fcr))
    )


def test_pair_of_two_channels_is_none() -> None:
    on_chat = replace(SHORTER, segment=CHAT)
    asked = topics(found(answered("AHT", on_chat), answered("FCR", FELL)))
    assert not any(isinstance(each, AboutPair) for each in asked)


def test_long_missed_target_is_asked_about_before_progress() -> None:
    missing = answered("SL", MISSED, points=trend(CHAT, [0.7, 0.7, 0.7]))
    rose = replace(FELL, segment=(), value=0.9, change=Change.UP)
    better = answered("CSAT", rose)
    assert topics(found(missing, better)) == (
        AboutTarget(missing, MISSED, 3),
        AboutProgress(better, rose),
        AboutWork(0),
    )


def test_new_agents_are_asked_about_where_they_have_the_harder_time() -> None:
    slow = Group("new", 540.0, 100, (500.0, 580.0))
    fast = Group("experienced", 360.0, 900, (350.0, 370.0))
    harder = HiddenDifference(PHONE, Segment.TENURE, (slow, fast))
    steady = replace(SHORTER, change=Change.FLAT)
    answer = replace(answered("AHT", steady), hidden=(harder,))
    assert topics(found(answer))[0] == AboutHidden(answer, harder)
    easier = HiddenDifference(PHONE, Segment.TENURE, (replace(slow, value=300.0), fast))
    assert topics(found(replace(answer, hidden=(easier,)))) == tuple(map(AboutWork, range(3)))


def test_new_reason_is_asked_about() -> None:
    row = Row(((Segment.ISSUE_TYPE, "invoice format"),), 42.0, 42)
    reason = Reason("invoice format", row, 0.1, first_seen=NOW)
    reasons = replace(no_reasons(), reasons=(reason,), total=420)
    assert topics(found(reasons=reasons))[0] == AboutReason(reason)


def test_nothing_to_say_asks_about_the_work() -> None:
    assert topics(found()) == (AboutWork(0), AboutWork(1), AboutWork(2))

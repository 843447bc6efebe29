# ruff: noqa: E501 - sentences stand whole in a line, as a person reads them
from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.request import (
    LONGEST,
    ChannelCommand,
    Define,
    Help,
    ListMetrics,
    RoleCommand,
    Why,
    parse,
    unknown_value,
    words,
)
from bot.request.periods import LONGEST_RANGE_DAYS
from bot.request.tokens import printable
from storage.errors import UnknownWordError, UserError
from storage.facts.tables import CHANNELS
from storage.metrics.answer import ALL_CHANNELS, Filter, Question
from storage.metrics.catalog import METRICS
from storage.metrics.definition import Metric, Segment
from storage.metrics.explanation import can_explain
from storage.metrics.segments import KNOWN_VALUES
from storage.periods import Grain, PeriodChoice, Which, period_of

TODAY = date(2016, 4, 20)
"""A Wednesday."""


def metric(abbreviation: str) -> Metric:
    return next(each for each in METRICS if each.abbreviation == abbreviation)


def canonical(text: str) -> str:
    return words(asked(text))


def asked(text: str) -> Question:
    question = parse(text, TODAY)
    assert isinstance(question, Question)
    return question


def complaint(text: str) -> UserError:
    with pytest.raises(UserError) as raised:
        parse(text, TODAY)
    return raised.value


def refusal(text: str, today: date, *, escaped: bool = False) -> str | None:
    try:
        parse(text, today, escaped=escaped)
    except UserError as error:
        return error.sentence
    return None


def test_question_holds_metric_period_filters_and_splits() -> None:
    assert parse("aht monthly channel:phone by team", TODAY) == Question(
        metric("AHT"),
        PeriodChoice(Grain.MONTH),
        (Filter(Segment.CHANNEL, ("phone",)),),
        (Segment.TEAM,),
    )


def test_metric_without_a_period_means_the_last_complete_week() -> None:
    assert parse("backlog", TODAY) == Question(metric("Backlog"), PeriodChoice(Grain.WEEK))


@pytest.mark.parametrize("each", METRICS, ids=lambda each: each.abbreviation)
def test_metric_is_known_by_each_of_its_names(each: Metric) -> None:
    names = (each.key, each.abbreviation, each.name, each.name.upper(), *each.synonyms)
    asked = [parse(f"{name} weekly", TODAY) for name in names]
    assert asked == [Question(each, PeriodChoice(Grain.WEEK))] * len(names)


@pytest.mark.parametrize(
    ("typed", "short"),
    [
        ("First-Contact  Resolution?", "fcr weekly"),
        ("weekly handle time", "aht weekly"),
        ("by team fcr monthly", "fcr monthly by team"),
        ("show me the volume for last month, please", "volume monthly"),
        ("what was our backlog yesterday?", "backlog daily"),
        ("contacts resolved", "resolved weekly"),
        ("reopened contacts", "reopens weekly"),
        ("contacts", "volume weekly"),
    ],
)
def test_everyday_words_are_read(typed: str, short: str) -> None:
    assert canonical(typed) == short


@pytest.mark.parametrize(
    ("typed", "short"),
    [
        ("daily", "daily"),
        ("yesterday", "daily"),
        ("today", "today"),
        ("weekly", "weekly"),
        ("last week", "weekly"),
        ("week", "weekly"),
        ("this week", "this week"),
        ("this week so far", "this week"),
        ("week to date", "this week"),
        ("previous month", "monthly"),
        ("this month", "this month"),
        ("mtd", "this month"),
        ("quarterly", "quarterly"),
        ("this quarter", "this quarter"),
        ("yearly", "yearly"),
        ("annual", "yearly"),
        ("by month", "monthly"),
        ("per week", "weekly"),
        ("2016-W12", "2016-W12"),
        ("week 12 of 2016", "2016-W12"),
        ("w12", "2016-W12"),
        ("week 30", "2015-W30"),
        ("w53", "2015-W53"),
        ("2016-03", "2016-03"),
        ("march 2016", "2016-03"),
        ("March", "2016-03"),
        ("december", "2015-12"),
        ("2016-Q1", "2016-Q1"),
        ("q2", "2016-Q2"),
        ("Q3 2015", "2015-Q3"),
        ("2016", "2016"),
        ("2016-03-15", "2016-03-15"),
        ("15 March 2016", "2016-03-15"),
        ("March 15, 2016", "2016-03-15"),
        ("feb 29", "2016-02-29"),
        ("24 dec", "2015-12-24"),
        ("from 2016-03-01 to 2016-03-15", "from 2016-03-01 to 2016-03-15"),
        ("2016-03-01 to 2016-03-15", "from 2016-03-01 to 2016-03-15"),
        ("2016-03-01..2016-03-15", "from 2016-03-01 to 2016-03-15"),
        ("2016-03-01 – 2016-03-15", "from 2016-03-01 to 2016-03-15"),  # noqa: RUF001 - as phones type it
        ("between 2016-03-01 and 2016-03-15", "from 2016-03-01 to 2016-03-15"),
        ("from 2016-01 to 2016-03", "from 2016-01-01 to 2016-03-31"),
        ("from 2016-03-01 to yesterday", "from 2016-03-01 to 2016-04-19"),
        ("since 2016-03-01", "from 2016-03-01 to 2016-04-20"),
        ("last 7 days", "from 2016-04-13 to 2016-04-19"),
        ("last 4 weeks", "from 2016-03-21 to 2016-04-17"),
        ("past 2 months", "from 2016-02-01 to 2016-03-31"),
    ],
)
def test_period_is_read(typed: str, short: str) -> None:
    assert canonical(f"fcr {typed}") == f"fcr {short}"


@pytest.mark.parametrize(
    ("typed", "short"),
    [
        ("channel:phone", "channel:phone"),
        ("CHANNEL: Phone,Chat", "channel:phone,chat"),
        ("channel=e-mail", "channel:email"),
        ("channel:phone channel:chat", "channel:phone,chat"),
        ("channel:phone,phone", "channel:phone"),
        ("phone", "channel:phone"),
        ("in person", "channel:in_person"),
        ("calls", "channel:phone"),
        ("channel:all", "channel:all"),
        ("mixed channel:mixed", "channel:all"),
        ('issue:"Category 55"', 'issue_type:"Category 55"'),
        ("issue:“Category 55”", 'issue_type:"Category 55"'),
        ("issue:„Kategorie 5“,other", 'issue_type:"Kategorie 5",other'),
        ("issue type:billing", "issue_type:billing"),
        ("issue-type:billing", "issue_type:billing"),
        ("kind:complaint", "contact_kind:complaint"),
        ("prio:high", "priority:high"),
        ("hour:9", "hour:09"),
        ("hour:9pm", "hour:21"),
        ("hour:12am", "hour:00"),
        ("day:mon", "weekday:monday"),
        ("tenure:new", "tenure:new"),
        ("team:R&D", "team:R&D"),
        ("by issue", "by issue_type"),
        ("by issue type", "by issue_type"),
        ("by day", "by weekday"),
        ("by hour of day", "by hour"),
        ("by team and channel", "by team and channel"),
        ("by teams, channels", "by team and channel"),
        ("by team by team", "by team"),
    ],
)
def test_segment_is_read(typed: str, short: str) -> None:
    typed = typed.removeprefix("mixed ")
    assert canonical(f"fcr {typed}") == f"fcr weekly {short}"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("fcrr", 'I don\'t know a metric "fcrr". Did you mean first contact resolution?'),
        ("zzz", 'I don\'t know a metric "zzz". /kpi list shows all that I know.'),
        ("__class__", 'I don\'t know a metric "class". /kpi list shows all that I know.'),
        ("weekly by team", "Say which metric you want. For example /kpi frt weekly. /kpi list shows all of them."),
        ("fcr aht", "I read more than one metric in this: first contact resolution and average handle time. Ask for one at a time."),
        ("fcr weekly monthly", "I read more than one period in this: weekly and monthly. Ask for one at a time."),
        ("fcr weeky", 'I don\'t understand "weeky". Did you mean fcr weekly?'),
        ("fcr weekly team", 'I don\'t understand "team". Did you mean fcr weekly by team?'),
        ("fcr weekly zzzz", 'I don\'t understand "zzzz". Without it I would read: /kpi fcr weekly.'),
        ("fcr issue:Category 55", 'I don\'t understand "55". A value of several words goes in quotes: team:"Second line".'),
        ("fcr channel:fone", 'I don\'t know a channel "fone". Did you mean channel:phone?'),
        ("fcr tenure:old", 'I don\'t know a tenure "old". It can be new or experienced.'),
        ("fcr hour:24", 'I don\'t know an hour "24". Hours go from 00 to 23: hour:09.'),
        ("fcr hour:13pm", 'I don\'t know an hour "13pm". Hours go from 00 to 23: hour:09.'),
        ("fcr team:", 'There is no value behind team:. Write it right behind the colon, in quotes if it has blanks: team:"…".'),
        ("fcr by colour", 'I don\'t know a way to split by "colour". It can be channel, contact kind, issue type, complexity, priority, team, agent, tenure, customer, customer segment, source, hour or weekday.'),
        ("fcr by chanel", 'I don\'t know a way to split by "chanel". Did you mean channel?'),
        ("backlog by hour", "Ticket backlog can't be looked at by hour. It can be by channel, contact kind, issue type, complexity, priority, team, agent, tenure, customer, customer segment or source."),
        ("fcr by team and channel and agent", "I can split by two things at once. Leave out one of them."),
        ("fcr channel:all,phone", "channel:all already takes all channels together. Leave it out to see each channel by itself."),
        ("fcr channel:all by channel", "channel:all already takes all channels together. Leave it out to see each channel by itself."),
        ('fcr team:"a', 'There is a quote without its partner. Put one before and one after the value: team:"Second line".'),
        ("fcr 2016-02-30", "There is no day 2016-02-30. Write a day like 2016-03-15."),
        ("fcr 2016-13", "A year has no month 13. Write a month like 2016-03."),
        ("fcr 2016-Q5", "A year has no quarter 5. Ask for Q1, Q2, Q3 or Q4."),
        ("fcr 2016-W60", "2016 has no week 60. Its weeks go from 2016-W01 to 2016-W52."),
        ("fcr 1969", "The year 1969 is too far away. I know the years 1970 to 2200."),
        ("fcr 2201-03-01", "The year 2201 is too far away. I know the years 1970 to 2200."),
        ("fcr 3/4/2016", "A day written like that can be read in two ways. Write it as 2016-03-15."),
        ("fcr since 2017-01-01", "2017-01-01 is still to come. Ask since a day in the past."),
        ("fcr from 1990-01-01 to 2016-01-01", "That period is longer than ten years. Ask for a shorter one."),
        ("fcr last 900 years", "That period is longer than ten years. Ask for a shorter one."),
        ("fcr last 0 days", "That period holds no day. Ask for at least one: last 7 days."),
        ("x" * 4000, "That is longer than I can read. A question is short: /kpi frt weekly by team."),
    ],
)  # fmt: skip
def test_what_is_not_understood_gets_a_sentence_and_a_next_step(typed: str, said: str) -> None:
    assert str(complaint(typed)) == said


def test_period_that_ends_before_it_starts_is_said() -> None:
    error = complaint("fcr from 2016-04-15 to 2016-04-01")
    assert error.sentence == "The period ends on 2016-04-01, before it starts on 2016-04-15."


@pytest.mark.parametrize(
    ("typed", "suggested"),
    [
        ("fcrr monthly by team channel:phone", ("fcr monthly channel:phone by team",)),
        ("backlgo by hour", ("backlog weekly",)),
        ("fcr aht monthly", ("fcr monthly", "aht monthly")),
        ("define fcrr", ("define fcr",)),
        ("define fcr aht", ("define fcr", "define aht")),
        ("fcr yesterdy by team", ("fcr daily by team",)),
        ("fcr phon", ("fcr weekly channel:phone",)),
    ],
)
def test_suggestion_keeps_the_rest_of_the_question(typed: str, suggested: tuple[str, ...]) -> None:
    error = complaint(typed)
    assert isinstance(error, UnknownWordError)
    assert error.suggestions == suggested


@pytest.mark.parametrize(
    ("typed", "request_"),
    [
        ("", Help()),
        ("  ", Help()),
        ("help", Help()),
        ("?", Help()),
        ("list", ListMetrics()),
        ("metrics", ListMetrics()),
        ("define fcr", Define(metric("FCR"))),
        ("define the first contact resolution?", Define(metric("FCR"))),
        ("help fcr", Define(metric("FCR"))),
        ("role", RoleCommand("")),
        ("Role <@U1|ann> lead team:billing", RoleCommand("<@U1|ann> lead team:billing")),
        ("channel team:billing", ChannelCommand("team:billing")),
    ],
)
def test_command_is_known_by_its_first_word(typed: str, request_: object) -> None:
    assert parse(typed, TODAY, escaped=True) == request_


@pytest.mark.parametrize(
    ("typed", "question"),
    [
        ("why fcr weekly", "fcr weekly"),
        ("Why did FCR fall last month?", "fcr monthly"),
        ("why has aht on chat gone up so this week by team", "aht this week channel:chat by team"),
        ('why volume team:"go up"', 'volume weekly team:"go up"'),
        ("why backlog", "backlog weekly"),
    ],
)
def test_why_reads_the_question_behind_it(typed: str, question: str) -> None:
    why = parse(typed, TODAY)
    assert why == Why(asked(question))
    assert isinstance(why, Why)
    assert words(why) == f"why {question}"
    assert parse(words(why), TODAY) == why


@pytest.mark.parametrize(
    ("typed", "told", "suggested"),
    [
        ("why", "Say which figure moved.", ()),
        ("why fcr by customer", "I can't take a change apart by customer", ()),
        ("why fcr by tem", 'I don\'t know a way to split by "tem".', ("why fcr weekly by team",)),
    ],
)
def test_why_that_can_not_be_read_is_helped(
    typed: str, told: str, suggested: tuple[str, ...]
) -> None:
    error = complaint(typed)
    assert error.sentence.startswith(told)
    assert getattr(error, "suggestions", ()) == suggested


@pytest.mark.parametrize("each", METRICS, ids=lambda each: each.key)
def test_why_is_read_of_what_can_be_explained_alone(each: Metric) -> None:
    if can_explain(each):
        assert isinstance(parse(f"why {each.key} monthly", TODAY), Why)
    else:
        assert "it is made of several figures" in complaint(f"why {each.key} monthly").sentence


def test_channel_filter_in_front_is_no_command() -> None:
    assert canonical("channel:phone fcr") == "fcr weekly channel:phone"


def test_slack_escapes_are_undone_where_slack_made_them() -> None:
    asked = parse("fcr team:R&amp;D agent:<@U1|ann>", TODAY, escaped=True)
    assert isinstance(asked, Question)
    assert asked.filters == (Filter(Segment.TEAM, ("R&D",)), Filter(Segment.AGENT, ("@ann",)))
    untouched = parse("fcr team:R&amp;D", TODAY)
    assert isinstance(untouched, Question)
    assert untouched.filters == (Filter(Segment.TEAM, ("R&amp;D",)),)


def test_hidden_marks_are_ignored_between_the_words() -> None:
    assert (
        canonical("\u200ffcr \u202eweekly\u202c channel:\u200bphone") == "fcr weekly channel:phone"
    )


def test_question_too_long_for_a_button_is_refused() -> None:
    values = tuple(f"{number} {'x' * 200}" for number in range(10))
    question = Question(metric("FCR"), PeriodChoice(Grain.WEEK), (Filter(Segment.TEAM, values),))
    with pytest.raises(UserError, match="This question is too long"):
        words(question)


def test_printable_shows_a_long_text_in_one_line() -> None:
    assert printable("a\nb\u202ec\x00d", 40) == "a bc d"
    assert printable("x" * 50, 10) == "x" * 9 + "…"


DAYS = st.dates(date(1970, 1, 5), date(2200, 12, 31))


def exact(grain: Grain, day: date) -> PeriodChoice:
    return PeriodChoice(grain, Which.EXACT, period_of(grain, day, "UTC").first_day)


def range_of_days(first: date, length: int) -> PeriodChoice:
    last = min(first + timedelta(days=length), date(2200, 12, 31))
    return PeriodChoice(Grain.RANGE, Which.EXACT, first, last)


GRAINS = [grain for grain in Grain if grain is not Grain.RANGE]
PERIODS = st.one_of(
    st.builds(PeriodChoice, st.sampled_from(GRAINS), st.sampled_from([Which.LAST, Which.THIS])),
    st.builds(exact, st.sampled_from(GRAINS), DAYS),
    st.builds(range_of_days, DAYS, st.integers(0, LONGEST_RANGE_DAYS - 1)),
)
NAMES = st.text(min_size=1, max_size=60).filter(lambda text: bool(text.strip()))


def values(segment: Segment) -> st.SearchStrategy[tuple[str, ...]]:
    known = CHANNELS if segment is Segment.CHANNEL else KNOWN_VALUES.get(segment)
    one = st.sampled_from(known) if known else NAMES
    several = st.lists(one, min_size=1, max_size=3, unique=True).map(tuple)
    return st.one_of(several, st.just((ALL_CHANNELS,))) if segment is Segment.CHANNEL else several


@st.composite
def questions(draw: st.DrawFn) -> Question:
    asked = draw(st.sampled_from(METRICS))
    filtered = draw(st.lists(st.sampled_from(asked.segments), max_size=4, unique=True))
    filters = tuple(Filter(segment, draw(values(segment))) for segment in filtered)
    mixed = Filter(Segment.CHANNEL, (ALL_CHANNELS,)) in filters
    free = [s for s in asked.segments if not (mixed and s is Segment.CHANNEL)]
    by = draw(st.lists(st.sampled_from(free), max_size=2, unique=True))
    return Question(asked, draw(PERIODS), filters, tuple(by))


@given(questions())
@settings(max_examples=200, deadline=None)
def test_words_of_a_question_are_read_back_as_it(question: Question) -> None:
    written = words(question)
    assert len(written) < LONGEST
    assert parse(written, TODAY) == question


PIECES = st.sampled_from(
    ["fcr", "weekly", "by", "team", "channel:", "phone", '"', "“", "2016-", "W12", "from", "to",
     "last", "7", "days", "and", ",", ":", "<@U1|ann>", "<!channel>", "&lt;", "\u202e", "🙂", "w",
     "99", "since", "0000", "9999-99-99", "hour:", "\\", "q", "of", "-", "define", "list"]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(PIECES).map(" ".join), st.lists(PIECES).map("".join)))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    assert refusal(text, TODAY) != ""
    assert refusal(text, TODAY, escaped=True) != ""


@pytest.mark.parametrize("text", ["fcr weekly", "; drop table contacts", "<!channel>"])
@pytest.mark.parametrize("today", [date(1970, 1, 1), date(2016, 2, 29), date(2200, 12, 31)])
def test_any_day_may_be_today(text: str, today: date) -> None:
    endings = ("", " last 7 days", " w53", " since 2016", " 29 feb", " by last 7 days")
    assert "" not in [refusal(text + ending, today) for ending in endings]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("fcr monthly channel:fone", ("fcr monthly channel:phone",)),
        ("fcr chanel:phone", ("fcr weekly channel:phone",)),
        ("fcr by teem", ("fcr weekly by team",)),
        ("fcr channel:fone by teem", ("fcr weekly channel:phone by team",)),
        ("fcr tenure:nwe", ("fcr weekly tenure:new",)),
        ("fcr weekday:mo", ()),
    ],
)
def test_misspelt_segment_or_value_is_offered_as_it_was_meant(
    typed: str, meant: tuple[str, ...]
) -> None:
    with pytest.raises(UnknownWordError) as raised:
        parse(typed, date(2026, 11, 18))
    assert raised.value.suggestions == meant


def test_value_that_the_data_lacks_is_offered_as_a_question() -> None:
    question = parse("fcr monthly team:biling by issue", date(2026, 11, 18))
    assert isinstance(question, Question)
    error = UnknownWordError("I don't know it.", "", ("billing",), typed="biling")
    assert unknown_value(error, question).suggestions == ("fcr monthly team:billing by issue_type",)

"""Targets as people see them: what is in force, who set it and when, and what is realistic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from slackblocks import Block, HeaderBlock

from bot.blocks.actions import ASK, OPEN_TARGET, SET_TARGET, buttons
from bot.blocks.dates import PLURALS, day_name, instant_name
from bot.blocks.goals import bounds_name, target_name
from bot.blocks.message import Message, paragraph, with_text
from bot.blocks.names import filter_name, listed, value_name
from bot.blocks.rich import Line, bold, bullets, line, line_text, person, text
from bot.blocks.summary import upper
from bot.blocks.untrusted import escape, name
from bot.request import words
from bot.request.amounts import examples
from bot.request.metrics import in_sentence
from bot.request.targets import question_of, target_words
from storage.metrics.answer import Filter, Question
from storage.metrics.definition import Direction, Segment
from storage.metrics.suggesting import Suggestion
from storage.operations.targets import Entry, Outcome
from storage.periods import PeriodChoice, local_day

LONGEST_TITLE = 140
MOST_HISTORY = 10
MOST_LISTED = 50
MOST_SUGGESTED = 3
ALL_TARGETS = ("All targets", ASK, "targets")
_NO_NAMES: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Standing:
    """All that is known of a metric's target for some segments.

    ``others`` are the targets in force for other segments of the metric. ``history`` is newest
    first. ``may_set`` tells whether the reader may change it; ``led_teams`` are those they could.
    """

    about: Question
    entry: Entry | None
    planned: tuple[Entry, ...]
    others: tuple[Entry, ...]
    history: tuple[Entry, ...]
    suggestions: tuple[Suggestion, ...]
    may_set: bool
    led_teams: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reader:
    """When a message is read, and in which zone."""

    now: datetime
    timezone: str


def subject_name(about: Question) -> str:
    """``first contact resolution, team billing``."""
    filters = [filter_name(chosen, _NO_NAMES) for chosen in about.filters]
    return ", ".join([in_sentence(about.metric), *filters])


def target_set_message(outcome: Outcome, reader: Reader) -> Message:
    """What was set, from when, and what it takes the place of."""
    about = question_of(outcome.entry)
    said = f"Target set: {subject_name(about)}, {_standing_text(outcome.entry, reader)}."
    lines: list[Line] = [[text(said)]]
    if outcome.before and outcome.before.target != outcome.entry.target:
        before = _entry_line(outcome.before, reader)
        lines.append([text("It takes the place of "), *before, text(".")])
    return with_text(_twin(lines), [*(line(*each) for each in lines), *buttons(_next(about))])


def overtaken_line(entry: Entry, reader: Reader) -> Line:
    """That somebody else was quicker, for who is about to set the same target."""
    return [
        text("Meanwhile: "),
        *_entry_line(entry, reader),
        text(". Save again to put yours in its place."),
    ]


def target_removed_message(about: Question, *, was_there: bool) -> Message:
    said = (
        f"Target removed: {subject_name(about)}. Its history is kept."
        if was_there
        else f"There is no target for {subject_name(about)}."
    )
    return with_text(escape(said), [paragraph(said), *buttons(_next(about))])


def targets_message(entries: Sequence[Entry], reader: Reader) -> Message:
    """Every target in force, by metric."""
    opening = buttons([("Set a target", OPEN_TARGET, "target")])
    if not entries:
        said = "No target is set yet. Set one with the button, or with /kpi target fcr 75%."
        return with_text(escape(said), [paragraph(said), *opening])
    named = {subject_name(question_of(entry)): entry for entry in entries}
    lines: list[Line] = [
        [bold(upper(subject)), text(": "), *_entry_line(entry, reader)]
        for subject, entry in sorted(named.items())
    ]
    shown, hidden = lines[:MOST_LISTED], len(lines) - MOST_LISTED
    more = (
        [paragraph(f"{hidden} more are not shown; ask for a metric's own.")] if hidden > 0 else []
    )
    blocks: list[Block] = [HeaderBlock("Targets"), bullets(shown), *more, *opening]
    return with_text(f"Targets. {'; '.join(map(line_text, shown))}.", blocks)


def standing_message(known: Standing, reader: Reader) -> Message:
    """The target in force, what is planned, its history, and what is realistic."""
    title = f"Target: {name(subject_name(known.about), LONGEST_TITLE)}"
    lines = [*_in_force(known, reader), *_others(known)]
    blocks: list[Block] = [HeaderBlock(title), *(line(*each) for each in lines)]
    if known.history:
        history = [_history_line(each, reader) for each in known.history[:MOST_HISTORY]]
        blocks += [line(bold("History")), bullets(history)]
    advice = _advice(known)
    blocks += [paragraph(advice), *buttons(_offers(known))]
    return with_text(f"{escape(title)}. {_twin(lines)} {escape(advice)}", blocks)


def _twin(lines: Sequence[Line]) -> str:
    return " ".join(line_text(each) for each in lines)


def _in_force(known: Standing, reader: Reader) -> list[Line]:
    if known.entry is None:
        found: list[Line] = [[text("No target is in force.")]]
    else:
        found = [[text("In force: "), *_entry_line(known.entry, reader), text(".")]]
    planned = ([text("Planned: "), *_entry_line(e, reader), text(".")] for e in known.planned)
    return [*found, *planned]


def _others(known: Standing) -> list[Line]:
    """Targets of the same metric for other segments: the most specific one counts."""
    named = [
        f"{_scope_name(entry)} {target_name(entry.target, known.about.metric)}"
        for entry in known.others
        if entry.target
    ]
    return [[text(f"Also in force: {'; '.join(named)}.")]] if named else []


def _scope_name(entry: Entry) -> str:
    filters = [filter_name(chosen, _NO_NAMES) for chosen in question_of(entry).filters]
    return ", ".join(filters) or "overall"


def _advice(known: Standing) -> str:
    """What a realistic target is, or how one is set."""
    metric, periods = known.about.metric, PLURALS[known.about.period.grain]
    if metric.better is Direction.NEITHER:
        band = examples(metric)[1]
        return f"Neither up nor down is better here, so a target is a band, such as {band}."
    if known.suggestions:
        shown = known.suggestions[:MOST_SUGGESTED]
        reached = listed([_reached(each, known) for each in shown])
        last = f"{shown[0].periods} {periods}"
        return f"Realistic: the better quarter of the last {last} reached {reached}."
    if known.led_teams and not known.may_set:
        return f"You can set one for {listed(sorted(map(name, known.led_teams)))}."
    if not known.may_set:
        return "Targets are set by admins, and by leads for their own teams."
    return (
        f"Nothing is suggested: that takes at least 8 complete {PLURALS[known.about.period.grain]}."
    )


def _reached(suggestion: Suggestion, known: Standing) -> str:
    bound = bounds_name(suggestion.target, known.about.metric)
    where = _where(suggestion, known.about)
    return f"{bound} ({where})" if where else bound


def _where(suggestion: Suggestion, about: Question) -> str:
    fixed = {chosen.segment for chosen in about.filters}
    return ", ".join(
        value_name(kind, value, _NO_NAMES)
        for kind, value in suggestion.segment
        if kind not in fixed
    )


def _offers(known: Standing) -> list[tuple[str, str, str]]:
    suggested = [_suggested(each, known.about) for each in known.suggestions[:MOST_SUGGESTED]]
    change = "Change the target" if known.entry else "Set a target"
    opening = [(change, OPEN_TARGET, target_words(known.about))] if known.may_set else []
    teams = [] if known.may_set else _own_teams(known)
    return [*suggested, *opening, *teams, ALL_TARGETS]


def _suggested(suggestion: Suggestion, about: Question) -> tuple[str, str, str]:
    """A button that sets what is suggested."""
    fixed = {chosen.segment for chosen in about.filters}
    added = tuple(
        Filter(kind, (value,))
        for kind, value in suggestion.segment
        if kind not in fixed and value is not None
    )
    narrowed = Question(about.metric, about.period, (*about.filters, *added))
    where = _where(suggestion, about)
    shown = f"Set {bounds_name(suggestion.target, about.metric)}{f' for {where}' if where else ''}"
    return shown, SET_TARGET, target_words(narrowed, suggestion.target)


def _own_teams(known: Standing) -> list[tuple[str, str, str]]:
    return [
        (
            f"Target of {team}",
            ASK,
            target_words(
                Question(known.about.metric, known.about.period, (Filter(Segment.TEAM, (team,)),))
            ),
        )
        for team in sorted(known.led_teams)[:MOST_SUGGESTED]
    ]


def _next(about: Question) -> list[tuple[str, str, str]]:
    asked = Question(about.metric, PeriodChoice(about.period.grain), about.filters)
    return [
        (f"See {about.metric.abbreviation}", ASK, words(asked)),
        ("History", ASK, target_words(about)),
        ALL_TARGETS,
    ]


def _standing_text(entry: Entry, reader: Reader) -> str:
    """``at least 75 % from 1 Oct``, ``at least 200 a week from 1 Oct``, ``none from 1 Oct``."""
    about = question_of(entry)
    bounds = target_name(entry.target, about.metric) if entry.target else "removed"
    each = f" a {entry.subject.grain.value}" if entry.subject.grain and entry.target else ""
    today = local_day(reader.now, reader.timezone)
    return f"{bounds}{each} from {day_name(entry.starts_on, today)}"


def _when(entry: Entry, reader: Reader) -> str:
    return instant_name(entry.by.at, reader.now, reader.timezone)


def _entry_line(entry: Entry, reader: Reader) -> Line:
    said = f"{_standing_text(entry, reader)}, set by "
    return [text(said), person(entry.by.who), text(f" {_when(entry, reader)}")]


def _history_line(entry: Entry, reader: Reader) -> Line:
    """``today 10:00, Leo: at least 75 % from 1 Oct``."""
    when = upper(_when(entry, reader))
    return [
        text(f"{when}, "),
        person(entry.by.who),
        text(f": {_standing_text(entry, reader)}"),
    ]

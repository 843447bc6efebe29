"""The log of an agent's coaching, and the themes of a team: dates, states and counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from slackblocks import Block, ContextBlock, PlainText

from bot.blocks.coaching.note import day_in
from bot.blocks.dates import period_name
from bot.blocks.message import Message, paragraph, with_text
from bot.blocks.numbers import count
from bot.blocks.rich import Line, bold, bullets, line, line_text, person, text
from bot.blocks.targets import Reader
from bot.blocks.untrusted import name
from storage.operations.quality_models import AppealState, NoteState
from storage.periods import Period, local_day
from storage.quality.log import Logged
from storage.quality.themes import FEWEST_REVIEWS, Theme, Themes

MOST_LOGGED = 20
MOST_THEMES = 12
LONGEST_TITLE = 75
_STATES = {
    NoteState.SENDING: "on its way",
    NoteState.SENT: "not read yet",
    NoteState.READ: "read",
    NoteState.WITHDRAWN: "withdrawn",
    NoteState.UNREACHABLE: "reached nobody",
}
_APPEALS = {
    AppealState.OPEN: "seen differently, not decided yet",
    AppealState.UPHELD: "appeal upheld",
    AppealState.PARTLY: "appeal upheld in part",
    AppealState.DECLINED: "appeal declined",
}
WEAK_MEANS = "Weak: half of its points or fewer, or a no. Counts of reviews, not of people."


def log_message(user_id: str, agent: str, found: Sequence[Logged], reader: Reader) -> Message:
    """Whose log it is, and a line for each note."""
    who = person(user_id) if user_id else text(name(agent))
    if not found:
        nothing = ": no coaching note that you may know of."
        heading: Line = [text("Coaching of "), who, text(nothing)]
        return with_text(line_text(heading), [line(*heading)])
    heading = [text("Coaching of "), who, text(f": {_notes(len(found))}")]
    rows: list[Line] = [_row(each, reader) for each in found[:MOST_LOGGED]]
    small = "Dates, themes and states. What was written is between the agent and the author."
    if len(found) > MOST_LOGGED:
        small = f"The newest {MOST_LOGGED}. {small}"
    blocks: list[Block] = [line(*heading), bullets(rows), ContextBlock([PlainText(small)])]
    return with_text("\n".join(line_text(each) for each in (heading, *rows)), blocks)


def themes_message(team: str, period: Period, themes: Themes, reader: Reader) -> Message:
    """The weakest criteria first."""
    when = period_name(period, local_day(reader.now, reader.timezone))
    heading: Line = [bold(name(team)), text(f", {when}: {_reviews(themes.reviews)}")]
    if themes.found is None or not themes.found:
        why = _why_nothing(themes)
        return with_text(f"{line_text(heading)}\n{why}", [line(*heading), paragraph(why)])
    rows = [_theme(each) for each in themes.found[:MOST_THEMES]]
    blocks: list[Block] = [
        line(*heading),
        bullets(rows),
        ContextBlock([PlainText(WEAK_MEANS)]),
    ]
    return with_text("\n".join(line_text(each) for each in (heading, *rows)), blocks)


def _why_nothing(themes: Themes) -> str:
    if themes.is_withheld:
        return "Too few agents were reviewed to show themes without pointing at somebody."
    if themes.found is None:
        return f"Themes are shown from {FEWEST_REVIEWS} reviews up."
    return "No criterion was weak."


def _theme(theme: Theme) -> Line:
    focus = f", the focus of {_notes(theme.focus)}" if theme.focus else ""
    told = f": weak in {count(theme.weak)} of {count(theme.reviews)}{focus}"
    return [bold(name(theme.title, LONGEST_TITLE)), text(told)]


def _row(logged: Logged, reader: Reader) -> Line:
    themes = ", ".join(name(each, LONGEST_TITLE) for each in logged.themes) or "no focus"
    states = ", ".join(_states(logged, reader))
    return [text(f"{day_in(logged.at, reader)}  "), bold(themes), text(f"  {states}")]


def _states(logged: Logged, reader: Reader) -> Iterator[str]:
    yield _STATES[logged.state]
    if logged.is_correction:
        yield "corrects an earlier one"
    if logged.is_corrected:
        yield "corrected by a later one"
    if logged.asked_to_talk:
        yield "talk asked for"
    if logged.appeal:
        yield _APPEALS[logged.appeal]
    if logged.followed_up_at:
        yield f"followed up {day_in(logged.followed_up_at, reader)}"


def _notes(number: int) -> str:
    return "1 note" if number == 1 else f"{count(number)} notes"


def _reviews(number: int) -> str:
    return "1 review" if number == 1 else f"{count(number)} reviews"

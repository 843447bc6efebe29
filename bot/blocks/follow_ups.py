"""The private note about a low answer, and the forms in which somebody takes and closes it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from slackblocks import (
    Block,
    ContextBlock,
    DatePicker,
    InputBlock,
    ModalView,
    PlainText,
    RichTextElement,
    SectionBlock,
)

from bot.blocks.actions import (
    FOLLOW_UP_CLOSE,
    FOLLOW_UP_TAKE,
    FOLLOW_UP_TAKEN,
    buttons,
)
from bot.blocks.dates import dated_name, instant_name
from bot.blocks.message import FIELD, Json, Message, message, paragraph, view, with_text
from bot.blocks.names import channel_word
from bot.blocks.numbers import duration
from bot.blocks.rich import Line, bold, bullets, line, line_text, person, text
from bot.blocks.targets import Reader
from bot.blocks.untrusted import name
from storage.calendars import working_days
from storage.operations.follow_ups import ANSWER_CHANGED, FORGOTTEN, Open, Outcome
from storage.periods import local_day
from storage.surveys.followed import Followed, Past
from storage.surveys.kinds import KINDS

LONGEST_COMMENT = 2000
DUE = "due"
OUTCOMES = {
    Outcome.CALLED_BACK: "called back",
    Outcome.SOLVED: "solved",
    Outcome.NOT_REACHED: "could not reach them",
    Outcome.NOTHING_TO_DO: "nothing to do",
}
_ENDED = {
    **{outcome.value: words for outcome, words in OUTCOMES.items()},
    ANSWER_CHANGED: "the customer has changed the answer",
    FORGOTTEN: "the customer's data was deleted",
}
_SCALES = {"csat": "satisfaction", "nps": "recommending us", "ces": "ease"}


def follow_up_message(found: Followed, reader_id: str, reader: Reader) -> Message:
    """For who looks after it; nothing of any other customer."""
    opening = _opening(found, reader)
    blocks: list[Block] = [line(*opening)]
    if found.comment:
        blocks.append(SectionBlock(PlainText(_cut(found.comment))))
    if found.history:
        blocks.append(line(bold("Their contacts")))
        blocks.append(bullets([_contact(each, reader) for each in found.history]))
    blocks.append(line(*_standing(found, reader_id, reader)))
    blocks.append(ContextBlock([PlainText(_small_print(found))]))
    blocks += _buttons(found, reader_id)
    standing = line_text(_standing(found, reader_id, reader))
    return with_text(f"{line_text(opening)} {standing}", blocks)


def unowned_message(team: str) -> Message:
    """For admins: somebody should look after it, but nobody is named; nothing of the answer."""
    whose = f"of {name(team)} " if team else ""
    said = (
        f"A customer {whose}gave a low answer that nobody looks after: the account has no owner in"
        " Slack, and the team no lead. Load customers with owner_agent_id, or name a lead with"
        " /kpi role."
    )
    return message([said], [paragraph(said)])


def take_form(invitation_id: str, now_day: date) -> Json:
    """Asks until when; the next working day is proposed."""
    picker = DatePicker(DUE, initial_date=next_working_day(now_day).isoformat())
    field = InputBlock(PlainText("Until when"), picker, block_id=f"{FIELD}{DUE}")
    built = ModalView(
        PlainText("Look after it"),
        [field],
        close=PlainText("Cancel"),
        submit=PlainText("I'll take it"),
        callback_id=FOLLOW_UP_TAKEN,
        private_metadata=invitation_id,
    )
    return view(built)


def taken_in(submitted: Json) -> tuple[str, date]:
    """Which follow-up the form is about, and the day."""
    chosen = submitted["state"]["values"][f"{FIELD}{DUE}"][DUE]["selected_date"]
    return str(submitted["private_metadata"]), date.fromisoformat(chosen)


def closing_in(value: str) -> tuple[str, Outcome]:
    """The follow-up and the outcome that a button carries."""
    invitation_id, _, outcome = value.partition("|")
    return invitation_id, Outcome(outcome)


def open_line(each: Open, reader: Reader) -> Line:
    """One that waits, in a list: ``NPS 3, billing: since Tue 3 Mar, due Wed 4 Mar, overdue``."""
    today = local_day(reader.now, reader.timezone)
    since = dated_name(local_day(each.opened_at, reader.timezone), today)
    parts: list[RichTextElement] = [
        bold(score_name(each.kind, each.score)),
        text(f"{', ' + name(each.team) if each.team else ''}: since {since}"),
    ]
    if each.taken_by:
        parts += [text(", taken by "), person(each.taken_by)]
    if each.due_on:
        late = ", overdue" if is_overdue(each, reader) else ""
        parts.append(text(f", due {dated_name(each.due_on, today)}{late}"))
    return parts


def is_overdue(each: Open, reader: Reader) -> bool:
    return bool(each.due_on and each.due_on < local_day(reader.now, reader.timezone))


def score_name(kind: str, score: int) -> str:
    """``NPS 3 of 10``."""
    return f"{kind.upper()} {score} of {KINDS[kind].highest}"


def next_working_day(today: date) -> date:
    day = today + timedelta(days=1)
    while day not in working_days("", day.year):
        day += timedelta(days=1)
    return day


def _opening(found: Followed, reader: Reader) -> Line:
    who = name(found.customer, 60) if found.customer else "A customer"
    when = instant_name(found.answered_at, reader.now, reader.timezone)
    said = f" answered {found.score} of {KINDS[found.kind].highest} for {_SCALES[found.kind]}"
    call = ", and may be called" if found.may_call else ""
    return [bold(who), text(f"{said} ({when}){call}.")]


def _contact(each: Past, reader: Reader) -> Line:
    """``Tue 3 Mar, phone: double charge, resolved in 2 h 14 min, 12 min of work``."""
    today = local_day(reader.now, reader.timezone)
    day = dated_name(local_day(each.opened_at, reader.timezone), today)
    said = f"{day}, {channel_word(each.channel)}"
    if each.issue_type:
        said += f": {name(each.issue_type, 60)}"
    said += ", still open" if each.took_seconds is None else f", resolved in {_took(each)}"
    if each.handle_seconds:
        said += f", {duration(each.handle_seconds)} of work"
    return [bold(f"{said} (asked about this one)")] if each.is_subject else [text(said)]


def _took(each: Past) -> str:
    return duration(each.took_seconds or 0.0)


def _standing(found: Followed, reader_id: str, reader: Reader) -> Line:
    today = local_day(reader.now, reader.timezone)
    if found.closed_at:
        return [text(f"Closed: {_ENDED.get(found.outcome, found.outcome)}.")]
    if not found.taken_by:
        return [text("Nobody has taken it yet.")]
    due = f" until {dated_name(found.due_on, today)}." if found.due_on else "."
    if found.taken_by == reader_id:
        return [text(f"You look after it{due}")]
    return [person(found.taken_by), text(f" looks after it{due}")]


def _small_print(found: Followed) -> str:
    leads = f" and the leads of {name(found.team)}" if found.team else ""
    return f"Seen by the account's owner{leads} only."


def _buttons(found: Followed, reader_id: str) -> Iterator[Block]:
    if found.closed_at or found.taken_by not in {"", reader_id}:
        return
    take = "Change the day" if found.taken_by else "I'll take it"
    yield from buttons([(take, FOLLOW_UP_TAKE, found.invitation_id)])
    if found.taken_by:
        wanted = [
            (f"Close: {words}", FOLLOW_UP_CLOSE, f"{found.invitation_id}|{outcome.value}")
            for outcome, words in OUTCOMES.items()
        ]
        yield from buttons(wanted)


def _cut(comment: str) -> str:
    return comment if len(comment) <= LONGEST_COMMENT else f"{comment[: LONGEST_COMMENT - 1]}…"

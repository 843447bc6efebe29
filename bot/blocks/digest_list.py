"""Digests as people manage them: the list, one by itself, and the history of its runs."""

from __future__ import annotations

from collections.abc import Sequence

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ConfirmationDialogue,
    HeaderBlock,
    PlainText,
)

from bot.blocks.actions import (
    DIGEST_AGAIN,
    DIGEST_CHANGE,
    DIGEST_HISTORY,
    DIGEST_NEW,
    DIGEST_PREVIEW,
    DIGEST_RUN,
    DIGEST_SHOW,
    DIGEST_START,
    DIGEST_STATE,
    DIGEST_STOP,
    DIGESTS,
    LONGEST_BUTTON,
    buttons,
)
from bot.blocks.dates import instant_name
from bot.blocks.digest_names import (
    KnownDigest,
    in_its_zone,
    sentence,
    standing_lines,
    told_line,
    usual_time,
)
from bot.blocks.digest_runs import (
    KnownRun,
    Viewer,
    counted,
    is_under_way,
    lacks_some,
    run_line,
)
from bot.blocks.message import Message, paragraph, with_text
from bot.blocks.rich import Line, bold, bullets, line, line_text, person, text
from bot.blocks.untrusted import escape, name
from bot.request.digests import Verb
from storage.digests.audiences import AUDIENCES, AudienceEntry
from storage.metrics.definition import Audience
from storage.operations.digest_models import OccurrenceState, PlanState
from storage.operations.digests import Digest

LONGEST_TITLE = 140
MOST_LISTED = 20
ALL_DIGESTS = ("All digests", DIGESTS, "list")
ALL_THREE = ("Add all, to each of their people", DIGEST_START, "all")
A_NEW_ONE = ("New digest", DIGEST_NEW, Audience.OWN.value)
_PRESSED = {
    Verb.PAUSE: "Paused: nothing is sent until it is resumed.",
    Verb.RESUME: "Resumed. What fell into the pause is not made up for.",
    Verb.TAKE: "It is yours now: you are told when it can't be delivered.",
}


def digests_message(
    known: Sequence[KnownDigest], viewer: Viewer, *, may_make: bool, may_start: bool = False
) -> Message:
    """Every digest that the reader may see; ``may_start`` is for who makes the first ones."""
    if not known:
        return _no_digests(may_make=may_make, may_start=may_start)
    shown, hidden = known[:MOST_LISTED], len(known) - MOST_LISTED
    blocks: list[Block] = [HeaderBlock("Digests")]
    said: list[str] = []
    for each in shown:
        title, lines = name(each.digest.order.name, LONGEST_TITLE), standing_lines(each, viewer)
        blocks += [_entry(title, lines), ActionsBlock([_opening(title, each.digest.id)])]
        said.append(f"{escape(title)}: {' '.join(map(line_text, lines))}")
    more = [f"{hidden} more are not shown: /digest and a name shows one."] if hidden > 0 else []
    blocks += [paragraph(each) for each in more]
    offered = buttons([A_NEW_ONE] if may_make else [])
    return with_text(" ".join(["Digests.", *said, *more]), [*blocks, *offered])


def digest_message(known: KnownDigest, viewer: Viewer, notice: Line = ()) -> Message:
    """One digest and what can be done with it; ``notice`` is what was just done."""
    order = known.digest.order
    title = f"Digest: {name(order.name, LONGEST_TITLE)}"
    lines: list[Line] = [
        *([notice] if notice else []),
        told_line(order),
        *standing_lines(known, viewer),
        [text("Owner: "), person(known.digest.owner)],
    ]
    blocks: list[Block] = [HeaderBlock(title), *(line(*each) for each in lines)]
    said = " ".join([f"{escape(title)}.", *map(line_text, lines)])
    return with_text(said, [*blocks, *_offered(known, viewer)])


def history_message(
    known: KnownDigest, runs: Sequence[KnownRun], viewer: Viewer, notice: Line = ()
) -> Message:
    """The newest runs; those that can be sent again or stopped, with a button each."""
    title = f"Runs: {name(known.digest.order.name, LONGEST_TITLE)}"
    local = in_its_zone(viewer, known.digest)
    lines = [sentence(run_line(each, local)) for each in runs] or [[text("It has not run yet.")]]
    closing = f"Times in {local.reader.timezone}."
    blocks: list[Block] = [HeaderBlock(title), *([line(*notice)] if notice else [])]
    blocks += [bullets(lines), paragraph(closing)]
    told = [notice, *lines] if notice else lines
    said = " ".join([f"{escape(title)}.", *map(line_text, told), closing])
    offered = _mending(known, runs, local) if known.may_change else []
    back = ("Back", DIGEST_SHOW, str(known.digest.id))
    return with_text(said, [*blocks, *buttons([*offered, back])])


def deleting_message(known: KnownDigest) -> Message:
    """Asks before what was typed is done."""
    named = name(known.digest.order.name)
    said = f'Delete "{named}"? Nothing is sent any more; its history is kept.'
    offered = [
        ("Delete it", DIGEST_STATE, state_value(Verb.DELETE, known.digest)),
        ("Keep it", DIGEST_SHOW, str(known.digest.id)),
    ]
    return with_text(escape(said), [paragraph(said), *buttons(offered)])


def deleted_message(known: KnownDigest) -> Message:
    said = f'"{name(known.digest.order.name)}" is deleted. Its history is kept.'
    history = ("History", DIGEST_HISTORY, str(known.digest.id))
    return with_text(escape(said), [paragraph(said), *buttons([history, ALL_DIGESTS])])


def mending_buttons(digest_id: int) -> list[ActionsBlock]:
    """For who is told that a digest was not delivered: to look, and to change where it goes."""
    number = str(digest_id)
    return buttons(
        [
            ("Change the digest", DIGEST_CHANGE, number),
            ("See its runs", DIGEST_HISTORY, number),
        ]
    )


def near_message(sentence: str, near: Sequence[Digest]) -> Message:
    """That a name is unknown, with those that may have been meant as buttons."""
    meant = " or ".join(f'"{name(each.order.name)}"' for each in near)
    said = f"{sentence} Did you mean {meant}?" if near else f"{sentence} See which there are."
    offered = [(each.order.name, DIGEST_SHOW, str(each.id)) for each in near]
    return with_text(escape(said), [paragraph(said), *buttons([*offered, ALL_DIGESTS])])


def overtaken_message(who: str, when: str, known: KnownDigest, viewer: Viewer) -> Message:
    """That somebody else was quicker, and how it stands now."""
    notice = [text("Nothing is done: "), person(who), text(f" changed it {when}. As it is now:")]
    return digest_message(known, viewer, notice)


def pressed_notice(verb: Verb) -> Line:
    return [text(_PRESSED[verb])]


def started_notice() -> Line:
    return [text("Started: it is sent within a few minutes. See how far it is under History.")]


def again_notice(number: int) -> Line:
    if not number:
        return [text("Everybody has it: nothing is sent again.")]
    return [text(f"Sent again to {number}, who did not get it.")]


def stopped_notice(known: KnownRun, number: int) -> Line:
    """How many it did not reach, and what became of the others."""
    counts = known.run.deliveries
    there = f" So far: {counted(counts)}." if counts else ""
    before = f" before {number} {'was' if number == 1 else 'were'} sent" if number else ""
    return [text(f"Stopped{before}.{there}")]


def run_value(digest: Digest, viewer: Viewer) -> str:
    """Of one message: pressed twice there, it runs once."""
    return f"{digest.id} {viewer.slack_user_id} {viewer.reader.now.timestamp():.3f}"


def state_value(verb: Verb, digest: Digest) -> str:
    return f"{verb.value} {digest.id} {digest.version}"


def _entry(title: str, lines: Sequence[Line]) -> Block:
    told = (part for each in lines for part in (text("\n"), *each))
    return line(bold(title), *told)


def _opening(title: str, digest_id: int) -> Button:
    action, said = f"{DIGEST_SHOW}.{digest_id}", name(f"Open {title}", LONGEST_BUTTON)
    return Button("Open", action, value=str(digest_id), accessibility_label=said)


def _offered(known: KnownDigest, viewer: Viewer) -> list[ActionsBlock]:
    digest, number = known.digest, str(known.digest.id)
    preview, history = ("Preview to me", DIGEST_PREVIEW), ("History", DIGEST_HISTORY)
    if not known.may_change:
        return buttons([(*preview, number), (*history, number), ALL_DIGESTS])
    is_paused = digest.state is PlanState.PAUSED
    turning = Verb.RESUME if is_paused else Verb.PAUSE
    taking = ("Make it mine", DIGEST_STATE, state_value(Verb.TAKE, digest))
    row = buttons(
        [
            (*preview, number),
            ("Run now", DIGEST_RUN, run_value(digest, viewer)),
            (turning.value.capitalize(), DIGEST_STATE, state_value(turning, digest)),
            ("Change", DIGEST_CHANGE, number),
            (*history, number),
            *([taking] if digest.owner != viewer.slack_user_id else []),
            ALL_DIGESTS,
        ]
    )
    return [*row, ActionsBlock([_deleting(digest)])]


def _deleting(digest: Digest) -> Button:
    return Button(
        "Delete",
        f"{DIGEST_STATE}.9",
        value=state_value(Verb.DELETE, digest),
        style="danger",
        confirm=ConfirmationDialogue(
            title=PlainText("Delete this digest?"),
            text=PlainText("Nothing is sent any more. Its history is kept."),
            confirm=PlainText("Delete"),
            deny=PlainText("Keep"),
        ),
    )


def _mending(
    known: KnownDigest, runs: Sequence[KnownRun], local: Viewer
) -> list[tuple[str, str, str]]:
    """What each run can be helped with; one that never came about is run anew."""
    found = []
    for each in runs:
        run = each.run
        when = instant_name(run.due_at, local.reader.now, local.reader.timezone)
        if is_under_way(run):
            found.append((f"Stop {when}", DIGEST_STOP, str(run.id)))
        if lacks_some(run):
            found.append((f"Send {when} again", DIGEST_AGAIN, str(run.id)))
    if any(is_under_way(each.run) for each in runs):
        found.append(("Refresh", DIGEST_HISTORY, str(known.digest.id)))
    if runs and runs[0].run.state in {OccurrenceState.MISSED, OccurrenceState.FAILED}:
        found.append(("Run now", DIGEST_RUN, run_value(known.digest, local)))
    return found


def _no_digests(*, may_make: bool, may_start: bool) -> Message:
    """What there is to start with."""
    said = "There is no digest yet that you may see."
    if not may_make:
        return with_text(said, [paragraph(said)])
    ready = [entry for entry in AUDIENCES if entry.audience is not Audience.OWN]
    lines = [_ready_line(entry) for entry in ready]
    asks = "Start with one of these; you can change and preview it before it is saved."
    offered = [(entry.title, DIGEST_NEW, entry.audience.value) for entry in ready]
    offered = [ALL_THREE, *offered] if may_start else offered
    blocks = [paragraph(said), bullets(lines), paragraph(asks), *buttons([*offered, A_NEW_ONE])]
    return with_text(f"{said} {' '.join(map(line_text, lines))} {asks}", blocks)


def _ready_line(entry: AudienceEntry) -> Line:
    return [bold(f"{entry.title}: "), text(f"{usual_time(entry)}. {entry.description}")]

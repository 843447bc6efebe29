"""A calibration as its reviewers see it: the invitation, who is left, and what came out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from slackblocks import ActionsBlock, Block, Button, ContextBlock, Element, ModalView, PlainText

from bot.blocks.actions import CALIBRATION_CLOSE, CALIBRATION_OPEN
from bot.blocks.coaching.points import points_name
from bot.blocks.message import Json, Message, message, paragraph, view, with_text
from bot.blocks.numbers import decimal
from bot.blocks.rich import Line, bold, bullets, line, line_text, person, text
from bot.blocks.untrusted import name
from storage.quality.calibrating import Calibrated, Read

MOST_LISTED = 10
LONGEST_TITLE = 75
ALPHA_MEANS = (
    "Alpha is Krippendorff's: 1 is full agreement, 0 what chance would give; from 0.8 on figures"
    " can be relied on. The live score is untouched. Only who took part sees this."
)


@dataclass(frozen=True, slots=True)
class OpenOne:
    """An open calibration as one of its people sees it; ``left`` have not answered yet."""

    id: str
    contact_id: str
    left: tuple[str, ...]
    is_organiser: bool
    is_asked: bool


def started_message(contact_id: str, reviewers: Sequence[str]) -> Message:
    parts: Line = [
        text(f"Contact {name(contact_id)} goes to "),
        *_people(reviewers),
        text(". Answers stay hidden until all are in; then each of you gets the results."),
    ]
    return with_text(line_text(parts), [line(*parts)])


def asked_message(calibration_id: str, organiser: str, contact_id: str) -> Message:
    """For a reviewer: the form is a click away."""
    parts: Line = [
        person(organiser),
        text(
            f" asks you to score contact {name(contact_id)}, to see whether the card is read"
            " alike. Nobody sees your answers before all are in, and no score changes."
        ),
    ]
    button = Button("Score it", f"{CALIBRATION_OPEN}.0", value=calibration_id, style="primary")
    return with_text(line_text(parts), [line(*parts), ActionsBlock([button])])


def handed_in_view(left: int) -> Json:
    """What takes the form's place."""
    waits = "one more has" if left == 1 else f"{left} more have"
    said = (
        f"Handed in. The results come when {waits} answered."
        if left
        else "Handed in. All are in: the results come in a direct message."
    )
    return view(ModalView(title="Calibration", close="Done", blocks=[paragraph(said)]))


def open_message(found: Sequence[OpenOne]) -> Message:
    """Who is left, never what somebody gave."""
    if not found:
        return message(["No calibration is open."], [paragraph("No calibration is open.")])
    blocks: list[Block] = []
    told = []
    for number, each in enumerate(found[:MOST_LISTED]):
        parts: Line = [text(f"Contact {name(each.contact_id)} waits for "), *_people(each.left)]
        told.append(line_text(parts))
        blocks += [line(*parts), *_buttons(each, number)]
    return with_text("\n".join(told), blocks)


def closed_message() -> Message:
    said = "Closed. The results are on their way to those who answered."
    return message([said], [paragraph(said)])


def results_message(found: Calibrated) -> Message:
    """What was read differently first, with who gave what."""
    apart = [each for each in found.criteria if not each.is_alike]
    heading: Line = [
        bold(f"Calibration of contact {name(found.contact_id)}"),
        text(f": {_summary(len(apart), len(found.criteria))}"),
    ]
    rows = [_row(each) for each in apart]
    scores: Line = [text("Scores: "), *_scores(found)]
    blocks: list[Block] = [line(*heading), *([bullets(rows)] if rows else []), line(*scores)]
    blocks.append(ContextBlock([PlainText(ALPHA_MEANS)]))
    said = [line_text(each) for each in (heading, *rows, scores)]
    return with_text("\n".join([*said, ALPHA_MEANS]), blocks)


def _summary(apart: int, criteria: int) -> str:
    if not apart:
        return f"all {criteria} criteria were read alike."
    return f"{apart} of {criteria} criteria were read differently."


def _row(read: Read) -> Line:
    parts: Line = [bold(name(read.criterion.title, LONGEST_TITLE)), text(": ")]
    for number, (who, points) in enumerate(read.given):
        said = f" {points_name(read.criterion, points)}"
        parts = [*parts, *_comma(number), person(who), text(said)]
    return [*parts, text(f"  ({_alpha(read)})")]


def _alpha(read: Read) -> str:
    if read.alpha is None:
        return "alpha: too few contacts yet"
    return f"alpha {decimal(read.alpha, 2)} over {read.contacts} contacts"


def _scores(found: Calibrated) -> Line:
    parts: Line = []
    for number, (who, score) in enumerate(sorted(found.scores.items())):
        said = "none" if score is None else decimal(score, 0)
        parts = [*parts, *_comma(number), person(who), text(f" {said}")]
    return parts


def _buttons(each: OpenOne, number: int) -> list[Block]:
    given: list[Element] = []
    if each.is_asked:
        given.append(Button("Score it", f"{CALIBRATION_OPEN}.{number}", value=each.id))
    if each.is_organiser:
        words = "Close without them"
        given.append(Button(words, f"{CALIBRATION_CLOSE}.{number}", value=each.id))
    return [ActionsBlock(given)] if given else []


def _people(who: Sequence[str]) -> Line:
    parts: Line = []
    for number, each in enumerate(who):
        parts = [*parts, *_comma(number), person(each)]
    return parts


def _comma(number: int) -> Line:
    return [text(", ")] if number else []

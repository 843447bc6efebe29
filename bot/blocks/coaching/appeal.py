"""An appeal: its two forms for the agent, the second reviewer's, and how it ended."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from slackblocks import (
    Block,
    ContextBlock,
    InputBlock,
    ModalView,
    Option,
    PlainText,
    PlainTextInput,
    StaticMultiSelectMenu,
)

from bot.blocks.actions import (
    APPEAL_DECIDE,
    APPEAL_DECIDED,
    APPEAL_ITEMS,
    APPEAL_MADE,
    buttons,
)
from bot.blocks.coaching.note import day_in, subject_name
from bot.blocks.coaching.points import points_menu, points_name, points_of
from bot.blocks.message import FIELD, Json, Message, message, paragraph, view, with_text
from bot.blocks.numbers import decimal
from bot.blocks.rich import Line, bold, bullets, line, line_text, person, text
from bot.blocks.targets import Reader
from bot.blocks.untrusted import name
from storage.operations.quality_models import AppealState, CoachingNote
from storage.quality.noted import Contest, Item, Outcome
from storage.quality.scorecards import Answers, Criterion, Scorecard

ITEMS, REASON, COMMENT = f"{FIELD}items", f"{FIELD}reason", f"{FIELD}comment"
POINTS = f"{FIELD}points-"
LONGEST_REASON = 2000
MOST_NAMED = 3
_TITLE = "I see it differently"
_STATES = {
    AppealState.UPHELD: "You were agreed with",
    AppealState.PARTLY: "You were agreed with in part",
    AppealState.DECLINED: "The first points stay",
}


def items_form(note: CoachingNote, card: Scorecard, reader: Reader) -> Json:
    """The first form: which criteria are seen differently."""
    options = [
        Option(
            PlainText(name(each.title, 75)),
            each.key,
            description=PlainText(points_name(each, note.answers[each.key])),
        )
        for each in card.criteria
        if each.key in note.answers
    ]
    until = f" You have until {day_in(note.appeal_until, reader)}." if note.appeal_until else ""
    told = (
        "Another reviewer of your team, or a lead where there is none, looks at the contact anew,"
        f" knowing these criteria and your reason, but neither the note nor its score.{until}"
    )
    menu = StaticMultiSelectMenu("items", options, placeholder=PlainText("Choose criteria"))
    return view(
        ModalView(
            title=_TITLE,
            submit="Next",
            close="Cancel",
            callback_id=APPEAL_ITEMS,
            private_metadata=json.dumps({"note": note.id}),
            blocks=[
                paragraph(told),
                InputBlock("What do you see differently?", menu, block_id=ITEMS),
            ],
        )
    )


def chosen_items(submitted: Mapping[str, Json]) -> tuple[str, list[str]]:
    """The note's id and the keys of the criteria, of the first form."""
    chosen = _field(submitted, ITEMS).get("selected_options") or []
    return _about(submitted, "note"), [str(each["value"]) for each in chosen]


def appeal_form(note: CoachingNote, criteria: tuple[Criterion, ...]) -> Json:
    """The second form: what the agent proposes for each, and why."""
    return view(
        ModalView(
            title=_TITLE,
            submit="Send",
            close="Cancel",
            callback_id=APPEAL_MADE,
            private_metadata=json.dumps({"note": note.id}),
            blocks=[
                *(_points(each, _given(each, note)) for each in criteria),
                InputBlock(
                    "Why?",
                    PlainTextInput("reason", multiline=True, max_length=LONGEST_REASON),
                    block_id=REASON,
                    hint="Only the second reviewer reads it.",
                ),
            ],
        )
    )


def proposed_in(submitted: Mapping[str, Json]) -> tuple[str, Answers, str]:
    """The note's id, the points and the reason, of the second form."""
    reason = str(_field(submitted, REASON).get("value") or "")
    return _about(submitted, "note"), _points_in(submitted), reason


def made_view() -> Json:
    """What takes the form's place once the appeal is kept."""
    said = (
        "Thank you. Another reviewer looks at it; what comes of it stands in the thread of the"
        " note, for you alone."
    )
    return view(ModalView(title=_TITLE, close="Done", blocks=[paragraph(said)]))


def asking_message(contest: Contest, reader: Reader) -> Message:
    """Asks the second reviewer; the agent's reason is shown in the form alone."""
    told = f"A second opinion is needed on a {subject_name(contest.subject, reader)}: "
    said = f"{told}{_named(contest.criteria)}. Look at the contact, then decide."
    blocks = [paragraph(said), *buttons([("Decide", APPEAL_DECIDE, contest.id)])]
    return with_text(line_text([text(said)]), blocks)


def undecided_message(appeal_id: str, subject_name: str, days: int) -> Message:
    """Reminds the second reviewer."""
    said = (
        f"A second opinion on the {subject_name} has waited for {days} working days, and so has the"
        " agent who asked for it. You are reminded of it this once."
    )
    return message([said], [paragraph(said), *buttons([("Decide", APPEAL_DECIDE, appeal_id)])])


def decision_form(contest: Contest, reader: Reader) -> Json:
    """The second reviewer's form: no points that anybody gave or proposed."""
    return view(
        ModalView(
            title="Second opinion",
            submit="Decide",
            close="Cancel",
            callback_id=APPEAL_DECIDED,
            private_metadata=json.dumps({"appeal": contest.id}),
            blocks=[
                paragraph(
                    f"It is about the {subject_name(contest.subject, reader)}, from"
                    f" {name(contest.subject.source, 60)}."
                ),
                line(bold("What its agent says: "), text(contest.reason or "(deleted)")),
                *(_points(each, each.guidance) for each in contest.criteria),
                InputBlock(
                    "What you want to say to the agent",
                    PlainTextInput("comment", multiline=True, max_length=LONGEST_REASON),
                    block_id=COMMENT,
                    hint="Only the agent reads it.",
                    optional=True,
                ),
            ],
        )
    )


def decided_in(submitted: Mapping[str, Json]) -> tuple[str, Answers, str]:
    """The appeal's id, the points and the comment, of the second reviewer's form."""
    comment = str(_field(submitted, COMMENT).get("value") or "")
    return _about(submitted, "appeal"), _points_in(submitted), comment


def first_points(submitted: Mapping[str, Json]) -> str:
    """The first field with points: an error of the whole form stands there."""
    fields: Json = submitted["state"]["values"]
    return next(each for each in fields if each.startswith(POINTS))


def decided_view() -> Json:
    said = "Thank you. The agent is told in the note's thread, and so is the note's author."
    return view(ModalView(title="Second opinion", close="Done", blocks=[paragraph(said)]))


def outcome_message(outcome: Outcome) -> Message:
    """For the agent, in the note's thread."""
    opening: Line = [bold(f"{_STATES[outcome.state]}. "), text(_scores(outcome))]
    lines = [_item(each, "you proposed") for each in outcome.items]
    blocks: list[Block] = [line(*opening), bullets(lines)]
    said = [line_text(opening), *map(line_text, lines)]
    if outcome.comment:
        comment: Line = [bold("The second reviewer says: "), text(outcome.comment)]
        blocks.append(line(*comment))
        said.append(line_text(comment))
    return with_text("\n".join(said), blocks)


def authors_outcome_message(outcome: Outcome, reader: Reader) -> Message:
    """For the note's author, who gets neither the reason nor the comment."""
    subject = subject_name(outcome.subject, reader)
    opening: Line = [
        text("Another reviewer has looked at what "),
        person(outcome.agent_user_id) if outcome.agent_user_id else text("the agent"),
        text(f" saw differently in your review of the {subject}. {_scores(outcome)}"),
    ]
    lines = [_item(each, "proposed") for each in outcome.items]
    small = "The agent is told in the thread of the note."
    blocks = [line(*opening), bullets(lines), ContextBlock([PlainText(small)])]
    return with_text("\n".join([line_text(opening), *map(line_text, lines)]), blocks)


def _named(criteria: Sequence[Criterion]) -> str:
    """The first few by name."""
    named = ", ".join(name(each.title, 75) for each in criteria[:MOST_NAMED])
    more = len(criteria) - MOST_NAMED
    return f"{named} and {more} more" if more > 0 else named


def _scores(outcome: Outcome) -> str:
    before, after = decimal(outcome.before, 0), decimal(outcome.after, 0)
    if outcome.before == outcome.after:
        return f"The score stays at {after}."
    return f"The score is {after} now; it was {before}. Both are kept."


def _item(item: Item, proposed: str) -> Line:
    given = [
        f"first {points_name(item.criterion, item.first)}",
        f"{proposed} {points_name(item.criterion, item.proposed)}",
    ]
    decided = points_name(item.criterion, item.decided)
    title = f"{name(item.criterion.title, 75)}: "
    return [text(title), bold(decided), text(f" ({', '.join(given)})")]


def _given(criterion: Criterion, note: CoachingNote) -> str:
    return f"The review says: {points_name(criterion, note.answers.get(criterion.key))}."


def _points(criterion: Criterion, hint: str) -> InputBlock:
    return InputBlock(
        name(criterion.title, 75),
        points_menu(criterion, "points"),
        block_id=f"{POINTS}{criterion.key}",
        hint=hint or None,
    )


def _points_in(submitted: Mapping[str, Json]) -> dict[str, float | None]:
    fields = [each for each in submitted["state"]["values"] if each.startswith(POINTS)]
    chosen = {each: _field(submitted, each).get("selected_option") for each in fields}
    return {
        block_id.removeprefix(POINTS): points_of(str(option["value"]))
        for block_id, option in chosen.items()
        if option
    }


def _field(submitted: Mapping[str, Json], block_id: str) -> Json:
    """The only element of a block, whatever its action."""
    return next(iter(submitted["state"]["values"].get(block_id, {}).values()), {})


def _about(submitted: Mapping[str, Json], key: str) -> str:
    return str(json.loads(str(submitted["private_metadata"]))[key])

"""The modals in which an admin gives roles and names the teams of a channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from slackblocks import (
    Block,
    ConversationFilter,
    ConversationSelectMenu,
    InputBlock,
    ModalView,
    Option,
    PlainText,
    PlainTextInput,
    RadioButtonGroup,
    StaticMultiSelectMenu,
    StaticSelectMenu,
    UserSelectMenu,
)

from bot.blocks.actions import (
    CHANNEL_SAVED,
    ROLE_SAVED,
    ROLES_OPEN,
    ROLES_PASTED,
    buttons,
)
from bot.blocks.home import MOST_TEAMS
from bot.blocks.message import FIELD, Json, paragraph, view
from bot.blocks.rich import bullets, person, text
from bot.blocks.roles import role_name
from bot.blocks.untrusted import name
from storage.roles import WHOLE_ORGANISATION, Role, RoleGrant

PERSON, EMAIL, ROLE, TEAMS, DEED, LINES, CHANNEL = (
    f"{FIELD}{each}" for each in ("person", "email", "role", "teams", "deed", "lines", "channel")
)
GIVE, TAKE = "give", "take"
PAGE = 25
"""People on a page of roles."""
LONGEST_VALUE, LONGEST_OPTION = 150, 75
LONGEST_PASTE = 3000
_SEES = {
    Role.ADMIN: "settings and roles; figures only with another role",
    Role.EXECUTIVE: "totals, no agent by name",
    Role.LEAD: "totals; the agents of the teams named below",
    Role.REVIEWER: "totals; the agents of the teams named below",
    Role.AGENT: "the own figures and the own team's totals",
}


@dataclass(frozen=True, slots=True)
class RoleWanted:
    """What was filled in: by its fields, nothing checked yet."""

    person: str
    email: str
    role: Role
    teams: tuple[str, ...]
    takes: bool


def role_form(teams: Sequence[str]) -> Json:
    """The form to give or take one role of one person."""
    roles = [
        Option(PlainText(role.value.capitalize()), role.value, PlainText(_cut(_SEES[role])))
        for role in Role
    ]
    deeds = [Option(PlainText("Give"), GIVE), Option(PlainText("Take away"), TAKE)]
    fields: list[Block] = [
        InputBlock("Person", UserSelectMenu("person"), block_id=PERSON, optional=True),
        InputBlock(
            "Or e-mail address",
            PlainTextInput("email", max_length=320),
            block_id=EMAIL,
            hint="For somebody who is not in Slack yet.",
            optional=True,
        ),
        InputBlock("Role", StaticSelectMenu("role", roles), block_id=ROLE),
        *_teams_field(teams, "For a lead or a reviewer: those whose agents are seen by name."),
        InputBlock("What to do", RadioButtonGroup("deed", deeds, deeds[0]), block_id=DEED),
    ]
    return _form("Roles", ROLE_SAVED, fields)


def role_wanted(submitted: Mapping[str, Json]) -> RoleWanted:
    values = submitted["state"]["values"]
    return RoleWanted(
        person=str(_element(values, PERSON).get("selected_user") or ""),
        email=str(_element(values, EMAIL).get("value") or "").strip(),
        role=Role(_element(values, ROLE)["selected_option"]["value"]),
        teams=_chosen(values, TEAMS),
        takes=_element(values, DEED)["selected_option"]["value"] == TAKE,
    )


def paste_form() -> Json:
    """The form for many roles at once."""
    field = InputBlock(
        "Lines of email,role,teams",
        PlainTextInput("lines", multiline=True, max_length=LONGEST_PASTE),
        block_id=LINES,
        hint="Several teams with ; between them. All lines are taken, or none. For more lines than"
        " fit here: carekpi role import FILE.csv",
    )
    told = paragraph("ann@example.com,lead,billing;tier 2\neva@example.com,executive")
    return _form("Many roles at once", ROLES_PASTED, [told, field])


def pasted(submitted: Mapping[str, Json]) -> str:
    return str(_element(submitted["state"]["values"], LINES).get("value") or "")


def channel_form(teams: Sequence[str]) -> Json:
    """The form for the teams whose totals a channel may get."""
    conversations = ConversationFilter(["public", "private"], exclude_bot_users=True)
    fields: list[Block] = [
        InputBlock(
            "Channel",
            ConversationSelectMenu("channel", filter=conversations),
            block_id=CHANNEL,
            hint="CareKPI has to be in it: type /invite @CareKPI there.",
        ),
        *_teams_field(
            teams, "They take the place of those named before. None: no figures.", whole=True
        ),
    ]
    return _form("Totals in a channel", CHANNEL_SAVED, fields)


def channel_wanted(submitted: Mapping[str, Json]) -> tuple[str, frozenset[str]]:
    """The channel's id, and the teams; ``*`` is the whole organisation."""
    values = submitted["state"]["values"]
    channel_id = str(_element(values, CHANNEL)["selected_conversation"])
    return channel_id, frozenset(_chosen(values, TEAMS))


def roles_page(everyone: Sequence[tuple[str, RoleGrant]], page: int) -> Json:
    """A page of everybody's roles; the last one where there are fewer."""
    people = [
        (who, "; ".join(role_name(granted) for _, granted in own))
        for who, own in groupby(everyone, key=lambda each: each[0])
    ]
    last = max(0, (len(people) - 1) // PAGE)
    page = min(page, last)
    shown = people[page * PAGE : (page + 1) * PAGE]
    blocks: list[Block] = [paragraph("Nobody has been given a role yet.")]
    if shown:
        first = page * PAGE + 1
        heading = f"{first} to {page * PAGE + len(shown)} of {len(people):,}"
        rows = [[person(who), text(f"  {roles}")] for who, roles in shown]
        blocks = [paragraph(heading), bullets(rows)]
    turns = [("Back", page - 1), ("Next", page + 1)]
    wanted = [(label, ROLES_OPEN, str(to)) for label, to in turns if 0 <= to <= last]
    blocks += buttons(wanted)
    return view(ModalView(title="Everybody's roles", close="Close", blocks=blocks))


def _teams_field(teams: Sequence[str], hint: str, *, whole: bool = False) -> list[Block]:
    """None where no team is known and the whole organisation is no choice."""
    known = [team for team in teams if len(team) <= LONGEST_VALUE][:MOST_TEAMS]
    options = [Option(PlainText("Whole organisation"), WHOLE_ORGANISATION)] if whole else []
    options += [Option(PlainText(name(team, LONGEST_OPTION)), team) for team in known]
    if not options:
        return [paragraph("No team is loaded yet, so nobody can be made lead or reviewer of one.")]
    if len(teams) >= MOST_TEAMS:
        hint = f"{hint} Only the {MOST_TEAMS} largest are here; for others type /kpi role."
    menu = StaticMultiSelectMenu("teams", options)
    return [InputBlock("Teams", menu, block_id=TEAMS, hint=hint, optional=True)]


def _form(title: str, callback_id: str, blocks: Sequence[Block]) -> Json:
    return view(
        ModalView(
            title=title,
            submit="Save",
            close="Cancel",
            callback_id=callback_id,
            blocks=[*blocks],
        )
    )


def _chosen(values: Mapping[str, Json], block_id: str) -> tuple[str, ...]:
    options = _element(values, block_id).get("selected_options") or ()
    return tuple(str(option["value"]) for option in options)


def _element(values: Mapping[str, Json], block_id: str) -> Json:
    """The only element of a block, whatever its action."""
    return next(iter(values.get(block_id, {}).values()), {})


def _cut(words: str) -> str:
    return words if len(words) <= LONGEST_OPTION else f"{words[: LONGEST_OPTION - 1]}…"

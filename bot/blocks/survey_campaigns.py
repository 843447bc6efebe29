"""``/survey``: the list, one survey with how far it is, and help."""

from __future__ import annotations

from collections.abc import Sequence

from slackblocks import ActionsBlock, Block, Button, ConfirmationDialogue, HeaderBlock, PlainText

from bot.blocks.actions import (
    SURVEY_NEW,
    SURVEY_RULE_NEW,
    SURVEY_SHOW,
    SURVEY_STATE,
    SURVEYS,
    buttons,
)
from bot.blocks.message import Message, message, paragraph
from bot.blocks.rich import bullets, code, text
from bot.blocks.survey_outlook import progress_lines
from bot.blocks.untrusted import name
from bot.request.surveys import SurveyVerb
from storage.operations.campaign_progress import Progress
from storage.operations.campaigns import Campaign
from storage.operations.survey_models import CampaignState
from storage.surveys.manners import Manners
from storage.surveys.rules import Place, Rule

LONGEST_TITLE = 140
MOST_LISTED = 15
_ALL = ("All surveys", SURVEYS, "list")
_NEW = ("New survey", SURVEY_NEW, "nps")
_RULE = ("New rule", SURVEY_RULE_NEW, "csat")
_STATES = {
    CampaignState.ACTIVE: "going on",
    CampaignState.PAUSED: "paused",
    CampaignState.STOPPED: "stopped",
    CampaignState.ENDED: "over",
}
PLACES = {
    Place.DIRECT: "in a direct message",
    Place.SHARED: "in the channel shared with their organisation",
    Place.THREAD: "in the contact's thread, else directly",
}
_TYPED = (
    ("/survey", "the surveys, and how far each is"),
    ("/survey nps", "asks a list or a segment; csat and ces too. Shows first who is left out"),
    ("/survey results csat monthly team:billing", "figure, themes and comments"),
    ("/survey rules", "what is asked after contacts by itself"),
    ("/survey rule", "makes such a rule"),
    ("/survey NAME", "one survey, to pause or stop"),
    ("/survey pause NAME", "and /survey resume NAME, /survey stop NAME"),
)


def surveys_message(
    known: Sequence[tuple[Campaign, Progress]], manners: Manners, *, rules: bool = False
) -> Message:
    """Those that the reader may see."""
    title = "Rules of surveys" if rules else "Surveys"
    none = "There is no rule yet." if rules else "There is no survey yet."
    blocks: list[Block] = [HeaderBlock(title)]
    said = [f"{title}."]
    for campaign, progress in known[:MOST_LISTED]:
        told = _told(campaign, progress, manners)
        blocks += [paragraph("\n".join(told[:2])), *_opening(campaign)]
        said.append(" ".join(told[:2]))
    hidden = len(known) - MOST_LISTED
    closing = none if not known else f"{hidden} more are not shown." if hidden > 0 else ""
    blocks += [paragraph(closing)] if closing else []
    return message([*said, closing], [*blocks, *buttons([_RULE if rules else _NEW, _ALL])])


def survey_state_message(campaign: Campaign, progress: Progress, manners: Manners) -> Message:
    """One survey, how far it is and what can be done with it."""
    told = _told(campaign, progress, manners)
    blocks: list[Block] = [HeaderBlock(name(campaign.order.name, LONGEST_TITLE))]
    blocks += [paragraph("\n".join(told)), *_offered(campaign)]
    return message(told, blocks)


def survey_help_message() -> Message:
    introduction = (
        "A survey asks customers with one click. Nobody is asked too often, at night, or after"
        " they said no."
    )
    listed = bullets([[code(typed), text(f"  {meaning}")] for typed, meaning in _TYPED])
    said = [introduction, *(f"{typed}: {meaning}." for typed, meaning in _TYPED)]
    blocks: list[Block] = [HeaderBlock("Surveys"), paragraph(introduction), listed]
    return message(said, [*blocks, *buttons([_NEW, _RULE, _ALL])])


def state_value(verb: SurveyVerb, campaign: Campaign) -> str:
    return f"{verb.value} {campaign.id} {campaign.version}"


def what_is_asked(campaign: Campaign) -> str:
    """``NPS about the relationship, in a direct message.``, after which contacts with a rule."""
    order = campaign.order
    about = "the relationship" if order.purpose == "relationship" else "a contact"
    after = f", after {_contacts(order.rule)}" if order.rule else ""
    return f"{order.kind.upper()} about {about}, {PLACES[order.place]}{after}."


def _told(campaign: Campaign, progress: Progress, manners: Manners) -> list[str]:
    first = f"{name(campaign.order.name)}: {_STATES[campaign.state]}. {what_is_asked(campaign)}"
    return [first, *progress_lines(progress, manners)]


def _contacts(rule: Rule) -> str:
    named = (rule.channels, rule.issue_types, rule.segments, rule.teams)
    told = ", ".join(name(" or ".join(each)) for each in named if each)
    share = "" if rule.rate == 1 else f"{rule.rate:.0%} of the ".replace("%", " %")
    return f"{share}contacts{f' of {told}' if told else ''}"


def _opening(campaign: Campaign) -> list[ActionsBlock]:
    action = f"{SURVEY_SHOW}.{campaign.id}"
    said = name(f"Open {campaign.order.name}", 75)
    return [
        ActionsBlock([Button("Open", action, value=str(campaign.id), accessibility_label=said)])
    ]


def _offered(campaign: Campaign) -> list[ActionsBlock]:
    refresh = ("Refresh", SURVEY_SHOW, str(campaign.id))
    if campaign.state not in {CampaignState.ACTIVE, CampaignState.PAUSED}:
        return buttons([_ALL])
    is_paused = campaign.state is CampaignState.PAUSED
    verb = SurveyVerb.RESUME if is_paused else SurveyVerb.PAUSE
    turning = (verb.value.capitalize(), SURVEY_STATE, state_value(verb, campaign))
    return [*buttons([turning, refresh, _ALL]), ActionsBlock([_stopping(campaign)])]


def _stopping(campaign: Campaign) -> Button:
    return Button(
        "Stop",
        f"{SURVEY_STATE}.9",
        value=state_value(SurveyVerb.STOP, campaign),
        style="danger",
        confirm=ConfirmationDialogue(
            title=PlainText("Stop this survey?"),
            text=PlainText("Nobody else is asked. Who was asked can still answer."),
            confirm=PlainText("Stop"),
            deny=PlainText("Keep"),
        ),
    )

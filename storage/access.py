"""Who may see what: a member, a question and a destination make one decision. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from storage.metrics.answer import MYSELF, Filter, Question
from storage.metrics.definition import Segment
from storage.narrowing import asked_values, filters_without, folded, is_within, limited_to
from storage.roles import WHOLE_ORGANISATION, Member, Role


@dataclass(frozen=True, slots=True)
class OnlyThem:
    """The answer is shown to the person who asks, and to nobody else."""


@dataclass(frozen=True, slots=True)
class InChannel:
    """The answer is posted where others read it.

    ``teams`` are those an admin named for the channel, ``*`` is the whole organisation.
    """

    teams: frozenset[str] = frozenset()
    is_shared_with_others: bool = False


@dataclass(frozen=True, slots=True)
class RowByRow:
    """The rows behind the figure are shown one by one, to the person who asks alone."""


Destination = OnlyThem | InChannel | RowByRow


@dataclass(frozen=True, slots=True)
class Allowed:
    """Answer the question as it is."""

    question: Question
    withhold_small_groups: bool


@dataclass(frozen=True, slots=True)
class Reduced:
    """Answer this narrower question in its place, and say why in ``sentence``.

    ``filters`` are those that the narrower question has and the one asked had not.
    """

    question: Question
    withhold_small_groups: bool
    sentence: str
    filters: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """Answer nothing: what is not shown, and what the person can do instead."""

    sentence: str
    next_step: str = ""


Decision = Allowed | Reduced | Refused

Shown = Allowed | Reduced


def decide(member: Member, question: Question, destination: Destination) -> Decision:
    """What this person gets for this question there.

    A channel never gets more than the person who asks would see alone.
    """
    if isinstance(destination, RowByRow):
        return _decide_rows(member, question)
    alone = _decide_alone(member, question)
    if isinstance(alone, Refused) or isinstance(destination, OnlyThem):
        return alone
    return _decide_in_channel(question, alone, destination)


def refusal_of_outsider(member: Member) -> Refused | None:
    """Why a guest or somebody of another organisation gets nothing at all; None for a member."""
    if not member.is_outsider:
        return None
    return Refused("CareKPI answers members of its own organisation only.")


def refusal_to_set_targets(member: Member) -> Refused | None:
    """Why this person may set no target at all; None where there is one that they may set."""
    if outsider := refusal_of_outsider(member):
        return outsider
    if member.is_admin or member.led_teams:
        return None
    return Refused(
        "Targets are set by admins, and by leads for their own teams.", "Ask one of them to set it."
    )


def refusal_to_set_target(member: Member, question: Question) -> Refused | None:
    """Why this person may not set or remove a target for what a question is about.

    An admin may for everything, a lead for what is filtered by teams of their own.
    """
    if refused := refusal_to_set_targets(member):
        return refused
    if member.is_admin or is_within(question, member.led_teams):
        return None
    return Refused(
        f"You set targets for {_listed(member.led_teams)} only.",
        f"Add team:{_either(member.led_teams)}, or ask an admin.",
    )


def _decide_alone(member: Member, question: Question) -> Decision:
    if outsider := refusal_of_outsider(member):
        return outsider
    if not member.sees_all_totals and not member.agent_ids:
        return _without_figures(member)
    if _names_agents(question):
        return _about_agents(member, _with_own_ids(member, question))
    if member.sees_all_totals:
        return Allowed(question, withhold_small_groups=not is_within(question, member.named_teams))
    return _own_team(member, question)


def _decide_rows(member: Member, question: Question) -> Decision:
    """A row names its agent, so the rights are those of agents by name.

    Leads and reviewers see the rows of their teams, agents their own, who sees totals none.
    """
    if outsider := refusal_of_outsider(member):
        return outsider
    if not member.sees_all_totals and not member.agent_ids:
        return _without_figures(member)
    if not {Segment.TEAM, Segment.AGENT} <= set(question.metric.segments):
        return Refused(f"{question.metric.name} is not kept by team and agent, so no row is shown.")
    decision = _about_agents(member, _with_own_ids(member, question))
    if isinstance(decision, Refused) and not member.named_teams:
        return Refused("What is behind a figure is shown to the leads and reviewers of the team.")
    return decision


def _without_figures(member: Member) -> Refused:
    if member.is_admin:
        return Refused(
            "You are an admin, which is about settings and shows no figures.",
            "Give yourself a role that does, such as executive or lead of a team.",
        )
    if any(grant.role is Role.AGENT for grant in member.roles):
        return Refused(
            "You are an agent, but no agent in the loaded data has your e-mail address.",
            "Ask an admin to load the agents with their addresses.",
        )
    return Refused("You have no role in CareKPI yet.", "Ask an admin to give you one.")


def _about_agents(member: Member, question: Question) -> Decision:
    """Own figures go first: they are seen whatever the other roles; then those of the teams."""
    asked = set(asked_values(question, Segment.AGENT))
    if asked and asked <= member.agent_ids:
        return Allowed(question, withhold_small_groups=False)
    includes_own = bool(asked & member.agent_ids) or not asked
    if member.agent_ids and includes_own and not member.named_teams:
        return _own_figures(member, question)
    return _agents_by_name(member, question)


def _own_figures(member: Member, question: Question) -> Reduced:
    """The agent's own rows alone, so there is no colleague to withhold."""
    own = Filter(Segment.AGENT, tuple(sorted(member.agent_ids)))
    narrowed = replace(question, filters=(*filters_without(question, Segment.AGENT), own))
    return _reduced(question, narrowed, "Only your own figures are shown.", withhold=False)


def _with_own_ids(member: Member, question: Question) -> Question:
    """The question with ``agent:me`` spelled as the ids that the data knows this person by."""
    asked = asked_values(question, Segment.AGENT)
    if MYSELF not in folded(asked) or not member.agent_ids:
        return question
    others = {value for value in asked if value.casefold() != MYSELF}
    own = Filter(Segment.AGENT, tuple(sorted(others | member.agent_ids)))
    return replace(question, filters=(*filters_without(question, Segment.AGENT), own))


def _agents_by_name(member: Member, question: Question) -> Decision:
    if MYSELF in folded(asked_values(question, Segment.AGENT)):
        return Refused(
            "No agent in the loaded data has your e-mail address, so you have no own figures.",
            "Leave out agent:me.",
        )
    if not member.named_teams:
        return Refused(
            "Agents are shown by name only to the leads and reviewers of their team.",
            _ask(member),
        )
    limited = limited_to(question, member.named_teams)
    if limited is None:
        return Refused(
            "You see agents by name only in your own team.",
            f"Add team:{_either(member.named_teams)}, or leave out the agents.",
        )
    if limited == question:
        return Allowed(question, withhold_small_groups=False)
    sentence = f"Agents are shown by name for {_listed(member.named_teams)} only."
    return _reduced(question, limited, sentence, withhold=False)


def _own_team(member: Member, question: Question) -> Decision:
    """An agent's question about totals: the own team's, or the own figures without a team."""
    kept_by = question.metric.segments
    if Segment.TEAM not in kept_by or not (member.agent_teams or Segment.AGENT in kept_by):
        return Refused(
            f"{question.metric.name} is not kept by team, and you see what is your own team's.",
            "Ask a lead or an executive for it.",
        )
    if not member.agent_teams:
        return _own_figures(member, question)
    limited = limited_to(question, member.agent_teams)
    if limited is None:
        return Refused("You see the totals of your own team and your own figures.", _ask(member))
    if limited == question:
        return Allowed(question, withhold_small_groups=True)
    sentence = (
        f"You see the total of your team, {_listed(member.agent_teams)}."
        " For your own figures, add agent:me."
    )
    return _reduced(question, limited, sentence, withhold=True)


def _decide_in_channel(question: Question, alone: Shown, channel: InChannel) -> Decision:
    if refused := _refused_in_channel(alone.question, channel):
        return refused
    if WHOLE_ORGANISATION in channel.teams:
        return replace(alone, withhold_small_groups=True)
    told = f"This channel gets the totals of {_listed(channel.teams)} only."
    if Segment.TEAM not in question.metric.segments:
        return Refused(
            f"{told} {question.metric.name} is not kept by team.",
            "Share it in a channel that gets the whole organisation.",
        )
    limited = limited_to(alone.question, channel.teams)
    if limited is None:
        return Refused(told, f"Ask with team:{_either(channel.teams)}.")
    if limited == alone.question:
        return replace(alone, withhold_small_groups=True)
    return _reduced(question, limited, told, withhold=True)


def _refused_in_channel(question: Question, channel: InChannel) -> Refused | None:
    if channel.is_shared_with_others:
        return Refused(
            "This channel is shared with another organisation, or about to be,"
            " so no figure is posted here.",
            "Share it in a channel of your own organisation.",
        )
    if _names_agents(question):
        return Refused("A channel gets totals only, no figure of an agent.", "Leave out the agent.")
    if Segment.CUSTOMER in question.by or asked_values(question, Segment.CUSTOMER):
        return Refused(
            "A channel gets totals only, no figure of a customer.", "Leave out the customer."
        )
    if not channel.teams:
        return Refused(
            "No admin has named a team for this channel yet, so no figure is posted here.",
            "Ask an admin to name one.",
        )
    return None


def _names_agents(question: Question) -> bool:
    return Segment.AGENT in question.by or bool(asked_values(question, Segment.AGENT))


def _reduced(asked: Question, answered: Question, sentence: str, *, withhold: bool) -> Reduced:
    added = tuple(item for item in answered.filters if item not in asked.filters)
    return Reduced(answered, withhold, sentence, added)


def _listed(teams: frozenset[str]) -> str:
    *others, last = sorted(teams)
    return f"{', '.join(others)} and {last}" if others else last


def _either(teams: frozenset[str]) -> str:
    return " or team:".join(sorted(teams))


def _ask(member: Member) -> str:
    """What somebody who asked for too much can ask for."""
    if member.sees_all_totals:
        return "Leave out the agents, or ask by team."
    own_team = f"team:{_either(member.agent_teams)} or " if member.agent_teams else ""
    return f"Ask with {own_team}agent:me."

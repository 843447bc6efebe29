"""``carekpi forget``: takes the text about somebody, and who it is; figures stay."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import TYPE_CHECKING

from bot.commands.command import DONE, NOT_AS_ASKED, Call, Command

if TYPE_CHECKING:
    from storage.operations.audit import By

AGENT, CUSTOMER = "agent", "customer"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("kind", choices=(AGENT, CUSTOMER), help="whose data")
    parser.add_argument(
        "id", metavar="ID", help="as the loaded data has it (column agent_id or customer_id)"
    )
    parser.add_argument(
        "--source", metavar="NAME", help="of this system alone; else of every one with that id"
    )


def run(call: Call) -> int:
    from storage.operations.audit import By

    by = By(call.console.who, call.workplace.clock())
    lines = {AGENT: _agent, CUSTOMER: _customer}[call.arguments.kind](call, by)
    if not lines:
        kind, given = call.arguments.kind, call.arguments.id
        call.console.complain(f"No {kind} {given} is known here, so nothing was changed.")
        return NOT_AS_ASKED
    for line in lines:
        call.console.write(line)
    return DONE


def _agent(call: Call, by: By) -> list[str]:
    """What was done; empty where nobody has this id."""
    from storage.quality.forgetting import forget_agent

    place, given = call.workplace, call.arguments
    taken = forget_agent(place.facts, place.operations, given.id, given.source, by, place.sealer)
    if taken is None:
        return []
    done = (
        f"Agent {given.id} is forgotten: the text of {_count(taken.notes, 'note')},"
        f" {_count(taken.appeals, 'appeal')} and {_count(taken.drafts, 'draft')}, and the name,"
        f" e-mail address and Slack id in {_count(taken.rows, 'row')} of agents."
    )
    left = (
        "Scores and every other figure stay. Later imports bring no name or address of this agent"
        " again. What stands in Slack is replaced while CareKPI runs; Slack's own exports and"
        " backups of these databases are not in its reach."
    )
    return [done, left]


def _customer(call: Call, by: By) -> list[str]:
    """The same of a customer."""
    from storage.surveys.forgetting import forget_customer

    place, given = call.workplace, call.arguments
    taken = forget_customer(place.facts, place.operations, given.id, given.source, by, place.sealer)
    if taken is None:
        return []
    done = (
        f"Customer {given.id} is forgotten: the name and Slack ids in"
        f" {_count(taken.invitations, 'invitation')}, {_count(taken.comments, 'comment')}, and what"
        f" names the customer in {_count(taken.rows, 'row')} of customers and surveys."
    )
    left = (
        "Scores and every other figure stay. Later imports bring no name, comment or Slack id of"
        " this customer again. What stands in Slack, Slack's own exports and backups of these"
        " databases are not in its reach."
    )
    return [done, left]


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


FORGET = Command(
    name="forget",
    help="delete who an agent or a customer is, and what was written",
    examples="carekpi forget agent 4711\ncarekpi forget customer 88-1203 --source zendesk",
    add_arguments=add_arguments,
    run=run,
)

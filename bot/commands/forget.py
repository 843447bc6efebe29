"""``carekpi forget``: takes the text about somebody, and who it is; figures stay."""

from __future__ import annotations

from argparse import ArgumentParser

from bot.commands.command import DONE, NOT_AS_ASKED, Call, Command

AGENT = "agent"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("kind", choices=(AGENT,), help="whose data: an agent's")
    parser.add_argument("id", metavar="ID", help="as the loaded data has it (column agent_id)")
    parser.add_argument(
        "--source", metavar="NAME", help="of this system alone; else of every one with that id"
    )


def run(call: Call) -> int:
    from storage.operations.audit import By
    from storage.quality.forgetting import forget_agent

    place, given = call.workplace, call.arguments
    by = By(call.console.who, place.clock())
    taken = forget_agent(place.facts, place.operations, given.id, given.source, by, place.sealer)
    if taken is None:
        call.console.complain(f"No agent {given.id} is known here, so nothing was changed.")
        return NOT_AS_ASKED
    call.console.write(
        f"Agent {given.id} is forgotten: the text of {_count(taken.notes, 'note')},"
        f" {_count(taken.appeals, 'appeal')} and {_count(taken.drafts, 'draft')}, and the name,"
        f" e-mail address and Slack id in {_count(taken.rows, 'row')} of agents."
    )
    call.console.write(
        "Scores and every other figure stay. Later imports bring no name or address of this agent"
        " again. What stands in Slack is replaced while CareKPI runs; Slack's own exports and"
        " backups of these databases are not in its reach."
    )
    return DONE


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


FORGET = Command(
    name="forget",
    help="delete what was written about an agent, and who it is",
    examples="carekpi forget agent 4711\ncarekpi forget agent 4711 --source zendesk",
    add_arguments=add_arguments,
    run=run,
)

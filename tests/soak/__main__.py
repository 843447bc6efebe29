"""A week of a company's life in minutes, and whether the bot holds on to more from day to day.

``python -m tests.soak --days 7`` prints what its process holds at the end of each day, and closes
with ``digests due 2509, lost 0, doubled 0`` and a verdict; it exits with 1 where anything grows.
"""

from __future__ import annotations

import argparse
import signal
import sys
from dataclasses import replace

from bot.memory import share_arenas
from tests.soak.company import Company
from tests.soak.table import head, remarks, row
from tests.soak.trial import Order, soak
from tests.soak.verdict import growing, is_too_short

WHOLE = Company()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument(
        "--agents", type=int, default=WHOLE.agents, help="all else is in proportion"
    )
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))
    share_arenas()  # as the bot does when it starts
    print(head(), flush=True)
    outcome = soak(
        Order(sized(given.agents), given.days), lambda *day: print(row(*day), flush=True)
    )
    found = growing(outcome.readings)
    print("\n".join(["", *remarks(outcome), *outcome.problems, str(outcome)]))
    if is_too_short(given.days):
        print("These days are too few to tell growth from chance.")
    print("\n".join(found) or "Nothing grows.")
    return 1 if found or outcome.lost or outcome.doubled or outcome.problems else 0


def sized(agents: int) -> Company:
    """A company of so many agents, all else in proportion."""
    share = agents / WHOLE.agents

    def part(number: int, least: int = 1) -> int:
        return max(least, round(number * share))

    return replace(
        WHOLE,
        agents=agents,
        teams=part(WHOLE.teams, 2),
        executives=part(WHOLE.executives),
        reviewers=part(WHOLE.reviewers),
        customers=part(WHOLE.customers, 10),
        contacts=part(WHOLE.contacts, 60),
        questions=part(WHOLE.questions, 60),
        homes=part(WHOLE.homes),
        reviews=part(WHOLE.reviews),
    )


if __name__ == "__main__":
    sys.exit(main())

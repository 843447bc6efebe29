"""Who is drawn and why: fair shares as values, and the seed with reasons put into it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, update

from storage.facts.tables import agents, contacts, qa_reviews, surveys
from storage.metrics.segments import naive
from storage.operations.audit import By
from storage.operations.engine import reading, writing
from storage.operations.reviews import open_draft
from storage.operations.scorecards import cards_in_force, keep_file_cards
from storage.quality.card_settings import shipped_cards
from storage.quality.sampling import Drawn, Reason, Sampling, draw, fair_turns
from storage.roles import Member, Role, RoleGrant
from storage.sealing import Sealer, new_key
from tests.postgresql import Server
from tests.storage.engines import ENGINES, connected
from tests.storage.metrics.seed import NOW, seeded, seeded_engine
from tests.storage.operations.template import make_operations

BILLING = RoleGrant(Role.REVIEWER, frozenset({"Billing"}))
RITA = Member("T0", "U0RITA", frozenset({BILLING}))
LONG_AGO = timedelta(days=31)


@pytest.mark.parametrize(
    ("weights", "reviews", "size", "turns"),
    [
        ({"a": 1, "b": 1, "c": 1}, {}, 6, {"a": 2, "b": 2, "c": 2}),
        ({"a": 1, "b": 1, "c": 1}, {"a": 5}, 4, {"b": 2, "c": 2}),
        ({"a": 1, "b": 1, "c": 1}, {"a": 2, "b": 1}, 3, {"b": 1, "c": 2}),
        ({"a": 1, "b": 1, "new": 2}, {}, 4, {"a": 1, "b": 1, "new": 2}),
        ({"a": 1}, {"a": 9}, 3, {"a": 3}),
        ({}, {"a": 1}, 3, {}),
    ],
)
def test_turns_go_to_who_is_furthest_under_their_share(
    weights: Mapping[str, float], reviews: Mapping[str, int], size: int, turns: Mapping[str, int]
) -> None:
    assert Counter(fair_turns(weights, reviews, size)) == turns


def test_over_many_draws_nobody_is_over_or_under_the_share() -> None:
    reviews: Counter[str] = Counter()
    for _ in range(20):
        reviews += Counter(fair_turns({"a": 1, "b": 1, "c": 1, "new": 2}, reviews, 5))
    assert reviews == {"a": 20, "b": 20, "c": 20, "new": 40}


@pytest.fixture(scope="module", params=ENGINES)
def facts(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """Contacts with something that speaks for a few of them, on each engine."""
    if request.param == "duckdb":
        engine = seeded_engine(tmp_path_factory.mktemp("facts") / "facts.duckdb")
        yield _prepared(engine)
        engine.dispose()
        return
    server: Server = request.getfixturevalue("postgresql")
    with server.database() as url:
        engine = seeded(connected(url))
        yield _prepared(engine)
        engine.dispose()


def _prepared(engine: Engine) -> Engine:
    with engine.begin() as connection:
        connection.execute(qa_reviews.delete())
        connection.execute(
            update(contacts).values(reopen_count=0, handle_seconds=100.0, abandoned=False)
        )
        reopened = update(contacts).where(contacts.c.contact_id == "C579")
        connection.execute(reopened.values(reopen_count=1))
        long = update(contacts).where(contacts.c.contact_id == "C765")
        connection.execute(long.values(handle_seconds=5000.0))
        unhappy = {
            "source": "surveys",
            "survey_id": "unhappy",
            "kind": "csat",
            "contact_id": "C712",
            "sent_at": naive(NOW),
            "score": 1.0,
        }
        connection.execute(insert(surveys).values(**unhappy))
    return engine


@pytest.fixture
def operations(tmp_path: Path) -> Iterator[Engine]:
    engine = make_operations(tmp_path)
    yield engine
    engine.dispose()


def drawn(facts: Engine, operations: Engine, member: Member = RITA, size: int = 5) -> list[Drawn]:
    sampling = Sampling(member, NOW, "Europe/Berlin", size)
    with facts.connect() as connection, reading(operations) as session:
        return draw(connection, session, sampling)


def by_contact(found: list[Drawn]) -> dict[str, tuple[Reason, ...]]:
    return {each.contact.contact_id: each.reasons for each in found}


def test_sample_is_of_the_own_teams_and_of_the_last_30_days(
    facts: Engine, operations: Engine
) -> None:
    found = drawn(facts, operations)
    assert {each.contact.team for each in found} == {"billing"}
    assert Counter(each.contact.agent_id for each in found).most_common()[0][1] == 2
    assert min(each.contact.opened_at for each in found) >= NOW - timedelta(days=30)
    assert found == drawn(facts, operations)


def test_each_contact_tells_why_it_was_drawn(facts: Engine, operations: Engine) -> None:
    found = by_contact(drawn(facts, operations, size=6))
    assert found["C579"] == (Reason.REOPENED,)
    assert found["C765"] == (Reason.LONG,)
    assert Counter(found.values()).most_common(1)[0] == ((Reason.RANDOM,), 4)


def test_low_satisfaction_and_a_new_agent_are_told(facts: Engine, operations: Engine) -> None:
    care = Member("T0", "U0CARL", frozenset({RoleGrant(Role.LEAD, frozenset({"care"}))}))
    found = drawn(facts, operations, care, size=4)
    assert by_contact(found)["C712"] == (Reason.LOW_SATISFACTION,)
    new = [each.reasons for each in found if each.contact.agent_id == "a4"]
    assert new == [(Reason.NEW_AGENT,), (Reason.NEW_AGENT,)]


def test_what_is_begun_reviewed_or_ones_own_is_not_drawn(facts: Engine, operations: Engine) -> None:
    first = drawn(facts, operations)[0].contact
    with writing(operations) as session:
        by = By("U0OTHER", NOW)
        keep_file_cards(session, shipped_cards(), by)
        open_draft(session, Sealer([new_key()]), first, cards_in_force(session)[0], by)
    assert first.contact_id not in by_contact(drawn(facts, operations, size=30))
    own = Member("T0", "U0RITA", frozenset({BILLING}), agent_ids=frozenset({"a1"}))
    agents_drawn = {each.contact.agent_id for each in drawn(facts, operations, own, size=9)}
    assert agents_drawn == {"a2", "a3"}


def test_agent_who_has_left_is_not_drawn(facts: Engine, operations: Engine) -> None:
    with facts.begin() as connection:
        gone = update(agents).where(agents.c.agent_id == "a2")
        connection.execute(gone.values(left_on=NOW.date()))
    found = {each.contact.agent_id for each in drawn(facts, operations)}
    with facts.begin() as connection:
        connection.execute(gone.values(left_on=None))
    assert found == {"a1", "a3"}

"""What tests of several folders need."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from tests.clickhouse import House, running_house
from tests.postgresql import Server, shared_server
from tests.storage.metrics.seed import seeded_engine

BETWEEN_COLLECTIONS = 50_000, 20, 50
"""A fifth of the time of building statements went into looking for garbage among what stays."""


def pytest_configure(config: pytest.Config) -> None:
    """Bytecode is kept, also where the machine says otherwise: tests start dozens of processes,
    and each would compile all of the sources again. Control-C reaches them, also where the run
    was started in the background: there a shell lets what it starts ignore it.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is there once all tests are imported stays until the end: it is looked at no more."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*BETWEEN_COLLECTIONS)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """One look for what is left over shows its faults; pytest looks five times, through all."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A PostgreSQL server, one for all test processes of a run."""
    own = tmp_path_factory.getbasetemp()
    is_one_of_several = "PYTEST_XDIST_WORKER" in os.environ
    with shared_server(own.parent if is_one_of_several else own) as server:
        yield server


@pytest.fixture(scope="session")
def clickhouse() -> Iterator[House]:
    """ClickHouse within this process."""
    with running_house() as house:
        yield house


@pytest.fixture(scope="session")
def seeded_facts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A store with the metrics' seed, which no test writes to."""
    engine = seeded_engine(tmp_path_factory.mktemp("seeded") / "facts.duckdb")
    yield engine
    engine.dispose()

"""A store in a folder of its own, and a way to load text as a person would load a file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from storage.facts.house import COVERAGE_TOLD
from storage.facts.loading import LoadOrder, LoadReport, load_file
from storage.facts.store import EMBEDDED, open_facts
from storage.facts.tables import facts
from tests.clickhouse import House
from tests.postgresql import Server
from tests.storage.engines import CHECKED

MEMORY = "450MB"
FILE = "facts.duckdb"
NOW = datetime(2026, 11, 22, 6, 45, 10, tzinfo=UTC)
ROOT = Path(__file__).parents[3]
DATA = ROOT / "tests" / "data"


@dataclass
class Store:
    """The facts of one test, with what was reported of the import's progress."""

    engine: Engine
    folder: Path
    progress: list[float] = field(default_factory=list)

    def load(self, file: Path, order: LoadOrder | None = None, **changes: Any) -> LoadReport:
        asked = replace(order or LoadOrder("contacts"), **changes)
        return load_file(
            self.engine,
            asked,
            file,
            data_folder=self.folder / "data",
            now=NOW,
            progress=self.progress.append,
            memory_limit=MEMORY,
        )

    def load_text(self, content: str | bytes, **changes: Any) -> LoadReport:
        """Loads a file with that content; ``name`` and ``fact`` may be given."""
        file = self.folder / changes.pop("name", "export.csv")
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return self.load(file, LoadOrder(changes.pop("fact", "contacts")), **changes)

    def mapping(self, content: str, name: str = "own.toml") -> str:
        """Writes a mapping and returns the path to name it by."""
        path = self.folder / name
        path.write_text(content, encoding="utf-8")
        return str(path)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    def row(self, query: str) -> tuple[Any, ...]:
        (row,) = self.rows(query)
        return row


@pytest.fixture(scope="module")
def embedded_of_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with opened_in(tmp_path_factory.mktemp("embedded")) as opened:
        yield opened


@pytest.fixture
def embedded(embedded_of_module: Store) -> Iterator[Store]:
    """An empty store in a file; a module's tests get the same one after another."""
    with _emptied_afterwards(embedded_of_module) as empty:
        yield empty


@pytest.fixture
def store(embedded: Store) -> Store:
    return embedded


@pytest.fixture(scope="module", params=CHECKED)
def address(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """The address of a server's database for a module's tests; None for a file of each test."""
    yield from address_on(request, request.param)


def address_on(request: pytest.FixtureRequest, engine: str) -> Iterator[str | None]:
    if engine == EMBEDDED:
        yield None
        return
    server: Server | House = request.getfixturevalue(engine)
    with server.database() as url:
        yield url


@pytest.fixture(scope="module")
def store_of_module(
    address: str | None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    with opened_in(tmp_path_factory.mktemp("either"), address) as opened:
        yield opened


@pytest.fixture
def either_store(store_of_module: Store) -> Iterator[Store]:
    """An empty store of each engine; a module's tests get the same one after another."""
    with _emptied_afterwards(store_of_module) as empty:
        yield empty


@contextmanager
def _emptied_afterwards(store: Store) -> Iterator[Store]:
    """A store, and its folder, without anything of the test before."""
    yield Store(store.engine, store.folder)
    is_clickhouse = store.engine.dialect.name == "clickhousedb"
    names = [table.name for table in facts.sorted_tables]
    with store.engine.begin() as connection:
        for name in names:
            own = COVERAGE_TOLD if is_clickhouse and name == "coverage" else name
            connection.exec_driver_sql(f"TRUNCATE TABLE {own}")
    for path in store.folder.iterdir():
        if path.is_file() and not path.name.startswith(FILE):
            path.unlink()
    shutil.rmtree(store.folder / "data" / "rejects", ignore_errors=True)


@contextmanager
def opened_in(folder: Path, address: str | None = None) -> Iterator[Store]:
    engine = open_store(folder, address)
    yield Store(engine, folder)
    engine.dispose()


def open_store(folder: Path, address: str | None = None) -> Engine:
    return open_facts(
        address or f"duckdb:///{folder}/{FILE}",
        memory_limit=MEMORY,
        data_folder=folder / "data",
    )


def stored(*parts: int) -> datetime:
    """A UTC time as the tables hold it, without its zone."""
    year, month, day, hour, minute, second = (*parts, 0, 0, 0)[:6]
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC).replace(tzinfo=None)


def rejected(report: LoadReport) -> list[str]:
    """The lines of the rejects file without its header."""
    assert report.rejects_file is not None
    return report.rejects_file.read_text(encoding="utf-8").splitlines()[1:]

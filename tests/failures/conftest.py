"""Servers' databases that go away and come back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from sqlalchemy import make_url

from tests.jobs.conftest import office
from tests.postgresql import Server

__all__ = ["office"]


@dataclass
class GoingDatabase:
    """A database of a server that can be taken away: nobody gets in, and who is in is put out."""

    server: Server
    url: str

    @contextmanager
    def away(self) -> Iterator[None]:
        name = make_url(self.url).database
        self.server.run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        self.server.run(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            f" WHERE datname = '{name}' AND backend_type = 'client backend'"
        )
        yield
        self.server.run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


@pytest.fixture
def going(postgresql: Server) -> Iterator[GoingDatabase]:
    with postgresql.database() as url:
        yield GoingDatabase(postgresql, url)

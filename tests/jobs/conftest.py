"""A pretend workspace, an empty outbox, and a courier between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot.blocks.message import Json, Message
from bot.playground import Conversation, Person, Workspace, serve
from jobs.calls import client_for_jobs
from jobs.courier import Courier, Manner
from jobs.posting import Posting
from storage.errors import UserError
from storage.operations import outbox
from storage.operations.engine import reading, writing
from storage.operations.outbox import Parcel, Priority, Receipt
from storage.operations.outbox_models import Delivery
from storage.operations.paces import Pacing
from tests.storage.operations.template import make_operations

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MANIFEST = Path(__file__).parents[2] / "manifest.yml"


@dataclass
class MovableClock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def move(self, **amount: float) -> None:
        self.now += timedelta(**amount)


@dataclass
class PostOffice:
    """What a test puts in, and what it then sees in the workspace and in the outbox."""

    workspace: Workspace
    operations: Engine
    clock: MovableClock
    ann: Person
    care: Conversation
    told: list[str] = field(default_factory=list)
    courier: Courier = field(init=False)

    def __post_init__(self) -> None:
        self.courier = self.another_courier()

    def another_courier(
        self, token: str | None = None, timeout_seconds: int | None = None
    ) -> Courier:
        """As of a process of its own."""
        workspace = self.workspace
        client = client_for_jobs(token or workspace.bot_token, workspace.api_url)
        client.timeout = timeout_seconds or client.timeout
        manner = Manner(Pacing(60_000), {"secret": _render}, [self._tell])
        return Courier(self.operations, Posting(client), self.clock, manner)

    def put(self, key: str = "first", to: str | None = None, **changes: object) -> None:
        content = {"message": {"text": f"message {key}"}}
        parcel = Parcel(key, "test", Priority.DIGEST, to or self.care.id, "test:1", content)
        with writing(self.operations) as session:
            changed = replace(parcel, **changes)  # type: ignore[arg-type]  # as the class has them
            outbox.enqueue(session, [changed], self.clock())

    def deliver(self) -> None:
        self.courier.expire()
        self.courier.deliver_due()

    def row(self, key: str = "first") -> Delivery:
        with reading(self.operations) as session:
            return session.scalars(select(Delivery).where(Delivery.key == key)).one()

    def state(self, key: str = "first") -> tuple[str, str | None]:
        row = self.row(key)
        return row.state.value, row.reason

    def read(self) -> list[str]:
        """The messages in the channel."""
        return [message.read() for message in self.workspace.visible(self.ann, self.care)]

    def calls(self) -> list[str]:
        return [call.method for call in self.workspace.calls]

    def _tell(self, _session: Session, receipt: Receipt) -> None:
        self.told.append(f"{receipt.state.value} {receipt.recipient}: {receipt.reason}")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PostOffice]:
    clock = MovableClock()
    operations = make_operations(tmp_path)
    with serve(MANIFEST, clock=clock) as workspace:
        ann = workspace.add_person("ann")
        care = workspace.add_channel("care", [ann], with_bot=True)
        yield PostOffice(workspace, operations, clock, ann, care)
    operations.dispose()


def _render(content: Json) -> Message:
    if content["secret"] == "withdrawn":
        raise UserError("The note was withdrawn.", "Write another one.")
    return Message(f"secret {content['secret']}")

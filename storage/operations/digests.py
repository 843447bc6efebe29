"""Digests as people made them: what is told, to whom, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.cadences.cadence import Cadence
from storage.cadences.reading import stored_cadence
from storage.cadences.writing import as_text
from storage.errors import UserError
from storage.metrics.answer import Filter
from storage.metrics.definition import Audience, Segment
from storage.operations.audit import By, record
from storage.operations.base import Json
from storage.operations.digest_models import Digest as Kept
from storage.operations.digest_models import PlanState
from storage.periods import Grain

LONGEST_NAME = 80


class ChangedMeanwhileError(UserError):
    """Somebody else has changed it since it was looked at."""

    def __init__(self, name: str, who: str, at: datetime) -> None:
        super().__init__(
            f'"{name}" was changed meanwhile by somebody else, so nothing was saved.',
            "Open it again to see how it is now.",
        )
        self.who = who
        self.at = at


@dataclass(frozen=True, slots=True)
class DigestOrder:
    """What somebody wants to be told, and when.

    ``metrics`` are keys, for ``Audience.OWN`` alone; the other audiences' stand in the catalogue.
    ``channel_id`` is a conversation or a person; without it each of the audience gets their own,
    of ``OWN`` the owner. ``grain`` is the length of the period told.
    """

    name: str
    audience: Audience
    cadence: Cadence
    grain: Grain
    channel_id: str = ""
    metrics: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    only_if_changed: bool = False


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest as it stands. ``version`` is what a change must name."""

    id: int
    order: DigestOrder
    state: PlanState
    owner: str
    version: int
    made_at: datetime
    changed_at: datetime
    changed_by: str
    decided_until: datetime


def make(session: Session, order: DigestOrder, by: By) -> int:
    """Makes a digest, due from now on. The same made twice by the same person is one.

    Raises:
        UserError: another digest has that name.
    """
    if (other := _named(session, order.name)) is not None:
        if _is_same(other, order, by):
            return other.id
        raise _name_taken(order.name)
    kept = Kept(
        state=PlanState.ACTIVE,
        owner=by.who,
        made_at=by.at,
        changed_at=by.at,
        changed_by=by.who,
        decided_until=by.at,
    )
    _fill(kept, order)
    session.add(kept)
    session.flush()
    record(session, by, "digest made", kept.name, _details(order))
    return kept.id


def change(session: Session, digest_id: int, version: int, order: DigestOrder, by: By) -> int:
    """Changes it, and returns the new version. A new cadence holds from now on.

    Raises:
        ChangedMeanwhileError: ``version`` is not the newest one.
        UserError: it is deleted, or another digest has that name.
    """
    kept = _found(session, digest_id)
    if kept.version == version + 1 and kept.changed_by == by.who and _digest(kept).order == order:
        return kept.version
    _check_version(kept, version)
    other = _named(session, order.name)
    if other is not None and other.id != digest_id:
        raise _name_taken(order.name)
    if as_text(order.cadence) != kept.cadence:
        kept.decided_until = by.at
    _fill(kept, order)
    return _changed(session, kept, by, "digest changed", _details(order))


def pause(session: Session, digest_id: int, version: int, by: By) -> int:
    """Nothing is due any more until it is resumed."""
    return _set_state(session, (digest_id, version), PlanState.PAUSED, by, "digest paused")


def resume(session: Session, digest_id: int, version: int, by: By) -> int:
    """It is due again from now on; what fell into the pause is not made up for."""
    resumed = _set_state(session, (digest_id, version), PlanState.ACTIVE, by, "digest resumed")
    _found(session, digest_id).decided_until = by.at
    return resumed


def delete(session: Session, digest_id: int, version: int, by: By) -> int:
    """Ends it; its history stays, and its name can be used again."""
    deleted = _set_state(session, (digest_id, version), PlanState.DELETED, by, "digest deleted")
    session.get_one(Kept, digest_id).name_key = None
    return deleted


def take_over(session: Session, digest_id: int, version: int, by: By) -> int:
    """Makes somebody its owner, who is told from now on where it can't be delivered."""
    kept = _found(session, digest_id)
    _check_version(kept, version)
    kept.owner = by.who
    return _changed(session, kept, by, "digest taken over", "")


def find(session: Session, name_or_id: str | int) -> Digest:
    """The digest of a name, whatever its capitals, or of an id; a deleted one by its id alone.

    Raises:
        UserError: there is none.
    """
    kept = (
        session.get(Kept, name_or_id)
        if isinstance(name_or_id, int)
        else _named(session, name_or_id)
    )
    if kept is None:
        raise UserError(f'I know no digest "{name_or_id}".', "See which there are: /digest list.")
    return _digest(kept)


def standing(session: Session) -> list[Digest]:
    """Every digest that is not deleted, by name."""
    chosen = select(Kept).where(Kept.state != PlanState.DELETED).order_by(Kept.name_key)
    return [_digest(kept) for kept in session.scalars(chosen)]


def _set_state(
    session: Session, which: tuple[int, int], state: PlanState, by: By, what: str
) -> int:
    kept = _found(session, which[0])
    if kept.state is state:
        return kept.version
    _check_version(kept, which[1])
    kept.state = state
    return _changed(session, kept, by, what, "")


def _changed(session: Session, kept: Kept, by: By, what: str, details: str) -> int:
    kept.version += 1
    kept.changed_at, kept.changed_by = by.at, by.who
    record(session, by, what, kept.name, details)
    session.flush()
    return kept.version


def _found(session: Session, digest_id: int) -> Kept:
    kept = session.get(Kept, digest_id)
    if kept is None or kept.state is PlanState.DELETED:
        raise UserError("This digest was deleted.", "See which there are: /digest list.")
    return kept


def _check_version(kept: Kept, version: int) -> None:
    if kept.version != version:
        raise ChangedMeanwhileError(kept.name, kept.changed_by, kept.changed_at)


def _named(session: Session, name: str) -> Kept | None:
    return session.scalar(select(Kept).where(Kept.name_key == _key(name)))


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()[: 2 * LONGEST_NAME]


def _name_taken(name: str) -> UserError:
    return UserError(f'There is a digest "{name}" already.', "Choose another name.")


def _is_same(kept: Kept, order: DigestOrder, by: By) -> bool:
    return kept.owner == by.who and kept.version == 1 and _digest(kept).order == order


def _fill(kept: Kept, order: DigestOrder) -> None:
    kept.name = _checked_name(order.name)
    kept.name_key = _key(order.name)
    kept.audience = order.audience.value
    kept.content = _content(order)
    kept.channel_id = order.channel_id
    kept.cadence = as_text(order.cadence)
    kept.only_if_changed = order.only_if_changed


def _checked_name(name: str) -> str:
    cleaned = " ".join(name.split())
    if not cleaned:
        raise UserError("The digest has no name.", "Give it one, such as Care this week.")
    if len(cleaned) > LONGEST_NAME:
        raise UserError("The digest's name is too long.", f"Use {LONGEST_NAME} characters at most.")
    return cleaned


def _content(order: DigestOrder) -> Json:
    filters = [{"segment": each.segment.value, "values": each.values} for each in order.filters]
    return {"metrics": list(order.metrics), "filters": filters, "grain": order.grain.value}


def _digest(kept: Kept) -> Digest:
    order = DigestOrder(
        name=kept.name,
        audience=Audience(kept.audience),
        cadence=stored_cadence(kept.cadence),
        grain=Grain(kept.content["grain"]),
        channel_id=kept.channel_id,
        metrics=tuple(kept.content["metrics"]),
        filters=_filters(kept.content["filters"]),
        only_if_changed=kept.only_if_changed,
    )
    return Digest(
        kept.id,
        order,
        kept.state,
        kept.owner,
        kept.version,
        kept.made_at,
        kept.changed_at,
        kept.changed_by,
        kept.decided_until,
    )


def _filters(kept: Sequence[Json]) -> tuple[Filter, ...]:
    return tuple(Filter(Segment(each["segment"]), tuple(each["values"])) for each in kept)


def _details(order: DigestOrder) -> str:
    return f"{order.audience.value}, {as_text(order.cadence)}, to {order.channel_id or 'each'}"

"""What a digest is called, and how its state is told in a line or two."""

from __future__ import annotations

from dataclasses import dataclass, replace

from slackblocks import RichTextElement

from bot.blocks.dates import instant_name
from bot.blocks.digest_runs import KnownRun, Viewer, place, run_line
from bot.blocks.names import filter_name, listed
from bot.blocks.rich import Line, text
from bot.blocks.summary import upper
from bot.blocks.untrusted import name
from storage.cadences.occurrences import Occurrence
from storage.cadences.writing import described
from storage.digests.audiences import AudienceEntry, entry_of
from storage.metrics.catalog import METRICS
from storage.metrics.definition import Audience
from storage.operations.digest_models import PlanState
from storage.operations.digests import Digest, DigestOrder

MOST_METRICS_NAMED = 3
_NO_NAMES: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class KnownDigest:
    """A digest, when it is due next and what became of it last, and whether the reader may act.

    ``following`` is None where it is paused.
    """

    digest: Digest
    following: Occurrence | None
    last: KnownRun | None
    may_change: bool


def audience_name(order: DigestOrder) -> str:
    """What is told: ``for a team``, or the metrics by name."""
    if order.audience is not Audience.OWN:
        return _lower(entry_of(order.audience).title)
    named = {metric.key: metric.name for metric in METRICS}
    names = [
        named.get(key, f"{name(key)} (there is no such metric any more)") for key in order.metrics
    ]
    kept = names if len(names) <= MOST_METRICS_NAMED else names[: MOST_METRICS_NAMED - 1]
    more = [f"{len(names) - len(kept)} more"] if len(kept) < len(names) else []
    return listed([*kept, *more])


def scope_name(order: DigestOrder) -> str:
    return ", ".join(filter_name(each, _NO_NAMES) for each in order.filters)


def goes_to(order: DigestOrder, owner: str, viewer_id: str) -> Line:
    """``to #care``, ``to you``, ``to each agent``."""
    if order.channel_id or order.audience is Audience.OWN:
        return [text("to "), place(order.channel_id or owner, viewer_id)]
    return [text(f"to {entry_of(order.audience).of_each}")]


def when_line(known: KnownDigest, viewer: Viewer) -> Line:
    """``Mondays at 09:00 (Europe/Berlin), to #care. Next: 22 Jun 09:00``."""
    order, local = known.digest.order, in_its_zone(viewer, known.digest).reader
    planned: list[RichTextElement] = [
        text(f"{upper(described(order.cadence))}, "),
        *goes_to(order, known.digest.owner, viewer.slack_user_id),
        text("."),
    ]
    if known.digest.state is PlanState.PAUSED:
        planned.append(text(" Paused."))
    elif known.following:
        planned.append(
            text(f" Next: {instant_name(known.following.due_at, local.now, local.timezone)}.")
        )
    if order.only_if_changed:
        planned.append(text(" Only if something changed."))
    return planned


def standing_lines(known: KnownDigest, viewer: Viewer) -> list[Line]:
    lines = [when_line(known, viewer)]
    if known.last:
        last = run_line(known.last, in_its_zone(viewer, known.digest))
        lines.append(sentence([text("Last: "), *last]))
    return lines


def told_line(order: DigestOrder) -> Line:
    scope = scope_name(order)
    said = f"{upper(audience_name(order))}{f'; only {scope}' if scope else ''}."
    return [text(said)]


def sentence(parts: Line) -> Line:
    """Closed with a full stop, unless the last part is a sentence already."""
    ends = str(getattr(parts[-1], "text", "")).endswith((".", "…"))
    return parts if ends else [*parts, text(".")]


def in_its_zone(viewer: Viewer, digest: Digest) -> Viewer:
    return replace(viewer, reader=replace(viewer.reader, timezone=digest.order.cadence.timezone))


def usual_time(entry: AudienceEntry) -> str:
    """``mondays at 09:00``, without the zone, which is yet to be chosen."""
    return described(entry.cadence("UTC")).partition(" (")[0]


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]

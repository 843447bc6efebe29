"""Two editors at once: what the other one changed, told to the second."""

from __future__ import annotations

from collections.abc import Mapping

from slackblocks import ActionsBlock, Block, Button, ModalView, RichTextElement

from bot.blocks.actions import DIGEST_NEWEST
from bot.blocks.dates import instant_name
from bot.blocks.digest_names import audience_name, scope_name
from bot.blocks.digest_runs import Viewer, place
from bot.blocks.message import Json, paragraph, view
from bot.blocks.rich import Line, bold, bullets, is_conversation_id, is_user_id, line, person, text
from bot.blocks.untrusted import name
from storage.cadences.writing import described
from storage.digests.audiences import entry_of
from storage.operations.digests import Digest, DigestOrder

LONGEST_KEPT = 120


def stood(order: DigestOrder) -> dict[str, str]:
    """A digest in a few short texts, to be compared with how it is later."""
    told = {
        "Name": order.name,
        "Tells": audience_name(order),
        "Only for": scope_name(order) or "all",
        "Goes to": order.channel_id or entry_of(order.audience).of_each,
        "When": described(order.cadence),
        "Tells about": f"the {order.grain.value}",
        "Sent": "only if something changed" if order.only_if_changed else "always",
    }
    return {what: name(shown, LONGEST_KEPT) for what, shown in told.items()}


def overtaken_view(digest: Digest, before: Mapping[str, str], viewer: Viewer) -> Json:
    """Takes the form's place; nothing was saved."""
    when = instant_name(digest.changed_at, viewer.reader.now, viewer.reader.timezone)
    told: Line = [
        text("Nothing was saved: "),
        person(digest.changed_by),
        text(f" changed this digest {when}."),
    ]
    changes = _changes(before, stood(digest.order))
    blocks: list[Block] = [line(*told)]
    if changes:
        blocks.append(bullets(changes))
    blocks += [
        paragraph("Open the newest to make your change there."),
        ActionsBlock([Button("Open the newest", DIGEST_NEWEST, value=str(digest.id))]),
    ]
    return view(ModalView(title="Changed meanwhile", close="Close", blocks=blocks))


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> list[Line]:
    """``When: Mondays at 09:00 (…) → Tuesdays at 10:00 (…)``."""
    return [
        [bold(f"{what}: "), _shown(before.get(what, "")), text(" → "), _shown(now)]
        for what, now in after.items()
        if before.get(what) != now
    ]


def _shown(kept: str) -> RichTextElement:
    return place(kept) if is_conversation_id(kept) or is_user_id(kept) else text(kept)

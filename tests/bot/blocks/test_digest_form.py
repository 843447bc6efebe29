from __future__ import annotations

from dataclasses import replace
from datetime import time
from itertools import product

import pytest

from bot.blocks.digest_draft import IN_WORDS, Draft, To, draft_of
from bot.blocks.digest_form import USUAL_DAYS, digest_form
from bot.blocks.message import Json
from bot.playground.blockkit.elements import values_in
from bot.playground.blockkit.surfaces import check_view
from storage.cadences.reading import read_cadence
from storage.cadences.writing import as_text
from storage.metrics.catalog import METRICS
from storage.metrics.definition import Audience
from storage.periods import Grain

ZONES = ("Europe/Berlin", "UTC")
DRAFT = Draft(
    audience=Audience.OWN,
    days="mondays",
    at=time(9),
    zone="Europe/Berlin",
    person="U0LEO",
    is_own=True,
    to=To.PERSON,
    name="Billing <week>",
    metrics=tuple(metric.key for metric in METRICS[:3]),
    scope="team:billing",
    grain=Grain.MONTH,
    only_if_changed=True,
    digest_id=3,
    version=2,
    stood={"Name": "Billing", "When": "x" * 120},
    zones=ZONES,
)


def submitted(view: Json) -> Json:
    """What Slack sends of a form that nobody touched."""
    return view | {"state": {"values": values_in(view["blocks"], {})}}


@pytest.mark.parametrize(
    ("audience", "to", "days"), list(product(Audience, To, ("mondays", IN_WORDS)))
)
def test_form_of_every_kind_is_taken_by_slack(audience: Audience, to: To, days: str) -> None:
    built = digest_form(replace(DRAFT, audience=audience, to=to, days=days, words="x"), "Note.")
    assert check_view(built) == []


@pytest.mark.parametrize(
    "draft",
    [
        DRAFT,
        replace(DRAFT, audience=Audience.TEAM, metrics=(), to=To.EACH, only_if_changed=False),
        replace(DRAFT, days=IN_WORDS, at=None, words="last day 16:00", grain=None),
        replace(DRAFT, to=To.CONVERSATION, conversation="C0CARE", pasted="C0CARE"),
    ],
)
def test_form_is_read_back_as_it_was_filled_in(draft: Draft) -> None:
    assert draft_of(submitted(digest_form(draft))) == draft


def test_usual_days_are_read_as_they_are_stored() -> None:
    stored = [as_text(read_cadence(f"{days} 09:00", "UTC")) for days in USUAL_DAYS]
    assert stored == [f"{days} 09:00 in UTC" for days in USUAL_DAYS]

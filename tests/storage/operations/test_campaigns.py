"""Campaigns: made once, changed by one at a time, found by name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from storage.errors import UserError
from storage.operations import campaigns
from storage.operations.audit import By
from storage.operations.campaigns import CampaignOrder, Listed
from storage.operations.digests import ChangedMeanwhileError
from storage.operations.engine import reading, writing
from storage.operations.survey_models import CampaignState
from storage.surveys.rules import Place, Rule
from tests.storage.operations.conftest import NOW

EVA, LEO = By("U0EVA", NOW), By("U0LEO", NOW + timedelta(hours=1))
RULE = CampaignOrder("After mails", "csat", "contact", Place.THREAD, Rule(("email",), rate=0.5))
LIST = CampaignOrder("Spring", "nps", "relationship", people=(Listed("C1"), Listed("", "U1")))


def make(operations: Engine, order: CampaignOrder, key: str = "k") -> int:
    with writing(operations) as session:
        return campaigns.make(session, order, EVA, key)


@pytest.mark.parametrize("order", [RULE, LIST])
def test_campaign_is_kept_as_it_was_made(operations: Engine, order: CampaignOrder) -> None:
    made = make(operations, order)
    assert make(operations, order) == made
    with reading(operations) as session:
        found = campaigns.find(session, order.name.upper())
        assert (found.id, found.order, found.state) == (made, order, CampaignState.ACTIVE)
        assert (found.owner, found.seen_until, found.number) == ("U0EVA", NOW, len(order.people))


def test_name_is_free_again_when_the_other_one_is_over(operations: Engine) -> None:
    made = make(operations, LIST)
    with pytest.raises(UserError, match='There is a survey "Spring" already'):
        make(operations, LIST, "another")
    with writing(operations) as session:
        campaigns.stop(session, made, 1, EVA)
    assert make(operations, LIST, "another") == made + 1


def test_second_of_two_who_change_it_is_told(operations: Engine) -> None:
    made = make(operations, RULE)
    with writing(operations) as session:
        assert campaigns.pause(session, made, 1, EVA) == 2
        assert campaigns.pause(session, made, 1, LEO) == 2
    with pytest.raises(ChangedMeanwhileError), writing(operations) as session:
        campaigns.resume(session, made, 1, LEO)
    with writing(operations) as session:
        assert campaigns.resume(session, made, 2, LEO) == 3
        assert campaigns.find(session, made).seen_until == LEO.at

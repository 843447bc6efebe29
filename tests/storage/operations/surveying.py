"""Invitations as tests make them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Engine

from storage.operations import invitations
from storage.operations.engine import writing
from storage.operations.invitations import Invite, person_of
from storage.operations.survey_models import Campaign, CampaignState

ANN, ELSEWHERE = person_of("UANN", "TOWN"), person_of("UANN", "TOTHER")
AN_EMPTY_LIST: dict[str, object] = {
    "place": "direct",
    "rule": None,
    "people": [],
    "number": 0,
    "teams": [],
    "starts_at": None,
}


def campaign(operations: Engine, now: datetime, kind: str = "csat") -> int:
    with writing(operations) as session:
        row = Campaign(
            name="After contacts",
            kind=kind,
            purpose="contact",
            content=AN_EMPTY_LIST,
            state=CampaignState.ACTIVE,
            order_key=f"test {kind} {now}",
            owner="UOWNER",
            made_at=now,
            changed_at=now,
            changed_by="UOWNER",
        )
        session.add(row)
        session.flush()
        return row.id


def invite(campaign_id: int, now: datetime, **changes: object) -> Invite:
    given: dict[str, object] = {
        "key": "first",
        "campaign_id": campaign_id,
        "kind": "csat",
        "purpose": "contact",
        "user_id": "UANN",
        "team_id": "TOWN",
        "place_id": "UANN",
        "language": "en",
        "expires_at": now + timedelta(days=7),
    }
    return Invite(**(given | changes))  # type: ignore[arg-type]  # as the class has them


def invited(operations: Engine, now: datetime, **changes: object) -> str:
    """The id of an invitation that was sent."""
    campaign_id = campaign(operations, now, str(changes.get("key", "first")))
    with writing(operations) as session:
        (found,) = invitations.plan(session, [invite(campaign_id, now, **changes)], now)
        invitations.sent(session, found, "DANN", "1.000001", now)
    return found

"""Invitations on their way to people in the pretend workspace."""

from __future__ import annotations

from datetime import timedelta

from bot.playground import Conversation, Person
from jobs.calls import client_for_jobs
from jobs.courier import Courier, Manner
from jobs.posting import Posting
from jobs.survey_messages import noting_sent, rendering_surveys
from storage.operations import invitations, outbox
from storage.operations.engine import reading, writing
from storage.operations.paces import Pacing
from storage.operations.survey_models import Invitation, SurveyAnswer
from tests.bot.listeners.conftest import Office
from tests.storage.operations.surveying import campaign, invite


def send_survey(
    office: Office, person: Person, place: Conversation | None = None, **changes: object
) -> str:
    """Asks somebody, directly or in a conversation, and returns the invitation's id."""
    operations, now = office.stores.operations, office.clock()
    key = f"{person.id} {changes} {place and place.id}"[:80]
    campaign_id = campaign(operations, now, key)
    asked = invite(
        campaign_id,
        now,
        key=key,
        user_id=person.id,
        team_id=person.team_id,
        place_id=place.id if place else person.id,
        is_shared_place=place is not None,
        expires_at=now + timedelta(days=7),
        **changes,
    )
    with writing(operations) as session:
        (invitation_id,) = invitations.plan(session, [asked], now)
        planned = invitations.find(session, invitation_id)
        assert planned is not None
        outbox.enqueue(session, [invitations.parcel_of(planned)], now)
    deliver(office)
    return invitation_id


def deliver(office: Office) -> None:
    manner = Manner(
        Pacing(60_000),
        rendering_surveys(office.stores.operations, office.stores.settings.survey_texts),
        on_sent=[noting_sent(office.clock)],
    )
    client = client_for_jobs(office.workspace.bot_token, office.workspace.api_url)
    Courier(office.stores.operations, Posting(client), office.clock, manner).deliver_due()


def answer_to(office: Office, invitation_id: str) -> SurveyAnswer | None:
    with reading(office.stores.operations) as session:
        return session.get(SurveyAnswer, invitation_id)


def score_of(office: Office, invitation_id: str) -> int | None:
    answer = answer_to(office, invitation_id)
    return answer.score if answer else None


def invitation(office: Office, invitation_id: str) -> Invitation:
    with reading(office.stores.operations) as session:
        return session.get_one(Invitation, invitation_id)

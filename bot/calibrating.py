"""Calibrations under a member's own rights: starting one, answering, closing, who is left."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.administration import MENTION
from bot.blocks.coaching import calibration as blocks
from bot.blocks.coaching.filling import Filling
from bot.blocks.message import Message
from bot.coaching import UNKNOWN_CONTACT, Coaching, from_the_start
from bot.members import Members
from bot.stores import Stores
from storage.coaching_access import refusal_to_review
from storage.errors import NotAllowedError, UserError
from storage.operations import calibrations, reviews, scorecards
from storage.operations.audit import By
from storage.operations.engine import reading, writing
from storage.operations.quality_models import Calibration
from storage.periods import Clock
from storage.quality.calibration_copying import copy_calibrations_at_once
from storage.quality.contacts import find_contacts
from storage.quality.drafts import CALIBRATION, ReviewedContact
from storage.quality.scorecards import card_for
from storage.roles import Member

HOW_TO_START = "Write it like this: /coach calibrate C-1042 @ray @rob"


class Calibrating:
    """Everybody named has to be one who may review the contact."""

    def __init__(self, stores: Stores, members: Members, coaching: Coaching, clock: Clock) -> None:
        self._stores = stores
        self._members = members
        self._coaching = coaching
        self._clock = clock

    def start(self, member: Member, words: list[str]) -> Message:
        """Sends the contact to every reviewer that is named."""
        mentions = [MENTION.fullmatch(word) for word in words]
        named = list(dict.fromkeys(each[1] for each in mentions if each))
        ids = [word for word, each in zip(words, mentions, strict=True) if not each]
        if len(ids) != 1 or not named:
            raise UserError("Name one contact and the reviewers.", HOW_TO_START)
        found = self._coaching.find(member, ids)
        if not found:
            raise UNKNOWN_CONTACT
        contact = found[0]
        for who in named:
            self._check(self._members.find(who), contact, who)
        with writing(self._stores.operations) as session:
            card = card_for(
                [each for each in scorecards.cards_in_force(session) if each.criteria],
                contact.channel,
            )
            if card is None:
                raise UserError("There is no scorecard in use.", "Ask an admin: /coach cards.")
            calibrations.start(session, contact, card, named, self._by(member))
        return blocks.started_message(contact.contact_id, named)

    def begin(self, member: Member, calibration_id: str) -> Filling:
        """The form for a reviewer who was asked, as far as it came."""
        by, sealer = self._by(member), self._stores.sealer
        with writing(self._stores.operations) as session:
            kept = calibrations.to_answer(session, calibration_id, member.slack_user_id)
            contact = self._contact(member, kept)
            card = scorecards.card(session, kept.scorecard_id)
            draft = reviews.open_draft(session, sealer, contact, card, by, CALIBRATION)
            reviews.change_draft(session, sealer, draft.id, by, from_the_start)
        return self._coaching.filling(member, draft.id)

    def hand_in(self, member: Member, draft_id: str) -> int:
        """Keeps the answers; returns how many others have not answered yet."""
        by, sealer = self._by(member), self._stores.sealer
        with writing(self._stores.operations) as session:
            draft = reviews.read_draft(session, sealer, draft_id, member.slack_user_id)
            self._check(member, draft.contact)
            card = scorecards.card(session, draft.scorecard_id)
            answers = {
                each.key: draft.answers[each.key]
                for each in card.criteria
                if each.key in draft.answers
            }
            kept = calibrations.hand_in(session, draft, answers, by)
            left = self._left(session, kept)
        copy_calibrations_at_once(self._stores.facts, self._stores.operations, by.at)
        return len(left)

    def close(self, member: Member, calibration_id: str) -> Message:
        """Closes it without who is left."""
        by = self._by(member)
        with writing(self._stores.operations) as session:
            calibrations.close(session, calibration_id, by)
        copy_calibrations_at_once(self._stores.facts, self._stores.operations, by.at)
        return blocks.closed_message()

    def listed(self, member: Member) -> Message:
        """The open ones that this member started or takes part in."""
        with reading(self._stores.operations) as session:
            found = [
                blocks.OpenOne(
                    kept.id,
                    kept.contact_id,
                    tuple(self._left(session, kept)),
                    is_organiser=kept.organiser == member.slack_user_id,
                    is_asked=member.slack_user_id in self._left(session, kept),
                )
                for kept in calibrations.open_ones(session, member.slack_user_id)
            ]
        return blocks.open_message(found)

    def _contact(self, member: Member, kept: Calibration) -> ReviewedContact:
        with self._stores.facts.connect() as facts:
            found = find_contacts(facts, [kept.contact_id], member.named_teams, member.agent_ids)
        contact = next((each for each in found if each.source == kept.source), None)
        if contact is None:
            raise UNKNOWN_CONTACT
        self._check(member, contact)
        return contact

    @staticmethod
    def _left(session: Session, kept: Calibration) -> list[str]:
        found = calibrations.asked(session, kept.id)
        return [each.reviewer for each in found if each.answered_at is None]

    @staticmethod
    def _check(member: Member, contact: ReviewedContact, named: str = "") -> None:
        refused = refusal_to_review(member, contact)
        if refused and named:
            raise NotAllowedError(
                "Somebody you named may not review this contact.",
                "Name leads and reviewers of its team; its own agent can't take part.",
            )
        if refused:
            raise NotAllowedError(refused.sentence, refused.next_step)

    def _by(self, member: Member) -> By:
        return By(member.slack_user_id, self._clock())

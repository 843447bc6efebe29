"""Reviewing contacts under a member's own rights: samples, drafts, and the note that is sent."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from bot.blocks.coaching.filling import Filling
from bot.blocks.targets import Reader
from bot.stores import Stores
from storage.coaching_access import refusal_to_change_scorecards, refusal_to_review
from storage.errors import NotAllowedError, UserError
from storage.operations import reviews, scorecards
from storage.operations.audit import By
from storage.operations.engine import reading, writing
from storage.operations.notes import send_note
from storage.periods import Clock, local_day
from storage.quality import contacts
from storage.quality.card_settings import with_shipped
from storage.quality.copying import copy_at_once
from storage.quality.drafts import LIVE, Draft, ReviewedContact
from storage.quality.noted import with_focus
from storage.quality.reaching import Addressee, addressee_of
from storage.quality.sampling import Drawn, Sampling, draw
from storage.quality.scorecards import Scorecard, card_for
from storage.quality.wording import WordingQuestion, overridden, questions
from storage.roles import Member

UNKNOWN_CONTACT = UserError(
    "There is no such contact in the teams that you review.",
    "Take the id as your help desk shows it; /coach sample draws some.",
)


def from_the_start(draft: Draft) -> Draft:
    """The form opens with its first page."""
    return replace(draft, page=0)


class Coaching:
    """What reviewers, leads and admins do; who may is decided by ``storage.coaching_access``."""

    def __init__(self, stores: Stores, clock: Clock) -> None:
        self._stores = stores
        self._clock = clock
        self._wording = overridden(stores.settings.wording)

    @property
    def reader(self) -> Reader:
        return Reader(self._clock(), self._stores.settings.timezone)

    def keep_file_cards(self) -> None:
        """Takes over what changed in the settings file's scorecards since they were last read."""
        cards = with_shipped(self._stores.settings.scorecards)
        with writing(self._stores.operations) as session:
            scorecards.keep_file_cards(session, cards, By(scorecards.FROM_FILE, self._clock()))

    def find(self, member: Member, ids: Collection[str]) -> list[ReviewedContact]:
        """Contacts of these ids that this member may review.

        Raises:
            NotAllowedError: this member reviews none at all.
        """
        _check(member)
        with self._stores.facts.connect() as facts:
            return contacts.find_contacts(facts, ids, member.named_teams, member.agent_ids)

    def sample(self, member: Member) -> list[Drawn]:
        """Contacts drawn for this member."""
        _check(member)
        sampling = Sampling(member, self._clock(), self._stores.settings.timezone)
        with reading(self._stores.operations) as session, self._stores.facts.connect() as facts:
            return draw(facts, session, sampling)

    def names(self, found: Sequence[ReviewedContact]) -> dict[str, str]:
        """Names of their agents, as far as there are any."""
        with self._stores.facts.connect() as facts:
            return contacts.agent_names(facts, (each.agent_id for each in found))

    def begin(self, member: Member, source: str, contact_id: str) -> Filling:
        """The member's draft for a contact, new or as far as it came.

        Raises:
            NotAllowedError: this member may not review it.
            NoKeyError: there is no key to seal a draft with.
        """
        _check(member)
        with self._stores.facts.connect() as facts, writing(self._stores.operations) as session:
            teams, own = member.named_teams, member.agent_ids
            found = contacts.find_contacts(facts, [contact_id], teams, own)
            contact = next((each for each in found if each.source == source), None)
            if contact is None:
                raise UNKNOWN_CONTACT
            cards = [each for each in scorecards.cards_in_force(session) if each.criteria]
            chosen = card_for(cards, contact.channel)
            if chosen is None:
                raise UserError("There is no scorecard in use.", "Ask an admin: /coach cards.")
            sealer, by = self._stores.sealer, self._by(member)
            opened = reviews.open_draft(session, sealer, contact, chosen, by)
            draft = reviews.change_draft(session, sealer, opened.id, by, from_the_start)
            return self._filling(facts, session, draft)

    def filling(self, member: Member, draft_id: str) -> Filling:
        """The member's own draft as it stands now."""
        with reading(self._stores.operations) as session, self._stores.facts.connect() as facts:
            sealer = self._stores.sealer
            draft = reviews.read_draft(session, sealer, draft_id, member.slack_user_id)
            _check(member, draft.contact)
            return self._filling(facts, session, draft)

    def change(self, member: Member, draft_id: str, change: Callable[[Draft], Draft]) -> Filling:
        """Changes a draft, and returns how it stands."""
        sealer, by = self._stores.sealer, self._by(member)
        with self._stores.facts.connect() as facts, writing(self._stores.operations) as session:
            draft = reviews.change_draft(session, sealer, draft_id, by, change)
            _check(member, draft.contact)
            return self._filling(facts, session, draft)

    def choose_card(self, member: Member, draft_id: str, card_id: int) -> Filling:
        """Scores with another card; what both of them ask stays answered."""
        with reading(self._stores.operations) as session:
            card = scorecards.card(session, card_id)
        return self.change(member, draft_id, lambda draft: replace(draft, scorecard_id=card.id))

    def drafts(self, member: Member) -> list[Filling]:
        """The member's own drafts of contacts that they may still review."""
        _check(member)
        with reading(self._stores.operations) as session, self._stores.facts.connect() as facts:
            found = reviews.drafts_of(session, self._stores.sealer, member.slack_user_id)
            allowed = [each for each in found if refusal_to_review(member, each.contact) is None]
            return [self._filling(facts, session, draft) for draft in allowed]

    def drop(self, member: Member, draft_id: str) -> None:
        with writing(self._stores.operations) as session:
            reviews.drop_draft(session, draft_id, member.slack_user_id)

    def doubts(self, filling: Filling) -> list[WordingQuestion]:
        """What is asked about the wording before it is sent."""
        draft = filling.draft
        return questions(with_focus(draft.texts, filling.card, draft.themes), self._wording)

    def send(self, member: Member, draft_id: str) -> tuple[Filling, Addressee]:
        """Sends the note, once however often this is called.

        One about a contact of which this member has sent a note before takes its place.

        Raises:
            UserError: it was sent or thrown away before, or nothing that applies was answered.
        """
        sealer, by = self._stores.sealer, self._by(member)
        with self._stores.facts.connect() as facts, writing(self._stores.operations) as session:
            draft = reviews.read_draft(session, sealer, draft_id, member.slack_user_id)
            _check(member, draft.contact)
            if draft.purpose != LIVE:
                raise UserError("Answers of a calibration are handed in, and no note is sent.")
            filling = self._filling(facts, session, draft)
            answers = {
                each.key: draft.answers[each.key]
                for each in filling.card.criteria
                if each.key in draft.answers
            }
            to = addressee_of(facts, session, draft.contact.agent_id, self._today)
            before = reviews.last_review_of(session, draft.contact, draft.reviewer)
            corrects = before[0] if before else ""
            sent = replace(draft, answers=answers, corrects=corrects)
            send_note(session, sent, to, by, sealer)
        copy_at_once(self._stores.facts, self._stores.operations, by.at)
        return filling, to

    def cards(self, member: Member) -> tuple[Scorecard, ...]:
        """Every scorecard in use, for who reviews or changes them."""
        if refusal_to_change_scorecards(member):
            _check(member)
        with reading(self._stores.operations) as session:
            return scorecards.cards_in_force(session)

    def card(self, member: Member, card_id: int) -> Scorecard:
        """One version, for who may change it."""
        _check_admin(member)
        with reading(self._stores.operations) as session:
            return scorecards.card(session, card_id)

    def card_keys(self, member: Member) -> frozenset[str]:
        """The keys of every card there ever was."""
        _check_admin(member)
        with reading(self._stores.operations) as session:
            return scorecards.card_keys(session)

    def keep_card(self, member: Member, changed: Scorecard) -> Scorecard:
        """The card as a new version."""
        _check_admin(member)
        with writing(self._stores.operations) as session:
            return scorecards.keep_card(session, changed, self._by(member))

    @property
    def _today(self) -> date:
        return local_day(self._clock(), self._stores.settings.timezone)

    def _filling(self, facts: Connection, session: Session, draft: Draft) -> Filling:
        names = contacts.agent_names(facts, [draft.contact.agent_id])
        before = reviews.last_review_of(session, draft.contact, draft.reviewer)
        cards, is_live = scorecards.cards_in_force(session), draft.purpose == LIVE
        return Filling(
            draft=draft,
            card=scorecards.card(session, draft.scorecard_id),
            cards=tuple(each for each in cards if each.criteria and is_live),
            agent=names.get(draft.contact.agent_id, draft.contact.agent_id),
            reader=self.reader,
            reviewed_at=before[1] if before and is_live else None,
        )

    def _by(self, member: Member) -> By:
        return By(member.slack_user_id, self._clock())


def _check(member: Member, contact: ReviewedContact | None = None) -> None:
    if refused := refusal_to_review(member, contact):
        raise NotAllowedError(refused.sentence, refused.next_step)


def _check_admin(member: Member) -> None:
    if refused := refusal_to_change_scorecards(member):
        raise NotAllowedError(refused.sentence, refused.next_step)

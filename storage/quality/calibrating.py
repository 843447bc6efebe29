"""What comes out of a calibration: what was read alike, what differently, and how often so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from storage.errors import UserError
from storage.operations import calibrations
from storage.operations.quality_models import Calibration
from storage.operations.scorecards import card
from storage.quality.agreement import Level, Unit, alpha
from storage.quality.scorecards import Answers, Criterion, Scorecard, score_of


@dataclass(frozen=True, slots=True)
class Read:
    """A criterion as the reviewers of one contact read it.

    ``alpha`` is Krippendorff's over all contacts calibrated with this card so far, None where
    nothing can be said yet; ``contacts`` is how many of them two reviewers or more gave points to.
    """

    criterion: Criterion
    given: tuple[tuple[str, float | None], ...]
    alpha: float | None
    contacts: int

    @property
    def is_alike(self) -> bool:
        return len({points for _, points in self.given}) <= 1


@dataclass(frozen=True, slots=True)
class Calibrated:
    """The results; ``scores`` are what each reviewer's answers come to."""

    source: str
    contact_id: str
    card: Scorecard
    scores: Mapping[str, float | None]
    criteria: tuple[Read, ...]


def results(session: Session, calibration_id: str) -> Calibrated:
    """Of a closed calibration, for those who took part.

    Raises:
        UserError: it is still open, so nobody may see what others gave.
    """
    kept = calibrations.calibration(session, calibration_id)
    if kept.closed_at is None:
        raise UserError("The results are shown when everybody has answered.")
    of = card(session, kept.scorecard_id)
    answers = calibrations.answers_of(session, kept.id)
    past = _past(session, kept, of)
    return Calibrated(
        kept.source,
        kept.contact_id,
        of,
        {who: score_of(of, given).value for who, given in answers.items()},
        tuple(_read(each, answers, past) for each in of.criteria),
    )


def _past(session: Session, kept: Calibration, of: Scorecard) -> list[list[Answers]]:
    """Of each contact calibrated with this card, whatever its version, all answers."""
    ones = calibrations.closed_before(session, kept)
    keys = {each: card(session, each).key for each in {one.scorecard_id for one in ones}}
    return [
        list(calibrations.answers_of(session, one.id).values())
        for one in ones
        if keys[one.scorecard_id] == of.key
    ]


def _read(
    criterion: Criterion, answers: Mapping[str, Answers], past: Sequence[Sequence[Answers]]
) -> Read:
    level = Level.NOMINAL if criterion.is_yes_or_no else Level.ORDINAL
    units: list[Unit] = [[given.get(criterion.key) for given in one] for one in past]
    compared = [unit for unit in units if sum(each is not None for each in unit) > 1]
    given = tuple((who, each.get(criterion.key)) for who, each in sorted(answers.items()))
    said = alpha(compared, level) if len(compared) > 1 else None
    return Read(criterion, given, said, len(compared))

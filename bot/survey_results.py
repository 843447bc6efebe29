"""Results of surveys, for a member under that member's own rights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from bot.answering import Answering, query_of
from bot.blocks.survey_results import Shown
from bot.request import parse
from bot.stores import Stores
from storage.access import OnlyThem, RowByRow
from storage.errors import NotAllowedError, UserError
from storage.insights.themes import ThemesOfIssue, find_themes
from storage.metrics.answer import Answer, Question
from storage.metrics.catalog import OF_SURVEYS
from storage.metrics.definition import Segment
from storage.narrowing import asked_values
from storage.periods import Clock
from storage.roles import Member
from storage.settings import Settings
from storage.surveys.results import Distribution, Results, Verbatims

HOW_TO = "Ask for csat, nps or ces: /survey results nps monthly team:billing."
_PURPOSES: Mapping[str, str | None] = {
    "NPS of the relationship": "relationship",
    "NPS after a contact": "contact",
    "NPS, purpose not known": None,
}


class SurveyResults:
    """Shows a kind's results of a period, as far as each member may see them."""

    def __init__(self, answering: Answering, stores: Stores, clock: Clock) -> None:
        self._answering = answering
        self._stores = stores
        self._clock = clock

    def show(self, member: Member, words: str, page: int) -> Shown:
        """What this member sees of what the words ask for.

        Raises:
            UserError: they ask for no kind of survey.
            NotAllowedError: this member sees nothing of it.
        """
        kind, question = results_question(words, self._answering.today)
        answered = self._answering.answer(member, question, OnlyThem())
        rows = answered.answer.rows
        is_withheld = any(row.withheld for row in rows)
        query = answered.answer.query
        parts = self._by_purpose(member, kind, question, answered.answer)
        spread: tuple[tuple[str, Distribution], ...] = ()
        themes: tuple[ThemesOfIssue, ...] = ()
        read = self._read(member, kind, question, page)
        verbatims, themes = read if read else (None, themes)
        with self._stores.facts.connect() as connection:
            if not is_withheld:
                results = Results(connection, kind, query, self._clock(), self._settings)
                spread = _spread(parts, results)
                if verbatims is None and member.sees_all_totals:
                    themes = find_themes(results.comments(), with_examples=False)
        return Shown(
            words,
            parts,
            spread,
            themes,
            verbatims,
            answered.narrowed,
        )

    def _read(
        self, member: Member, kind: str, question: Question, page: int
    ) -> tuple[Verbatims, tuple[ThemesOfIssue, ...]] | None:
        """What leads and reviewers read of their teams; None for everybody else."""
        if not member.named_teams:
            return None
        try:
            with self._answering.granted(member, question, RowByRow()) as granted:
                self._answering.looks.note_answers(member, granted.question)
                query, now = query_of(granted), self._clock()
                results = Results(granted.connection, kind, query, now, self._settings)
                themes = find_themes(results.comments(), with_examples=True)
                return results.verbatims(page), themes
        except NotAllowedError:
            return None

    def _by_purpose(
        self, member: Member, kind: str, question: Question, whole: Answer
    ) -> tuple[tuple[str, Answer], ...]:
        """NPS of the relationship apart from the one after a contact, unless one is asked for."""
        asked = by_purpose(kind, question)
        if asked is None:
            return ((kind.upper(), whole),)
        return apart(self._answering.answer(member, asked, OnlyThem()).answer)

    @property
    def _settings(self) -> Settings:
        return self._stores.settings


def by_purpose(kind: str, question: Question) -> Question | None:
    """NPS by what it was asked about; None for other kinds, and where one purpose is asked for."""
    if kind != "nps" or asked_values(question, Segment.PURPOSE):
        return None
    return replace(question, by=(Segment.PURPOSE,))


def apart(answer: Answer) -> tuple[tuple[str, Answer], ...]:
    """An answer by purpose as one for each; the unknown one alone where there is no other."""
    rows = {dict(row.segment)[Segment.PURPOSE]: row for row in answer.rows}
    if rows.keys() == {None}:
        return ((answer.query.metric.abbreviation, answer),)
    found = []
    for what, purpose in _PURPOSES.items():
        row = rows.get(purpose)
        if row is not None or purpose:
            found.append((what, replace(answer, rows=(row,) if row else ())))
    return tuple(found)


def _spread(
    parts: Sequence[tuple[str, Answer]], results: Results
) -> tuple[tuple[str, Distribution], ...]:
    """How the answers of each part spread; nothing of one that is withheld."""
    if len(parts) == 1:
        return (("", results.distribution()),)
    found, known = [], results.distributions()
    for what, answer in parts:
        for row in (each for each in answer.rows if not each.withheld):
            spread = known.get(dict(row.segment)[Segment.PURPOSE])
            found += [(what, spread)] if spread else []
    return tuple(found)


def results_question(words: str, today: date) -> tuple[str, Question]:
    """The kind of survey, and the question about its figure.

    Raises:
        UserError: the words ask for no kind of survey, or for more than its total.
    """
    question = parse(words, today)
    kinds = {metric.key: kind for kind, metric in OF_SURVEYS.items()}
    if not isinstance(question, Question) or question.metric.key not in kinds:
        raise UserError("Results are those of a kind of survey.", HOW_TO)
    if question.by:
        raise UserError("Results are of all answers together.", f"Leave out the split. {HOW_TO}")
    return kinds[question.metric.key], question

"""``carekpi survey results``: a kind's figures in the terminal, its answers as a CSV file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from bot.commands.command import Call
from storage.errors import UserError
from storage.periods import local_day

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from storage.metrics.answer import Question


def add_arguments(named: Any) -> None:
    """The part of the command's words that begins with ``results``."""
    form: ArgumentParser = named.add_parser("results", help="what a kind brought, and as CSV")
    form.add_argument("question", nargs="+", metavar="WORDS", help="such as nps monthly team:x")
    form.add_argument(
        "--csv",
        metavar="FILE",
        help="write the answers with their comments there; a text that a spreadsheet would take"
        " for a formula (= + - @) gets an apostrophe before it",
    )
    form.set_defaults(act=show_results)


def show_results(call: Call) -> str:
    """The figure with its margin; with ``--csv``, how many answers were written."""
    from bot.answering import answer_all
    from bot.blocks.survey_results import figure_sentence
    from bot.survey_results import apart, by_purpose, results_question

    place = call.workplace
    now, settings = place.clock(), place.settings
    today = local_day(now, settings.timezone)
    kind, question = results_question(" ".join(call.arguments.question), today)
    asked = by_purpose(kind, question)
    answer = answer_all(place.facts, place.operations, asked or question, now, settings)
    parts = apart(answer) if asked else ((kind.upper(), answer),)
    said = "\n".join(figure_sentence(what, each) for what, each in parts)
    return f"{said}\n{_written(call, kind, question)}" if call.arguments.csv else said


def _private(path: str, flags: int) -> int:
    """Comments are for who may read this folder alone."""
    return os.open(path, flags, 0o600)


def _note_look(call: Call, question: Question) -> None:
    from bot.looks import Looks
    from storage.monitoring.occasion import occasion
    from storage.operations.looks import ANSWERS, about_others

    about = about_others(question, row_by_row=True)
    with occasion("carekpi survey results"):
        looks = Looks(call.workplace.operations, call.workplace.clock)
        looks.add(call.console.who, ANSWERS, about, question)


def _written(call: Call, kind: str, question: Question) -> str:
    from bot.answering import everything, query_of
    from bot.blocks.survey_results import write_csv
    from storage.surveys.results import Results

    place, path = call.workplace, call.console.cwd / call.arguments.csv
    _note_look(call, question)
    now, settings = place.clock(), place.settings
    with place.facts.connect() as connection:
        query = query_of(everything(connection, question, now, settings))
        results = Results(connection, kind, query, now, settings)
        try:
            with open(path, "x", encoding="utf-8", newline="", opener=_private) as sheet:
                number = write_csv(results.every_answer(), sheet)
        except FileExistsError:
            raise UserError(f"{path.name} is there already.", "Choose another name.") from None
        except OSError as error:
            why = (error.strerror or "no reason given").lower()
            sentence = f"{path.name} can't be written: {why}."
            raise UserError(sentence, "Choose another name.") from error
    return f"{number:,} answers written to {path.name}; formula characters are made harmless."

"""``carekpi ask``: the same answer as in Slack, in the terminal, as blocks or as JSON.

Whoever may read the data folder sees everything in it, so no role is asked for here.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.commands.command import DONE, Call, Command
from bot.request.instants import parse_instant
from storage.errors import UserError
from storage.periods import local_day, zone
from storage.settings import Settings

if TYPE_CHECKING:
    from bot.request import Request, Review
    from bot.request.insights import Insight
    from storage.metrics.answer import Question


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("question", nargs="+", metavar="QUESTION", help="as after /kpi")
    parser.add_argument("--as-of", metavar="TIME", help="answer as at that time; hides no rows")
    parser.add_argument(
        "--timezone", metavar="ZONE", help="whose days and weeks are meant (else the settings')"
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="for scripts")
    form.add_argument("--blocks", action="store_true", help="the blocks that Slack would get")
    form.add_argument("--sql", action="store_true", help="how it is computed, with the statement")
    form.add_argument("--rows", action="store_true", help="the rows behind it, newest first")


def run(call: Call) -> int:
    from bot.request import parse
    from storage.metrics.answer import Question

    given = call.arguments
    settings = call.workplace.settings
    if given.timezone:
        zone(given.timezone)
        settings = replace(settings, timezone=given.timezone)
    now = call.workplace.clock()
    if given.as_of:
        now = parse_instant(given.as_of, settings.timezone)
    request = parse(" ".join(given.question), local_day(now, settings.timezone))
    _note_look(call, request)
    if given.rows or given.sql:
        if not isinstance(request, Question):
            raise _no_question()
        write = _write_rows if given.rows else _write_provenance
        write(call, request, now, settings)
    else:
        call.console.write(_reply(call, request, now, settings))
    return DONE


def _note_look(call: Call, request: Request) -> None:
    """Whoever has the data folder sees everybody by name; so that stands in the audit trail too."""
    from bot.looks import Looks
    from bot.request import Why
    from storage.metrics.answer import Question
    from storage.metrics.definition import Segment
    from storage.monitoring.occasion import occasion
    from storage.operations.looks import FIGURES, ROWS, about_others

    question = request if isinstance(request, Question) else getattr(request, "question", None)
    if not isinstance(question, Question):
        return
    given, place = call.arguments, call.workplace
    if isinstance(request, Why) and Segment.AGENT in question.metric.segments:
        question = replace(question, by=(Segment.AGENT,))
    if about := about_others(question, row_by_row=given.rows):
        with occasion("carekpi ask"):
            looks, what = Looks(place.operations, place.clock), ROWS if given.rows else FIGURES
            looks.add(call.console.who, what, about, question)


def _write_rows(call: Call, question: Question, now: datetime, settings: Settings) -> None:
    """A line for each row, its columns parted by tabs; page by page, however many there are."""
    from bot.behind import all_rows
    from bot.blocks.behind import COLUMNS, row_line

    call.console.write("\t".join(COLUMNS))
    for behind in all_rows(call.workplace.facts, question, now, settings):
        if behind.page.rows:
            call.console.write("\n".join(map(row_line, behind.page.rows)))


def _reply(call: Call, request: Request, now: datetime, settings: Settings) -> str:
    from bot.blocks.terminal import metric_text, metrics_text
    from bot.request import Define, ListMetrics, Reasons, Review, SelfService, Staffing, Why
    from storage.metrics.answer import Question

    replies: dict[type[Request], Callable[[Any], str]] = {
        Question: lambda question: _shown(call, question, now, settings),
        Why: lambda why: _explained(call, why.question, now, settings),
        Review: lambda review: _reviewed(call, review, now, settings),
        Define: lambda define: metric_text(define.metric, settings),
        ListMetrics: lambda _request: metrics_text(),
        **dict.fromkeys(
            (Reasons, SelfService, Staffing),
            lambda insight: _found(call, insight, now, settings),
        ),
    }
    if (reply := replies.get(type(request))) is None:
        raise _no_question()
    return reply(request)


def _no_question() -> UserError:
    return UserError(
        "That is no question about a metric.",
        'Ask one: carekpi ask "fcr monthly by channel". See carekpi --help for the rest.',
    )


def _shown(call: Call, question: Question, now: datetime, settings: Settings) -> str:
    from bot.answering import answer_all
    from bot.blocks.answer import answer_message
    from bot.blocks.export import answer_json
    from bot.blocks.terminal import terminal_text

    place = call.workplace
    answer = answer_all(place.facts, place.operations, question, now, settings)
    if call.arguments.json:
        return json.dumps(answer_json(answer), indent=2, ensure_ascii=False, allow_nan=False)
    if call.arguments.blocks:
        return json.dumps(answer_message(answer).arguments(), indent=2, ensure_ascii=False)
    return terminal_text(answer)


def _write_provenance(call: Call, question: Question, now: datetime, settings: Settings) -> None:
    from bot.behind import provenance_all
    from bot.blocks.provenance import provenance_text

    place = call.workplace
    found = provenance_all(place.facts, place.operations, question, now, settings)
    call.console.write(provenance_text(found))


def _explained(call: Call, question: Question, now: datetime, settings: Settings) -> str:
    from bot.answering import explain_all
    from bot.blocks.export import why_json
    from bot.blocks.terminal import why_text
    from bot.blocks.why import why_message

    explained = explain_all(call.workplace.facts, question, now, settings)
    found, question = explained.explanation, explained.question
    if call.arguments.json:
        return json.dumps(why_json(found), indent=2, ensure_ascii=False, allow_nan=False)
    if call.arguments.blocks:
        message = why_message(found, question)
        return json.dumps(message.arguments(), indent=2, ensure_ascii=False)
    return why_text(found, question)


def _found(call: Call, request: Insight, now: datetime, settings: Settings) -> str:
    from bot.answering import insight_all
    from bot.blocks.insights import insight_json, insight_report
    from bot.blocks.report import report_message
    from bot.blocks.terminal import report_text

    found = insight_all(call.workplace.facts, request, now, settings)
    if call.arguments.json:
        return json.dumps(insight_json(found), indent=2, ensure_ascii=False, allow_nan=False)
    report = insight_report(found)
    if call.arguments.blocks:
        return json.dumps(report_message(report).arguments(), indent=2, ensure_ascii=False)
    return report_text(report)


def _reviewed(call: Call, request: Review, now: datetime, settings: Settings) -> str:
    from bot.blocks.review import opening_message, piece_message, pieces
    from bot.blocks.review_export import review_json
    from bot.blocks.terminal import pieces_text
    from bot.reviewing import review_all

    place = call.workplace
    found = review_all(place.facts, place.operations, request, now, settings).review
    if call.arguments.json:
        return json.dumps(review_json(found), indent=2, ensure_ascii=False, allow_nan=False)
    opening, *others = pieces(found)
    if call.arguments.blocks:
        messages = [opening_message(opening), *map(piece_message, others)]
        shown = [message.arguments() for message in messages]
        return json.dumps(shown, indent=2, ensure_ascii=False)
    return pieces_text([opening, *others])


ASK = Command(
    name="ask",
    help="ask for a metric, answered here",
    examples=(
        'carekpi ask "fcr monthly by channel"\n'
        'carekpi ask "art monthly by channel" --as-of 2016-04-15T00:00Z --timezone UTC --json\n'
        'carekpi ask "volume 2016-03" --timezone UTC\n'
        'carekpi ask "aht last week team:billing" --blocks\n'
        'carekpi ask "why fcr monthly" --json\n'
        'carekpi ask "define fcr"\n'
        'carekpi ask "fcr last month" --sql\n'
        'carekpi ask "fcr last month team:billing" --rows > rows.tsv\n'
        'carekpi ask "reasons monthly team:billing"\n'
        'carekpi ask "selfservice last 12 weeks" --json\n'
        'carekpi ask "staffing phone 80% in 20s 30% shrinkage"\n'
        'carekpi ask "review team:billing monthly" --json'
    ),
    add_arguments=add_arguments,
    run=run,
)

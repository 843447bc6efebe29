"""Words → what is asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from bot.request.alerts import read_alert
from bot.request.complaints import two_metrics, unknown_metric
from bot.request.fillers import is_greeting
from bot.request.insights import read_reasons, read_self_service, read_staffing
from bot.request.metrics import EXAMPLE, metrics_in, short_name
from bot.request.phrases import command_in
from bot.request.question import read_question
from bot.request.requests import (
    ChannelCommand,
    Define,
    Help,
    ListMetrics,
    MakeAlert,
    RemoveTarget,
    Request,
    RoleCommand,
    SetTarget,
)
from bot.request.review import read_review
from bot.request.targets import read_target
from bot.request.tokens import plain, unescaped
from bot.request.why import read_why
from bot.request.writing import LONGEST
from storage.errors import UserError


def parse(text: str, today: date, *, escaped: bool = False) -> Request:
    """What is asked; ``escaped`` where Slack has escaped the text, as in a slash command.

    Raises ``UserError`` where it can't be understood, with suggestions where something is near.
    """
    if len(text) > 2 * LONGEST:
        raise _too_long()
    first, _, rest = text.strip().partition(" ")
    if (admin := first.casefold()) in _ADMIN:
        return _ADMIN[admin](rest.strip())
    typed = unescaped(text) if escaped else text
    if len(typed) > LONGEST:
        raise _too_long()
    return _command(typed, today) or read_question(typed, today)


def may_change(text: str, today: date, *, escaped: bool = False) -> bool:
    """Whether what is asked writes something down; what can't be understood does not."""
    try:
        return isinstance(parse(text, today, escaped=escaped), CHANGING)
    except UserError:
        return False


CHANGING = (RoleCommand, ChannelCommand, SetTarget, RemoveTarget, MakeAlert)

_ADMIN: dict[str, type[RoleCommand | ChannelCommand]] = {
    "role": RoleCommand,
    "roles": RoleCommand,
    "channel": ChannelCommand,
}


def _too_long() -> UserError:
    example = f"/kpi {short_name(EXAMPLE)} weekly by team"
    return UserError("That is longer than I can read.", f"A question is short: {example}.")


def _command(text: str, today: date) -> Request | None:
    """What the first word asks for, if it is one of ``_VERBS`` and the rest fits it."""
    if text.strip() in {"", "?"} or is_greeting(plain(text).split()):
        return Help()
    first, _, rest = command_in(text, _VERBS.keys() - _WRITING).partition(" ")
    read = _VERBS.get(plain(first))
    return read(rest.strip(), today) if read else None


def _read_help(rest: str, _today: date) -> Help | Define:
    return _read_definition(rest, _today) if rest else Help()


def _read_list(rest: str, _today: date) -> ListMetrics | None:
    return ListMetrics() if len(rest.split()) <= 1 else None


def _read_definition(rest: str, _today: date) -> Define:
    phrase = plain(rest)
    found = metrics_in([word for word in phrase.split() if word not in _ARTICLES])
    if len(found.metrics) > 1:
        raise two_metrics(found.metrics, lambda metric: f"define {short_name(metric)}")
    if not found.metrics:
        raise unknown_metric(phrase, lambda metric: f"define {short_name(metric)}")
    return Define(found.metrics[0])


_ARTICLES = {"the", "a", "our"}

_VERBS: dict[str, Callable[[str, date], Request | None]] = {
    "help": _read_help,
    "list": _read_list,
    "metrics": _read_list,
    "define": _read_definition,
    "explain": _read_definition,
    "why": read_why,
    "reasons": read_reasons,
    "reason": read_reasons,
    "selfservice": read_self_service,
    "staffing": read_staffing,
    "review": read_review,
    "target": read_target,
    "targets": read_target,
    "alert": read_alert,
    "alerts": read_alert,
}
"""The first word, and what reads the rest; None where it is a question after all."""
_WRITING = {"target", "targets", "alert", "alerts"}
"""What may change something is meant only where it is the very first word."""

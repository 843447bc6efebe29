"""A Web API call, from token to answer, before HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import format_datetime
from typing import Any

from bot.playground.errors import RefusedError
from bot.playground.methods.access import need_scope
from bot.playground.methods.arguments import Arguments
from bot.playground.methods.catalogue import BY_NAME, Method, TokenKind
from bot.playground.record import Call
from bot.playground.state import State
from bot.playground.trouble import ConnectionCutError, Failure

APP_LEVEL_SCOPES = ("connections:write",)


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back over HTTP."""

    body: dict[str, Any]
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def call_method(state: State, name: str, token: str | None, values: Mapping[str, Any]) -> Reply:
    """Answer a call as Slack would, or fail it as the workspace was told to."""

    def answer() -> Reply:
        return Reply(_answer(state, name, token, Arguments(values)), headers=_headers(state, name))

    return in_trouble(state, name, values, answer)


def in_trouble(
    state: State, name: str, values: Mapping[str, Any], answer: Callable[[], Reply]
) -> Reply:
    """Carry out a call under the lock, with the failure meant for it, and record it."""
    with state.changing():
        held = state.trouble.take_held(name)
    if held is not None:
        held.wait()
    with state.changing():
        failure = state.trouble.take(name)
        reply = answer() if failure is None or failure.is_after else _failed(failure)
        if failure is not None and failure.is_after:
            reply = _failed(failure)
        state.calls.append(Call(name, dict(values), reply.status, reply.body, state.clock()))
    if failure is not None and failure.is_cut:
        raise ConnectionCutError
    return reply


def _failed(failure: Failure) -> Reply:
    headers = {}
    if failure.retry_after_seconds is not None:
        headers["Retry-After"] = str(failure.retry_after_seconds)
    error = failure.error or "internal_error"
    return Reply({"ok": False, "error": error}, failure.status or 200, headers)


def _answer(state: State, name: str, token: str | None, arguments: Arguments) -> dict[str, Any]:
    try:
        method = _method(name)
        _check_token(state, method, token)
        need_scope(state, *method.scopes)
        return {"ok": True, **method.function(state, arguments)}
    except RefusedError as refusal:
        return refusal.answer()


def _method(name: str) -> Method:
    method = BY_NAME.get(name)
    if method is None:
        raise RefusedError("unknown_method", req_method=name)
    return method


def _check_token(state: State, method: Method, token: str | None) -> None:
    if method.token is TokenKind.NONE:
        return
    if not token:
        raise RefusedError("not_authed")
    credentials = state.credentials
    if token not in {credentials.bot_token, credentials.app_token}:
        raise RefusedError("invalid_auth")
    is_app_level = token == credentials.app_token
    if is_app_level != (method.token is TokenKind.APP):
        raise RefusedError("not_allowed_token_type")


def _headers(state: State, name: str) -> dict[str, str]:
    """What the token may do, and what time Slack has."""
    method = BY_NAME.get(name)
    is_app_level = method is not None and method.token is TokenKind.APP
    scopes = APP_LEVEL_SCOPES if is_app_level else state.manifest.scopes
    now = state.clock().astimezone(UTC)
    return {"x-oauth-scopes": ",".join(scopes), "date": format_datetime(now, usegmt=True)}

"""Who may talk to the page: browsers on this machine that were given its token, and its own pages.

The page acts for people, so another site in the same browser must not reach it: the Host header
keeps out names that were bent to the loopback address, the Origin header other sites' forms, and
the cookie everybody who did not start with the page.
"""

from __future__ import annotations

import secrets
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.playground.listening import LOOPBACK

HOSTS = frozenset({LOOPBACK, "localhost"})
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
READING = frozenset({"GET", "HEAD"})


class Guard:
    """Middleware around all of the page."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        headers = Headers(scope=scope)
        refusal = self._refusal(scope, headers)
        app: ASGIApp = refusal or self._app
        is_start = refusal is None and _is_start(scope, headers)
        cookie = self._cookie(headers) if is_start and not self._knows(headers) else None
        await app(scope, receive, _with_headers(send, cookie))

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        host = headers.get("host", "")
        if host.partition(":")[0] not in HOSTS:
            return PlainTextResponse("This page answers to 127.0.0.1 alone.", 400)
        if scope["method"] not in READING and headers.get("origin") != f"http://{host}":
            return PlainTextResponse("This request comes from another site.", 403)
        if not _is_open(scope, headers) and not self._knows(headers):
            return PlainTextResponse("This page was opened before the last start. Reload it.", 403)
        return None

    def _knows(self, headers: Headers) -> bool:
        try:
            cookies = SimpleCookie(headers.get("cookie", ""))
        except CookieError:
            return False
        morsel = cookies.get(_cookie_name(headers))
        return morsel is not None and secrets.compare_digest(
            morsel.value.encode(), self._token.encode()
        )

    def _cookie(self, headers: Headers) -> str:
        return f"{_cookie_name(headers)}={self._token}; Path=/; HttpOnly; SameSite=Strict"


def _cookie_name(headers: Headers) -> str:
    """Cookies know no ports, so two workspaces on one machine need two names."""
    return f"workspace_{headers.get('host', '').partition(':')[2] or 80}"


def _is_start(scope: Scope, headers: Headers) -> bool:
    """A person opens a page in the address line or by a link; nothing else is given a token."""
    is_navigation = headers.get("sec-fetch-mode", "navigate") == "navigate"
    return scope["method"] in READING and is_navigation and not _is_static(scope)


def _is_open(scope: Scope, headers: Headers) -> bool:
    return _is_static(scope) or _is_start(scope, headers)


def _is_static(scope: Scope) -> bool:
    return str(scope["path"]).startswith("/static/")


def _with_headers(send: Send, cookie: str | None) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            headers.setdefault("Cache-Control", "no-store")
            if cookie:
                headers.append("Set-Cookie", cookie)
        await send(message)

    return sending

"""Counts how often Slack answers that too much is asked of it."""

from __future__ import annotations

import re

from slack_sdk.http_retry import HttpRequest, HttpResponse, RetryHandler, RetryState

from storage.monitoring.measures import Measures

TOO_MANY = 429
METHOD = re.compile(r"[a-z]+(?:\.[a-zA-Z]+)+")


class RateLimitCount(RetryHandler):
    """Retries nothing itself; it stands before the handlers that do, so it sees every answer."""

    def __init__(self, measures: Measures) -> None:
        super().__init__()
        self._measures = measures

    def can_retry(
        self,
        *,
        state: RetryState,  # noqa: ARG002  # the handler's signature is given
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,  # noqa: ARG002  # the same
    ) -> bool:
        """Always no."""
        if response is not None and response.status_code == TOO_MANY:
            self._measures.rate_limited(_method(request.url))
        return False


def _method(url: str) -> str:
    """The method of the Web API that an address is of, such as ``chat.postMessage``."""
    last = url.partition("?")[0].rstrip("/").rpartition("/")[2]
    return last if METHOD.fullmatch(last) else "other"

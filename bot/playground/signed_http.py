"""Signed HTTP: requests to the app's own address, as Slack signs them."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from bot.playground.record import Attempt

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


def sign(secret: str, timestamp: str, body: str) -> str:
    base = f"v0:{timestamp}:{body}".encode()
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def signed_headers(secret: str, body: str, content_type: str) -> dict[str, str]:
    """The headers of a genuine request; its time is the real one, which the app checks."""
    timestamp = str(int(time.time()))
    return {
        "Content-Type": content_type,
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": sign(secret, timestamp, body),
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
    }


def encode(kind: str, payload: dict[str, Any]) -> tuple[str, str]:
    """Body and content type: commands are forms, clicks JSON in a form, events JSON."""
    if kind == "slash_commands":
        return urlencode(payload), FORM
    if kind == "interactive":
        return urlencode({"payload": json.dumps(payload)}), FORM
    return json.dumps(payload), JSON


def post(url: str, body: str, headers: Mapping[str, str], seconds: float) -> Attempt:
    """Send a request; an answer that takes longer, or none at all, has no status."""
    started = time.monotonic()
    address = urlsplit(url)
    connection = http.client.HTTPConnection(
        address.hostname or "127.0.0.1", address.port, timeout=seconds
    )
    try:
        connection.request("POST", address.path or "/", body.encode(), dict(headers))
        response = connection.getresponse()
        content = response.read().decode()
        took = time.monotonic() - started
        return Attempt(response.status, _parse(response, content), took)
    except (OSError, http.client.HTTPException):
        return Attempt(None, None, time.monotonic() - started)
    finally:
        connection.close()


def _parse(response: http.client.HTTPResponse, content: str) -> dict[str, Any] | str | None:
    if not content:
        return None
    if JSON in response.getheader("Content-Type", "") and response.status < 300:
        parsed: dict[str, Any] = json.loads(content)
        return parsed
    return content

"""The bot over signed HTTP."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Event
from urllib.parse import urlencode

import httpx
import pytest
from slack_bolt import Ack, App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.monitor import Monitor
from bot.playground.signed_http import signed_headers
from bot.server import HttpLink
from storage.errors import UserError

SIGNING_SECRET = "8f742231b10e8888"
FORM = "application/x-www-form-urlencoded"
PATIENCE_SECONDS = 10
Start = Callable[..., str]


def build(handle: Callable[[Ack], None]) -> App:
    app = App(
        name="app",
        client=WebClient(),
        signing_secret=SIGNING_SECRET,
        token_verification_enabled=False,
        ssl_check_enabled=False,
        process_before_response=True,
        authorize=lambda: AuthorizeResult(enterprise_id=None, team_id="T0", bot_token="xoxb-1"),
    )
    app.command("/kpi")(handle)
    return app


@pytest.fixture
def start() -> Iterator[Start]:
    with ExitStack() as stack:

        def start(app: App, monitor: Monitor | None = None) -> str:
            link = HttpLink(app, "127.0.0.1", 0, monitor or Monitor())
            url = link.start()
            stack.callback(link.stop)
            return url

        yield start


def answer(ack: Ack) -> None:
    ack("Good morning")


def command(url: str, secret: str = SIGNING_SECRET) -> httpx.Response:
    body = urlencode({"command": "/kpi", "text": "fcr", "team_id": "T0", "user_id": "U0"})
    return httpx.post(url, content=body, headers=signed_headers(secret, body, FORM))


def test_signed_command_is_answered(start: Start) -> None:
    response = command(start(build(answer)))
    assert (response.status_code, response.text) == (200, "Good morning")


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ("{bad", {"content-type": "application/json"}),
        ("[1]", {"content-type": "application/json"}),
        ("[" * 100_000, {"content-type": "application/json"}),
        ("payload={bad", {"content-type": FORM}),
        ("payload=[1]", {"content-type": FORM}),
        ("a=b", {"x-slack-request-timestamp": "soon", "x-slack-signature": "v0=1"}),
        ("a=b", {"x-slack-request-timestamp": "9" * 5000, "x-slack-signature": "v0=1"}),
        ("a=b", {"x-slack-request-timestamp": "1790000000", "x-slack-signature": "v0=\xe9"}),
    ],
)
def test_what_slack_never_sends_is_refused_without_a_fault(
    start: Start, body: str, headers: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    sent = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    response = httpx.post(start(build(answer)), content=body, headers=sent)
    assert (response.status_code, response.text) == (400, "That is no request of Slack's.")
    assert [record.getMessage() for record in caplog.records if record.name == "bot.server"] == [
        "Refused a request with 400: That is no request of Slack's."
    ]
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


def test_request_that_breaks_off_is_no_fault(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    url = start(build(answer))
    address = httpx.URL(url)
    with socket.create_connection((address.host, address.port or 0)) as connection:
        connection.sendall(b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\na")
    assert command(url).status_code == 200
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


def test_command_signed_by_somebody_else_is_refused(start: Start) -> None:
    response = command(start(build(answer)), "another secret")
    assert (response.status_code, "Good morning" in response.text) == (401, False)


@pytest.mark.parametrize("body", [b"\xff\xfe", b"x" * 1_000_001])
def test_body_that_slack_never_sends_is_refused(start: Start, body: bytes) -> None:
    response = httpx.post(start(build(answer)), content=body)
    assert (response.status_code, response.text) == (
        400,
        "The request is too long or not in UTF-8.",
    )


@pytest.mark.parametrize(
    ("facts", "status", "said"),
    [(True, 200, "ready"), (False, 503, "not ready\nfacts is not there")],
)
def test_health_is_apart_from_readiness(
    start: Start, *, facts: bool, status: int, said: str
) -> None:
    monitor = Monitor(lambda: {"facts": facts, "operations": True})
    base = start(build(answer), monitor).removesuffix("/slack/events")
    assert httpx.get(f"{base}/healthz").status_code == 200
    ready = httpx.get(f"{base}/readyz")
    assert (ready.status_code, ready.text) == (status, said)
    assert httpx.get(f"{base}/slack/events").status_code == 405


def test_monitor_reads_how_many_requests_were_answered_and_how(start: Start) -> None:
    url = start(build(answer))
    base = url.removesuffix("/slack/events")
    assert "carekpi_requests_total{" not in httpx.get(f"{base}/metrics").text
    for secret in (SIGNING_SECRET, SIGNING_SECRET, "another secret"):
        command(url, secret)
    told = httpx.get(f"{base}/metrics")
    wanted = ("carekpi_requests_total", "carekpi_acknowledgement_seconds")
    lines = [line.rsplit(" ", 1) for line in told.text.splitlines() if line.startswith(wanted)]
    aside = ("_bucket{", "_created{")
    figures = {name: float(v) for name, v in lines if not any(part in name for part in aside)}
    assert figures.pop('carekpi_acknowledgement_seconds_sum{surface="/kpi"}') > 0
    assert figures.pop('carekpi_acknowledgement_seconds_sum{surface="unknown"}') > 0
    assert figures == {
        'carekpi_requests_total{status="200",surface="/kpi"}': 2,
        'carekpi_requests_total{status="401",surface="unknown"}': 1,
        'carekpi_acknowledgement_seconds_count{surface="/kpi"}': 2,
        'carekpi_acknowledgement_seconds_count{surface="unknown"}': 1,
    }
    assert told.headers["content-type"] == "text/plain; version=1.0.0; charset=utf-8"


def test_measures_that_are_told_elsewhere_are_not_told_beside_slack(start: Start) -> None:
    base = start(build(answer), Monitor(tells_measures=False)).removesuffix("/slack/events")
    assert httpx.get(f"{base}/metrics").status_code == 404
    assert httpx.get(f"{base}/readyz").text == "ready"


def test_stop_lets_the_request_under_way_be_answered() -> None:
    begun, stopping = Event(), Event()

    def slow(ack: Ack) -> None:
        begun.set()
        assert stopping.wait(PATIENCE_SECONDS)
        ack("Good evening")

    link = HttpLink(build(slow), "127.0.0.1", 0, Monitor())
    url = link.start()
    with ThreadPoolExecutor(2) as pool:
        asked = pool.submit(command, url)
        assert begun.wait(PATIENCE_SECONDS)
        stopped = pool.submit(link.stop)
        stopping.set()
        stopped.result(PATIENCE_SECONDS)
        assert asked.result(PATIENCE_SECONDS).text == "Good evening"


def test_port_that_is_taken_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(UserError) as raised:
            HttpLink(build(answer), "127.0.0.1", port, Monitor()).start()
    assert str(raised.value) == (
        f"The bot can't listen on 127.0.0.1, port {port}: address already in use."
        " Choose another with --host and --port."
    )


def test_host_that_does_not_exist_is_one_sentence() -> None:
    with pytest.raises(UserError, match=r"The bot can't listen on no\.such\.host\.invalid"):
        HttpLink(build(answer), "no.such.host.invalid", 0, Monitor()).start()

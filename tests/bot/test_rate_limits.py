"""Calls that Slack answers with 429 are counted by method, for answers and for jobs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from slack_sdk import WebClient
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from bot.playground import Workspace, serve
from bot.rate_limits import RateLimitCount
from jobs.calls import BusyError, asked, client_for_jobs
from storage.monitoring.measures import Measures
from tests.storage.monitoring.test_measures import told

ROOT = Path(__file__).parents[2]
NAME = "carekpi_slack_rate_limited_total"


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with serve(ROOT / "manifest.yml") as running:
        yield running


def test_call_that_is_repeated_counts_each_time_it_was_refused(workspace: Workspace) -> None:
    measures = Measures()
    client = WebClient(token=workspace.bot_token, base_url=workspace.api_url)
    client.retry_handlers.insert(0, RateLimitCount(measures))
    client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=3))
    workspace.trouble.rate_limit("auth.test", 0, times=2)
    assert client.auth_test()["ok"]
    assert told(measures, NAME) == {f'{NAME}{{method="auth.test"}}': 2}


def test_call_of_a_job_is_counted_and_left_to_the_job(workspace: Workspace) -> None:
    measures = Measures()
    client = client_for_jobs(workspace.bot_token, workspace.api_url)
    client.retry_handlers.append(RateLimitCount(measures))
    workspace.trouble.rate_limit("auth.test", 7)
    with pytest.raises(BusyError):
        asked(client.auth_test)
    assert told(measures, NAME) == {f'{NAME}{{method="auth.test"}}': 1}

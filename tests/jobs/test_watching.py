"""What becomes of a token that Slack no longer accepts, while the bot runs."""

from __future__ import annotations

import logging

import pytest

from jobs.calls import client_for_jobs
from jobs.watching import watching_token
from storage.monitoring.standing import TokenStanding
from tests.jobs.conftest import PostOffice


def test_revoked_token_is_told_once_and_again_when_it_works(
    office: PostOffice, caplog: pytest.LogCaptureFixture
) -> None:
    standing = TokenStanding()
    client = client_for_jobs(office.workspace.bot_token, office.workspace.api_url)
    job = watching_token(client, standing)
    office.workspace.trouble.fail_next("auth.test", "token_revoked", times=2)
    seen = []
    with caplog.at_level(logging.INFO, "jobs.watching"):
        for _ in range(4):
            job.run()
            seen.append(standing.is_accepted)
    assert seen == [False, False, True, True]
    assert [(each.levelname, each.getMessage()) for each in caplog.records] == [
        (
            "ERROR",
            (
                "Slack does not accept the bot's token any more (token_revoked): nothing is"
                " answered or posted until SLACK_BOT_TOKEN is right. It is tried again every minute"
            ),
        ),
        ("INFO", "Slack accepts the bot's token again"),
    ]


def test_slack_out_of_order_says_nothing_of_the_token(
    office: PostOffice, caplog: pytest.LogCaptureFixture
) -> None:
    standing = TokenStanding()
    client = client_for_jobs(office.workspace.bot_token, office.workspace.api_url)
    office.workspace.trouble.fail_next("auth.test", status=503)
    watching_token(client, standing).run()
    assert standing.is_accepted
    assert [each.levelname for each in caplog.records] == ["WARNING"]


def test_what_waits_while_the_token_is_revoked_arrives_when_it_works_again(
    office: PostOffice,
) -> None:
    office.put()
    office.workspace.trouble.fail_next("chat.postMessage", "token_revoked")
    office.workspace.trouble.fail_next("auth.test", "token_revoked")
    office.deliver()
    waiting = office.state(), office.read()
    office.clock.move(minutes=1)
    office.deliver()
    assert waiting == (("pending", None), [])
    assert (office.state(), office.read()) == (("sent", None), ["message first"])

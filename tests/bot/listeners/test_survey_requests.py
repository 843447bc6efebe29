"""Forged, odd and repeated requests about surveys: what counts, and what the log says."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import httpx
import pytest
from slack_sdk import WebClient
from sqlalchemy import Engine, func, select

from bot.app import build_app
from bot.blocks.survey_comment import COMMENT
from bot.logs import is_wanted
from bot.monitor import Monitor
from bot.playground import Person
from bot.playground.listening import listen
from bot.playground.signed_http import FORM, sign
from bot.server import SLACK_PATH, build_face
from storage.operations.engine import open_operations, reading, writing
from storage.operations.invitations import person_of
from storage.operations.survey_models import Invitation, InvitationState, SurveyAnswer
from tests.bot.listeners.conftest import Office, open_office
from tests.bot.listeners.surveying import answer_to, score_of, send_survey

TYPED = "Xylophone"
"""What the person wrote, and nobody else is to read in a log."""
LONG_AGO_SECONDS = 6 * 60
OK, UNSIGNED = 200, 401


@dataclass
class Line:
    """A guest who was asked, and requests that say they are Slack's."""

    office: Office
    logged: pytest.LogCaptureFixture
    invitation_id: str = field(init=False)

    def __post_init__(self) -> None:
        self.logged.set_level(logging.INFO)
        self.office.clock.move(seconds=2)
        about = {"subject": str(uuid4())}
        self.invitation_id = send_survey(self.office, self.office.guest, about=about)

    @property
    def score(self) -> int | None:
        return score_of(self.office, self.invitation_id)

    def click(self, value: str, **changes: Any) -> httpx.Response:
        """A click on a button that says ``value``, as a payload with all that Slack tells."""
        return self.post(self.payload(value, **changes))

    def answer(self, score: int, at: str = "100.000001", url: str = "") -> httpx.Response:
        value = f"csat:{self.invitation_id}:{score}"
        return self.post(self.payload(value, at=at), url=url)

    def payload(self, value: str, *, person: Person | None = None, at: str = "100.000001") -> Any:
        who = person or self.office.guest
        action = {"type": "button", "action_id": "survey_answer.1", "value": value, "block_id": "b"}
        return self._from(who) | {
            "type": "block_actions",
            "channel": {"id": "D1"},
            "container": {"type": "message", "message_ts": "1.000001", "channel_id": "D1"},
            "message": {"ts": "1.000001", "text": TYPED, "blocks": []},
            "response_url": f"{self.office.workspace.api_url}nowhere",
            "actions": [action | {"action_ts": at}],
        }

    def comment(self, typed: str) -> httpx.Response:
        """The form for a comment, filled in."""
        place = {
            "invitation_id": self.invitation_id,
            "channel_id": "D1",
            "ts": "1.000001",
            "thread_ts": "",
            "response_url": f"{self.office.workspace.api_url}nowhere",
            "is_alone": True,
        }
        values = {COMMENT: {"comment": {"type": "plain_text_input", "value": typed}}}
        view = {
            "id": "V1",
            "type": "modal",
            "callback_id": "survey_commented",
            "private_metadata": json.dumps(place),
            "state": {"values": values},
        }
        return self.post(self._from(self.office.guest) | {"type": "view_submission", "view": view})

    def post(
        self, payload: Any, *, url: str = "", secret: str = "", age_seconds: int = 0
    ) -> httpx.Response:
        body = urlencode({"payload": json.dumps(payload)})
        headers = self.headers(body, secret=secret, age_seconds=age_seconds)
        return httpx.post(url or self.office.url, content=body, headers=headers)

    def headers(self, body: str, *, secret: str = "", age_seconds: int = 0) -> dict[str, str]:
        at = str(int(time.time()) - age_seconds)
        return {
            "Content-Type": FORM,
            "X-Slack-Request-Timestamp": at,
            "X-Slack-Signature": sign(secret or self.office.workspace.signing_secret, at, body),
        }

    def told(self) -> list[str]:
        """What the log says of refusals; nothing in it is what somebody wrote."""
        lines = [record.getMessage() for record in filter(is_wanted, self.logged.records)]
        assert [line for line in lines if TYPED in line or TYPED in repr(line)] == []
        return [line for line in lines if "Refused" in line]

    @staticmethod
    def _from(who: Person) -> dict[str, Any]:
        return {
            "api_app_id": "A1",
            "team": {"id": who.team_id, "domain": "x"},
            "user": {"id": who.id, "team_id": who.team_id, "username": TYPED},
            "trigger_id": "1.2.3",
        }


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, facts: Engine) -> Iterator[Office]:
    """One for all of these tests: each asks in a survey of its own."""
    with open_office(tmp_path_factory.mktemp("office"), facts) as found:
        yield found


@pytest.fixture
def line(office: Office, caplog: pytest.LogCaptureFixture) -> Line:
    return Line(office, caplog)


@pytest.fixture
def replica(line: Line) -> Iterator[str]:
    """Another bot on the same databases, with an engine of its own; its address."""
    office = line.office
    url = office.stores.operations.url.render_as_string(hide_password=False)
    operations = open_operations(url)
    client = WebClient(token=office.workspace.bot_token, base_url=office.workspace.api_url)
    stores = type(office.stores)(
        office.stores.facts, operations, office.stores.settings, sealer=office.stores.sealer
    )
    secret = office.workspace.signing_secret
    app = build_app(client, stores, office.clock, signing_secret=secret)
    with listen(build_face(app, Monitor())) as address:
        yield f"http://{address}{SLACK_PATH}"
        app.listener_runner.listener_executor.shutdown()
    operations.dispose()


def unfit(*whys: str) -> list[str]:
    return [f"Refused a survey's answer: {why}" for why in whys]


def test_click_with_a_wrong_signature_is_refused(line: Line) -> None:
    payload = line.payload(f"csat:{line.invitation_id}:4")
    assert line.post(payload, secret="another").status_code == UNSIGNED
    assert (line.score, line.told()) == (None, [])


def test_click_with_an_old_signature_is_refused(line: Line) -> None:
    payload = line.payload(f"csat:{line.invitation_id}:4")
    assert line.post(payload, age_seconds=LONG_AGO_SECONDS).status_code == UNSIGNED
    assert (line.score, line.told()) == (None, [])


def test_signature_of_another_body_is_refused(line: Line) -> None:
    bodies = [
        urlencode({"payload": json.dumps(line.payload(f"csat:{line.invitation_id}:{score}"))})
        for score in (1, 5)
    ]
    sent = httpx.post(line.office.url, content=bodies[0], headers=line.headers(bodies[1]))
    assert (sent.status_code, line.score, line.told()) == (UNSIGNED, None, [])


def test_replayed_click_does_not_undo_a_later_answer(line: Line) -> None:
    body = urlencode({"payload": json.dumps(line.payload(f"csat:{line.invitation_id}:1"))})
    headers = line.headers(body)
    assert httpx.post(line.office.url, content=body, headers=headers).status_code == OK
    assert line.answer(5, at="200.000001").status_code == OK
    assert httpx.post(line.office.url, content=body, headers=headers).status_code == OK
    assert (line.score, line.told()) == (5, [])


@pytest.mark.parametrize("score", ["6", "0", "99"])
def test_score_that_the_scale_does_not_have_is_not_counted(line: Line, score: str) -> None:
    assert line.click(f"csat:{line.invitation_id}:{score}").status_code == OK
    assert (line.score, line.told()) == (None, unfit("unfit"))


@pytest.mark.parametrize("score", ["-1", "4.5", "five", "", "4 OR 1=1", TYPED])
def test_value_that_is_no_answer_is_not_counted(line: Line, score: str) -> None:
    assert line.click(f"csat:{line.invitation_id}:{score}").status_code == OK
    assert (line.score, line.told()) == (None, unfit("unfit"))


def test_another_survey_s_id_in_the_value_is_not_counted(line: Line) -> None:
    other = send_survey(line.office, line.office.stranger, line.office.shared)
    assert line.click(f"csat:{other}:5").status_code == OK
    assert (score_of(line.office, other), line.told()) == (None, unfit("not invited"))


def test_id_that_nobody_knows_is_not_counted(line: Line) -> None:
    assert line.click(f"csat:{uuid4()}:5").status_code == OK
    assert (line.score, line.told()) == (None, unfit("unknown"))


def test_another_kind_s_value_is_not_counted(line: Line) -> None:
    assert line.click(f"nps:{line.invitation_id}:5").status_code == OK
    assert (line.score, line.told()) == (None, unfit("unfit"))


def test_user_of_another_organisation_is_not_counted(line: Line) -> None:
    value = f"csat:{line.invitation_id}:5"
    assert line.click(value, person=line.office.stranger).status_code == OK
    assert (line.score, line.told()) == (None, unfit("not invited"))


def test_same_user_id_in_another_organisation_is_not_counted(line: Line) -> None:
    payload = line.payload(f"csat:{line.invitation_id}:5")
    payload["user"]["team_id"] = line.office.stranger.team_id
    assert line.post(payload).status_code == OK
    assert (line.score, line.told()) == (None, unfit("not invited"))


def test_closed_survey_takes_no_click(line: Line) -> None:
    line.office.clock.move(days=8)
    assert line.answer(5).status_code == OK
    assert (line.score, line.told()) == (None, unfit("closed"))


def test_click_without_a_time_is_not_counted(line: Line) -> None:
    assert line.answer(5, at=TYPED).status_code == OK
    assert (line.score, line.told()) == (None, unfit("unfit"))


def test_comment_of_3000_emoji_is_kept_and_logged_nowhere(line: Line) -> None:
    line.answer(1)
    assert line.comment("🙁" * 3000).status_code == OK
    kept = answer_to(line.office, line.invitation_id)
    assert kept is not None
    assert (kept.comment, line.told()) == ("🙁" * 3000, [])
    assert [each for each in line.logged.records if "🙁" in each.getMessage()] == []


def test_comment_that_calls_a_channel_is_kept_as_words(line: Line) -> None:
    line.answer(1)
    typed = f"<!channel> {TYPED} <@U1|x> &amp;"
    assert line.comment(typed).status_code == OK
    kept = answer_to(line.office, line.invitation_id)
    assert kept is not None
    assert (kept.comment, line.told()) == (typed, [])


def test_comment_on_a_survey_that_is_over_is_not_kept(line: Line) -> None:
    line.answer(1)
    line.office.clock.move(days=8)
    assert line.comment(TYPED).status_code == OK
    kept = answer_to(line.office, line.invitation_id)
    assert kept is not None
    assert (kept.comment, line.told()) == (None, unfit("settled"))


def test_clicks_at_two_replicas_are_one_answer_the_last_one(line: Line, replica: str) -> None:
    """Slack's retry, the same click twice, and one that comes late, wherever each arrives."""
    own = line.office.url
    clicks = [
        (own, 4, "100.000001"),
        (replica, 4, "100.000001"),
        (replica, 2, "300.000001"),
        (own, 2, "300.000001"),
        (own, 5, "200.000001"),
    ]
    sent = [line.answer(score, at, url).status_code for url, score, at in clicks]
    assert sent == [OK] * len(clicks)
    assert line.score == 2
    with reading(line.office.stores.operations) as session:
        own_answers = SurveyAnswer.invitation_id == line.invitation_id
        assert session.scalar(select(func.count()).where(own_answers)) == 1
        row = session.get_one(Invitation, line.invitation_id)
        assert row.state is InvitationState.ANSWERED


def test_question_taken_back_at_one_replica_takes_no_click_at_the_other(
    line: Line, replica: str
) -> None:
    with writing(line.office.stores.operations) as session:
        row = session.get_one(Invitation, line.invitation_id)
        assert row.person == person_of(line.office.guest.id, line.office.guest.team_id)
        row.state = InvitationState.WITHDRAWN
    assert line.answer(5, url=replica).status_code == OK
    assert (line.score, line.told()) == (None, unfit("withdrawn"))

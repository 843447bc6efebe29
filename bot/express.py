"""Clicks on surveys over signed HTTP, past Bolt: they come in masses, and each is one short write.

What is listened to is the same as in Bolt, which looks at every listener, in two threads, for each.
"""

from __future__ import annotations

from collections.abc import Mapping
from time import perf_counter
from typing import Any

from slack_bolt import Ack, App, BoltRequest, BoltResponse
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier

from bot.blocks.actions import SURVEY_ANSWER, pattern
from bot.listeners.surveys import answering
from bot.surfaces import surface_of
from bot.surveys import Surveys
from storage.monitoring.measures import Measures
from storage.operations.group_commit import NotKeptError


class Express:
    """Takes answers to surveys where Slack signed them; all else is left to Bolt."""

    def __init__(self, surveys: Surveys, client: WebClient, signing_secret: str) -> None:
        self._listener = answering(surveys)
        self._client = client
        self._verifier = SignatureVerifier(signing_secret)
        self._is_answer = pattern(SURVEY_ANSWER)

    def is_for(self, asked: BoltRequest) -> bool:
        """Whether it is an answer, signed as it should be."""
        return self._is_ours(asked.body) and self._is_signed(asked)

    def take(self, asked: BoltRequest) -> BoltResponse:
        """The answer to Slack, once what was clicked is kept."""
        ack = Ack()  # type: ignore[no-untyped-call]  # Bolt has no types there
        try:
            self._listener(ack, asked.body, self._client)
        except NotKeptError:
            return BoltResponse(status=500)
        return ack.response or BoltResponse(status=500)

    def _is_ours(self, body: Mapping[str, Any]) -> bool:
        if body.get("type") != "block_actions" or len(body["actions"]) != 1:
            return False
        action_id = body["actions"][0].get("action_id")
        return isinstance(action_id, str) and self._is_answer.match(action_id) is not None

    def _is_signed(self, asked: BoltRequest) -> bool:
        headers = {name: values[0] for name, values in asked.headers.items()}
        return self._verifier.is_valid_request(asked.raw_body, headers)


class FastApp(App):
    """Bolt's app, with the way past it where there is one, and measured where Bolt is the way."""

    express: Express | None = None
    measures: Measures | None = None

    def dispatch(self, req: BoltRequest) -> BoltResponse:
        """As Bolt does. Over HTTP it is the server that measures, with all that was waited for."""
        begun = perf_counter()
        response = super().dispatch(req)
        if self.measures and req.mode == "socket_mode":
            seconds = perf_counter() - begun
            self.measures.acknowledged(surface_of(req.body), response.status, seconds)
        return response

from __future__ import annotations

from typing import get_args

from bot.listeners.replies import REPLIES
from bot.request import Request


def test_replies_to_every_kind_of_request() -> None:
    assert set(REPLIES) == set(get_args(Request))

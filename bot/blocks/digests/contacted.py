"""What people contacted about, in a digest."""

from __future__ import annotations

from collections.abc import Iterator

from bot.blocks.actions import ASK
from bot.blocks.answer import exactly
from bot.blocks.digests.page import Offer, Page
from bot.blocks.reasons import told_briefly
from bot.request import insight_words
from bot.request.requests import Reasons
from storage.digests.told import Contacted
from storage.errors import UserError
from storage.metrics.answer import Question
from storage.metrics.catalog import VOLUME


def contacted_page(part: Contacted) -> Page:
    scope = part.reasons.scope
    asked = Reasons(Question(VOLUME, exactly(scope.period), scope.filters))
    return Page(title="", behind=told_briefly(part.reasons), offers=tuple(_offers(asked)))


def _offers(asked: Reasons) -> Iterator[Offer]:
    try:
        yield "All reasons", ASK, insight_words(asked)
    except UserError:
        return

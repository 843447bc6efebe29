from __future__ import annotations

import pytest

from bot.blocks.message import Message
from bot.blocks.roles import (
    channel_teams_message,
    role_given_message,
    role_taken_message,
    roles_message,
)
from bot.playground.blockkit.surfaces import check_message_blocks
from storage.roles import WHOLE_ORGANISATION, Role, RoleGrant

LEAD = RoleGrant(Role.LEAD, frozenset({"billing", "tier 2"}))
ADMIN = RoleGrant(Role.ADMIN)


def test_roles_are_listed_by_person() -> None:
    listed = roles_message([("U123ABC", ADMIN), ("U123ABC", LEAD), ("ann@example.com", ADMIN)])
    assert listed.text == (
        "Roles. <@U123ABC>: admin; lead of billing and tier 2; ann@example.com: admin."
    )
    first = listed.blocks[1]["elements"][0]["elements"][0]["elements"]
    assert first == [
        {"type": "user", "user_id": "U123ABC"},
        {"type": "text", "text": "  admin; lead of billing and tier 2"},
    ]


def test_nobody_with_a_role_gets_the_next_step() -> None:
    assert roles_message([]).text == "Nobody has been given a role yet."
    assert roles_message([]).blocks[0]["text"]["text"] == (
        "Nobody has been given a role yet. Give one with /kpi role @person lead team:billing,"
        " take one with /kpi role remove @person."
    )


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (role_given_message("U123ABC", LEAD), "<@U123ABC> is lead of billing and tier 2 now."),
        (role_taken_message("U123ABC", {ADMIN}), "<@U123ABC> is admin no more."),
        (role_taken_message("ann@example.com", ()), "ann@example.com had no such role."),
        (
            channel_teams_message("support", {"billing"}),
            "Totals of billing may be shared in #support.",
        ),
        (
            channel_teams_message("support", {WHOLE_ORGANISATION}),
            "Totals of the whole organisation may be shared in #support.",
        ),
        (channel_teams_message("support", ()), "No figures may be shared in #support."),
    ],
)
def test_change_is_confirmed_in_a_sentence(message: Message, said: str) -> None:
    assert message.text == said
    assert check_message_blocks(list(message.blocks)) == []


def test_name_that_looks_like_a_mention_calls_nobody() -> None:
    message = role_given_message("<!channel>", RoleGrant(Role.LEAD, frozenset({"<@U1>"})))
    assert message.text == "&lt;!channel&gt; is lead of &lt;@U1&gt; now."
    assert message.blocks[0]["elements"][0]["elements"][0] == {"type": "text", "text": "<!channel>"}


def test_many_people_are_counted() -> None:
    listed = roles_message([(f"U{number:06}", ADMIN) for number in range(150)])
    assert check_message_blocks(list(listed.blocks)) == []
    assert listed.blocks[-1]["text"]["text"].startswith("50 more are not shown.")

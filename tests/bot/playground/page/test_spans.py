from __future__ import annotations

from typing import Any

import pytest

from bot.playground.page.spans import mrkdwn_parts, typed_parts


def _text(text: str, **style: bool) -> dict[str, Any]:
    return {"type": "text", "text": text} | ({"style": style} if style else {})


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("plain", [_text("plain")]),
        ("a *b* c", [_text("a "), _text("b", bold=True), _text(" c")]),
        ("_i_ ~s~", [_text("i", italic=True), _text(" "), _text("s", strike=True)]),
        ("*_both_*", [_text("both", bold=True, italic=True)]),
        ("`*code*`", [_text("*code*", code=True)]),
        ("2*3*4", [_text("2*3*4")]),
        ("* not *", [_text("* not *")]),
        ("snake_case_name", [_text("snake_case_name")]),
        ("&lt;b&gt; &amp;amp;", [_text("<b> &amp;")]),
        ("<@U1>", [{"type": "user", "user_id": "U1", "label": ""}]),
        ("<@U1|ana>", [{"type": "user", "user_id": "U1", "label": "ana"}]),
        ("<#C1|care>", [{"type": "channel", "channel_id": "C1", "label": "care"}]),
        ("<!here>", [{"type": "broadcast", "range": "here"}]),
        ("<!date^1^{date}|today>", [{"type": "date", "fallback": "today"}]),
        ("<!subteam^S1|ops>", [{"type": "usergroup", "usergroup_id": "S1", "label": "ops"}]),
        (
            "<https://a.example/?x=1&amp;y=2|a &amp; b>",
            [{"type": "link", "url": "https://a.example/?x=1&y=2", "text": "a & b"}],
        ),
        (":tada: 10:30:00", [{"type": "emoji", "name": "tada"}, _text(" 10:30:00")]),
    ],
)
def test_markup_becomes_spans(text: str, spans: list[dict[str, Any]]) -> None:
    assert mrkdwn_parts(text) == [{"type": "rich_text_section", "elements": spans}]


def test_quotes_and_fences_are_parts_of_their_own() -> None:
    assert mrkdwn_parts("before\n&gt; quoted\nafter\n```\nx <y>\n```") == [
        {"type": "rich_text_section", "elements": [_text("before")]},
        {"type": "rich_text_quote", "elements": [_text("quoted")]},
        {"type": "rich_text_section", "elements": [_text("after")]},
        {"type": "rich_text_preformatted", "elements": [_text("x <y>")]},
    ]


def test_typed_text_is_never_formatted() -> None:
    text = "*b* _i_ `c` :tada: &lt;!channel&gt; &gt; q\n&gt; r"

    assert typed_parts(text) == [
        {
            "type": "rich_text_section",
            "elements": [_text("*b* _i_ `c` :tada: <!channel> > q\n> r")],
        }
    ]


@pytest.mark.parametrize("sign", ["*a ", "_a ", "~a ", "`", "<", ":a", "```", "&gt;"])
def test_long_text_is_read_at_once(sign: str) -> None:
    text = sign * 10_000

    shown = "".join(
        span.get("text", "") for part in mrkdwn_parts(text) for span in part["elements"]
    )

    assert len(shown) <= len(text)

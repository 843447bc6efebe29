"""Lists of people: files with and without a heading, pasted lines, and what is wrong with them."""

from __future__ import annotations

import pytest

from storage.errors import UserError
from storage.surveys.lists import Named, read_list


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("customer_id\nC-1\nC-2\n", [Named("C-1"), Named("C-2")]),
        ("\ufeffCustomer ID;Name\r\nC-1;Ann\r\n", [Named("C-1")]),
        ("name,email,slack_user_id\nx,a@b.c,U0123ABCD", [Named("", "U0123ABCD", "a@b.c")]),
        ("slack_user_id\n<@U0123ABCD|ann>", [Named("", "U0123ABCD")]),
        (
            "C-1, C-2\n\nU0123ABCD\na@b.c",
            [Named("C-1"), Named("C-2"), Named("", "U0123ABCD"), Named(email="a@b.c")],
        ),
        ("<mailto:a@b.c|a@b.c>\n<@U0123ABCD>", [Named(email="a@b.c"), Named("", "U0123ABCD")]),
    ],
)
def test_list_is_read(text: str, people: list[Named]) -> None:
    assert read_list(text) == people


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The list is empty."),
        ("customer_id\n", "The list is empty."),
        ('customer_id\nC-1\n"C-2', "line 3: this is no CSV (unexpected end of data)"),
        ("customer_id\n" + "x" * 201, "line 2: an id is longer than 200 characters"),
        ("email,name\n,Ann", "line 2: there is no customer id, Slack user id or e-mail address"),
        (
            "email\nann\nbob",
            'line 2: "ann" is no e-mail address\n  line 3: "bob" is no e-mail address',
        ),
    ],
)
def test_what_is_wrong_is_told_by_line(text: str, sentence: str) -> None:
    with pytest.raises(UserError) as refused:
        read_list(text)
    assert refused.value.sentence.removeprefix("The list can't be used yet.\n  ") == sentence

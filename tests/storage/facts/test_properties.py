"""What holds for any export: texts come through as they are, and loading twice is loading once."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.storage.facts.conftest import Store, opened_in, rejected

KEYS = st.text("abcü0", min_size=1, max_size=3)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
CHANNELS = st.sampled_from(["phone", "chat", "fax"])
ROWS = st.lists(st.tuples(KEYS, CHANNELS, TEXTS), min_size=1, max_size=12)


@pytest.fixture(scope="module")
def shared() -> Iterator[Store]:
    with TemporaryDirectory() as folder, opened_in(Path(folder)) as store:
        yield store


def written(rows: list[tuple[str, str, str]]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(("contact_id", "channel", "opened_at", "team"))
    writer.writerows((key, channel, "2026-03-01", text) for key, channel, text in rows)
    return file.getvalue()


def trimmed(text: str) -> str | None:
    return text.strip(" \t\n\r") or None


@settings(max_examples=8, deadline=None)
@given(texts=st.lists(TEXTS, min_size=1, max_size=30))
def test_text_comes_through_trimmed_and_otherwise_as_it_is(shared: Store, texts: list[str]) -> None:
    rows = [(f"{number:02}", "chat", text) for number, text in enumerate(texts)]
    report = shared.load_text(written(rows), source=f"texts of {len(texts)}")
    assert shared.rows(
        f"SELECT team FROM contacts WHERE source = '{report.source}' ORDER BY contact_id"
    ) == [(trimmed(text),) for text in texts]


@settings(max_examples=8, deadline=None)
@given(rows=ROWS)
def test_loading_twice_is_loading_once(shared: Store, rows: list[tuple[str, str, str]]) -> None:
    query = "SELECT * FROM contacts WHERE source = 'twice' ORDER BY ALL"
    first = shared.load_text(written(rows), source="twice")
    once = shared.rows(query)
    second = shared.load_text(written(rows), source="twice")
    assert shared.rows(query) == once
    assert (second.loaded, second.replaced, second.reasons) == (
        first.loaded,
        first.loaded,
        first.reasons,
    )


@settings(max_examples=8, deadline=None)
@given(rows=ROWS)
def test_every_row_is_loaded_or_rejected_on_its_own_line(
    shared: Store, rows: list[tuple[str, str, str]]
) -> None:
    content = written(rows)
    report = shared.load_text(content, source="lines")
    assert report.loaded + report.rejected == report.rows_read == len(rows)
    seen: set[str] = set()
    expected, line = [], 2
    for key, channel, text in rows:
        if channel == "fax":
            expected.append(f"{line},channel,fax,unknown channel")
        elif key in seen:
            expected.append(f"{line},contact_id,{key},the same key stands earlier in the file")
        else:
            seen.add(key)
        line += 1 + len(re.findall(r"\r\n|\r|\n", text))
    assert (rejected(report) if expected else []) == expected

"""Files as people hand them over: packed, misnamed, in other formats, and broken."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path

import duckdb
import pytest

from storage.errors import UserError
from tests.storage.facts.conftest import Store, rejected, stored

HEADER = "contact_id,channel,opened_at"
PLAIN = f"{HEADER}\n1,phone,2026-03-01T10:00:00Z\n"
ELF = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\x00>\x00\x01" + bytes(3) + b"\x60\x11" + bytes(990)
BITMAP = b"BM6\x10\x0e" + bytes(5) + b"6\x00\x00\x00(" + bytes(3) + b"\x01\x00\xfe\xff" * 250
LOADED = [("1", "phone", stored(2026, 3, 1, 10))]


def zipped(members: dict[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def damaged() -> bytes:
    packed = bytearray(zipped({"export": PLAIN}))
    packed[50] ^= 0xFF
    return bytes(packed)


def encrypted() -> bytes:
    """A zip whose member is marked as encrypted, in both places where that is written."""
    packed = bytearray(zipped({"export": PLAIN}))
    packed[6] |= 1
    packed[packed.index(b"PK\x01\x02") + 8] |= 1
    return bytes(packed)


def parquet(folder: Path, query: str) -> bytes:
    path = folder / "made.parquet"
    duckdb.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
    return path.read_bytes()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plain.csv", PLAIN.encode()),
        ("bom.csv", b"\xef\xbb\xbf" + PLAIN.encode()),
        ("windows.csv", PLAIN.replace("\n", "\r\n").encode()),
        ("semicolon.csv", PLAIN.replace(",", ";").encode()),
        ("tab.tsv", PLAIN.replace(",", "\t").encode()),
        ("blank_lines_first.csv", b"\n\n" + PLAIN.encode()),
        ("excel.csv", b"sep=;\n" + PLAIN.replace(",", ";").encode()),
        ("no_last_line_break.csv", PLAIN.strip().encode()),
        ("padded_header.csv", PLAIN.replace("channel", '" Channel  "').encode()),
        ("quoted.csv", b'"contact_id","channel","opened_at"\n"1","phone","2026-03-01T10:00:00Z"\n'),
        ("packed.csv.gz", gzip.compress(PLAIN.encode(), mtime=0)),
        ("packed.zip", zipped({"export": PLAIN})),
        ("misnamed.csv", gzip.compress(PLAIN.encode(), mtime=0)),
        ("misnamed.gz", zipped({"export": PLAIN})),
        ("mac.zip", zipped({"export": PLAIN, "__MACOSX/export": "x", "folder/": ""})),
        ("odd [name]*?.csv", PLAIN.encode()),
        ("o'clock.csv", PLAIN.encode()),
        ("lines.jsonl", b'{"contact_id": 1, "channel": "phone", "opened_at": 1772359200}\n'),
        (
            "lines.json.gz",
            gzip.compress(
                b'{"contact_id":"1","channel":"phone","opened_at":"1772359200000"}', mtime=0
            ),
        ),
    ],
)
def test_content_decides_how_a_file_is_read(store: Store, name: str, content: bytes) -> None:
    report = store.load_text(content, name=name)
    assert (report.loaded, report.rejected) == (1, 0)
    assert store.rows("SELECT contact_id, channel, opened_at FROM contacts") == LOADED
    assert list((store.folder / "data" / "staging").glob("import-*")) == []


def test_parquet_with_types_of_its_own(store: Store) -> None:
    content = parquet(
        store.folder,
        "SELECT 1.0::DOUBLE AS contact_id, 'phone' AS channel,"
        " TIMESTAMPTZ '2026-03-01 11:00:00+01' AS opened_at,"
        " TIMESTAMP '2026-03-01 13:00' AS resolved_at, true AS abandoned,"
        " 'nan'::DOUBLE AS talk_seconds,"
        " INTERVAL 90 SECOND AS hold_seconds, 2.0 AS reopen_count"
        " UNION ALL SELECT 2, 'fax', NULL, NULL, NULL, 5, NULL, 2.5",
    )
    report = store.load_text(content, name="export.dat", timezone="Europe/Berlin")
    assert rejected(report) == [
        "2,opened_at,,no value",
        "2,channel,fax,unknown channel",
        "2,reopen_count,2.5,unreadable whole number",
    ]
    assert store.rows(
        "SELECT contact_id, opened_at, resolved_at, abandoned, talk_seconds, hold_seconds,"
        " reopen_count FROM contacts"
    ) == [("1", stored(2026, 3, 1, 10), stored(2026, 3, 1, 12), True, None, 90.0, 2)]


def test_json_lines_with_nested_values_and_broken_lines(store: Store) -> None:
    mapping = store.mapping("fact = 'contacts'\n[columns]\nchannel = \"via ->> '$.channel'\"\n")
    good = {"contact_id": 1, "opened_at": "2026-03-01", "via": {"channel": "chat"}, "team": None}
    late = {"contact_id": 2, "opened_at": "2026-03-01", "via": {"channel": "sms"}, "status": "é"}
    lines = [json.dumps(good), "", "{broken", "[1]", json.dumps(late), '{"contact_id": 3}']
    report = store.load_text("\n".join(lines), name="tickets.json", mapping=mapping)
    assert rejected(report) == [
        "3,,{broken,not a JSON object",
        "4,,[1],not a JSON object",
        "6,channel,,no value",
        "6,opened_at,,no value",
    ]
    assert (report.rows_read, report.loaded, report.rejected) == (5, 2, 3)
    assert store.rows("SELECT contact_id, channel, status FROM contacts ORDER BY ALL") == [
        ("1", "chat", None),
        ("2", "sms", "é"),
    ]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.csv", b"", "empty.csv is empty."),
        ("blank.csv", b" \n\n", "blank.csv is empty."),
        ("empty.zip", zipped({"export": ""}), "empty.zip is empty."),
        ("blank_rows.csv", HEADER.encode() + b"\n\n\n", "blank_rows.csv has a header but no rows."),
        ("header.csv", HEADER.encode() + b"\n", "header.csv has a header but no rows."),
        ("photo.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "photo.csv is no text file."),
        ("program.csv", ELF, "program.csv is no text file."),
        ("drawing.csv", BITMAP, "drawing.csv is no text file."),
        ("paper.csv", b"%PDF-1.7\n%\xe2\xe3\n", "paper.csv is no text file."),
        ("utf16.csv", PLAIN.encode("utf-16"), "utf16.csv is UTF-16 text; UTF-8 is expected."),
        (
            "utf16le.csv",
            PLAIN.encode("utf-16-le"),
            "utf16le.csv is UTF-16 text; UTF-8 is expected.",
        ),
        (
            "latin.csv",
            f"{HEADER},team\n1,phone,2026-03-01,Köln\n".encode("latin-1"),
            "latin.csv is not UTF-8 text (Latin-1, perhaps).",
        ),
        (
            "latin_header.csv",
            f"{HEADER},Straße\n1,phone,2026-03-01,x\n".encode("latin-1"),
            "latin_header.csv is not UTF-8 text (Latin-1, perhaps).",
        ),
        ("two.zip", zipped({"a": PLAIN, "b": PLAIN}), "two.zip holds 2 files; one is expected."),
        ("none.zip", zipped({}), "none.zip holds 0 files; one is expected."),
        ("locked.zip", encrypted(), "locked.zip is protected by a password."),
        ("cut.zip", zipped({"export": PLAIN})[:60], "cut.zip is damaged or cut off."),
        (
            "wrong.zip",
            damaged(),
            "wrong.zip is damaged or cut off.",
        ),
        (
            "cut.gz",
            gzip.compress(PLAIN.encode() * 99, mtime=0)[:-20],
            "cut.gz is damaged or cut off.",
        ),
        ("bad.gz", b"\x1f\x8b\x08\x00" + b"rubbish" * 9, "bad.gz is damaged or cut off."),
        (
            "book.xlsx",
            zipped({"[Content_Types].xml": "x", "xl/workbook.xml": "x"}),
            "book.xlsx is an Office document.",
        ),
        (
            "array.json",
            b'[{"contact_id": 1}]',
            "array.json is JSON, but not one object on each line.",
        ),
        (
            "pretty.json",
            b'{\n"contact_id": 1}',
            "pretty.json is JSON, but not one object on each line.",
        ),
        ("bad.parquet", b"PAR1" + b"\x00" * 50, None),
        (
            "other.csv",
            b"id,kind\n1,phone\n",
            'other.csv has no column "channel", "contact_id", "opened_at", which contacts need.',
        ),
        (
            "other.jsonl",
            b'{"id": 1}',
            'other.jsonl has no column "channel", "contact_id", "opened_at", which contacts need.',
        ),
        (
            "twice.csv",
            f"{HEADER},team,Team\n1,phone,2026-03-01,a,b\n".encode(),
            'twice.csv has the column "team" more than once.',
        ),
    ],
)
def test_file_that_cannot_be_loaded(
    store: Store, name: str, content: bytes, sentence: str | None
) -> None:
    store.load_text(PLAIN)
    with pytest.raises(UserError) as raised:
        store.load_text(content, name=name)
    if sentence is not None:
        assert raised.value.sentence == sentence
    assert len(raised.value.sentence.splitlines()) == 1
    assert store.rows("SELECT contact_id, channel, opened_at FROM contacts") == LOADED
    assert list((store.folder / "data" / "staging").glob("import-*")) == []
    assert list((store.folder / "data" / "rejects").glob("*")) == []


def test_missing_column_says_which_there_are(store: Store) -> None:
    with pytest.raises(UserError) as raised:
        store.load_text("contact_id,channel,Created\n1,phone,2026-03-01\n")
    assert str(raised.value) == (
        'export.csv has no column "opened_at", which contacts need.'
        " It has: contact_id, channel, Created."
    )


def test_missing_file_and_folder(store: Store) -> None:
    with pytest.raises(UserError) as missing:
        store.load(store.folder / "nowhere.csv")
    with pytest.raises(UserError) as folder:
        store.load(store.folder)
    assert missing.value.sentence == f"There is no file {store.folder / 'nowhere.csv'}."
    assert folder.value.sentence == f"{store.folder} is not a file."


def test_column_named_twice_matters_only_where_it_is_used(store: Store) -> None:
    report = store.load_text(f"{HEADER},note,note,,\n1,phone,2026-03-01,a,b,c,d\n")
    assert report.loaded == 1


def test_lines_before_the_header_are_counted(store: Store) -> None:
    report = store.load_text(f"sep=,\n\n{HEADER}\n1,fax,2026-03-01\n\n2,phone\n3,fax,2026-03-01\n")
    assert rejected(report) == [
        "4,channel,fax,unknown channel",
        '6,,"2,phone",too few fields',
        "7,channel,fax,unknown channel",
    ]


def test_quote_that_swallows_the_rest_of_the_file(store: Store) -> None:
    rest = "".join(f"{number},chat,2026-03-01,{'x' * 90}\n" for number in range(40_000))
    with pytest.raises(UserError) as raised:
        store.load_text(f'{HEADER},team\na,fax,2026-03-01,b\n1,chat,2026-03-01,"a\n{rest}')
    assert raised.value.sentence == (
        "export.csv opens a quote on line 3 and never closes it, so the rows after it can't be"
        " told apart."
    )
    assert list((store.folder / "data" / "rejects").glob("*")) == []
    assert store.rows("SELECT * FROM contacts") == []

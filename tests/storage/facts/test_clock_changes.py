"""Local times: the zone that holds, and the two nights on which the clock is changed."""

from __future__ import annotations

import duckdb
import pytest

from storage.facts.clock_changes import local_to_utc
from storage.facts.loading import LoadOrder
from tests.storage.facts.conftest import Store, rejected, stored

HEADER = "contact_id,channel,opened_at"


def utc_of(local: str, timezone: str) -> str:
    """The instant of a local time, as the database computes it."""
    sql = local_to_utc("t", timezone)
    row = duckdb.execute(
        f"SELECT strftime({sql}, '%Y-%m-%d %H:%M') FROM (SELECT TIMESTAMP '{local}' AS t)"
    )
    return str((row.fetchone() or ("",))[0])


@pytest.mark.parametrize(
    ("timezone", "local", "utc"),
    [
        ("UTC", "2026-03-29 02:30", "2026-03-29 02:30"),
        ("Europe/Berlin", "2026-01-01 00:00", "2025-12-31 23:00"),
        ("Europe/Berlin", "2026-07-01 00:00", "2026-06-30 22:00"),
        ("Europe/Berlin", "2026-03-29 01:59", "2026-03-29 00:59"),
        ("Europe/Berlin", "2026-03-29 02:30", "2026-03-29 01:30"),  # never: moved to 03:30
        ("Europe/Berlin", "2026-03-29 03:00", "2026-03-29 01:00"),
        ("Europe/Berlin", "2026-10-25 01:59", "2026-10-24 23:59"),
        ("Europe/Berlin", "2026-10-25 02:30", "2026-10-25 00:30"),  # twice: the first
        ("Europe/Berlin", "2026-10-25 03:00", "2026-10-25 02:00"),
        ("America/Los_Angeles", "2015-11-01 01:30", "2015-11-01 08:30"),
        ("America/Los_Angeles", "2015-03-08 02:30", "2015-03-08 10:30"),
        ("Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04 14:45"),  # half an hour twice
        ("Asia/Kathmandu", "2026-01-01 00:00", "2025-12-31 18:15"),
        ("Pacific/Apia", "2011-12-30 12:00", "2011-12-30 22:00"),  # a day that never was
    ],
)
def test_instant_of_a_local_time(timezone: str, local: str, utc: str) -> None:
    assert utc_of(local, timezone) == utc


INSTANTS = {
    "2026-07-01 12:00": stored(2026, 7, 1, 10),
    "2026-07-01T12:00:30": stored(2026, 7, 1, 10, 0, 30),
    "2026-07-01": stored(2026, 6, 30, 22),
    "2026/07/01 12:00": stored(2026, 7, 1, 10),
    "2026-07-01T12:00:00Z": stored(2026, 7, 1, 12),
    "2026-07-01 12:00:00 UTC": stored(2026, 7, 1, 12),
    "2026-07-01T12:00:00+05:30": stored(2026, 7, 1, 6, 30),
    "2026-07-01T12:00Z": stored(2026, 7, 1, 12),
    "2026-07-01 12:00 UTC": stored(2026, 7, 1, 12),
    "2026-07-01T12:00:00.250Z": stored(2026, 7, 1, 12).replace(microsecond=250_000),
    "2026-07-01T12:00+05": stored(2026, 7, 1, 7),
    "2026-07-01 12:00 -07:00": stored(2026, 7, 1, 19),
    "2026-07-01 12:00:00 -0700": stored(2026, 7, 1, 19),
    "1782907200": stored(2026, 7, 1, 12),
    "1782907200000": stored(2026, 7, 1, 12),
    "1782907200.0": stored(2026, 7, 1, 12),
}


def test_time_with_and_without_an_offset(store: Store) -> None:
    rows = "".join(f"{number:02},chat,{given}\n" for number, given in enumerate(INSTANTS))
    store.load_text(f"{HEADER}\n{rows}", timezone="Europe/Berlin")
    found = [row[0] for row in store.rows("SELECT opened_at FROM contacts ORDER BY contact_id")]
    assert dict(zip(INSTANTS, found, strict=True)) == INSTANTS


NO_TIMES = (
    "20260701", "01.07.2026", "07/01/2026", "now", "infinity", "12:00", "2026-02-30", "0001-01-01",
    "9999-12-31", "45000.5", "-", "1e300",
)  # fmt: skip


def test_times_that_cannot_be_meant_are_rejected(store: Store) -> None:
    rows = "".join(f"{number},chat,{given}\n" for number, given in enumerate(NO_TIMES))
    report = store.load_text(f"{HEADER}\n{rows}")
    assert rejected(report) == [
        f"{line},opened_at,{given},unreadable time" for line, given in enumerate(NO_TIMES, 2)
    ]
    assert report.loaded == 0


@pytest.mark.parametrize(
    ("own", "mapping", "organisation", "instant"),
    [
        ("Asia/Tokyo", "Europe/Berlin", "America/New_York", stored(2026, 7, 1, 3)),
        (None, "Europe/Berlin", "America/New_York", stored(2026, 7, 1, 10)),
        (None, None, "America/New_York", stored(2026, 7, 1, 16)),
    ],
)
def test_zone_asked_for_comes_before_the_mappings_and_the_organisations(
    store: Store, own: str | None, mapping: str | None, organisation: str, instant: object
) -> None:
    zoned = f'timezone = "{mapping}"\n' if mapping else ""
    order = LoadOrder(
        "contacts",
        mapping=store.mapping(zoned),
        timezone=own,
        organisation_timezone=organisation,
    )
    file = store.folder / "export.csv"
    file.write_text(f"{HEADER}\n1,chat,2026-07-01 12:00\n")
    store.load(file, order)
    assert store.row("SELECT opened_at FROM contacts") == (instant,)


@pytest.mark.parametrize(
    ("time_format", "given"),
    [
        ("%d.%m.%Y %H:%M", "1.7.2026 12:00"),
        ("%m/%d/%Y %I:%M %p", "7/1/2026 12:00 PM"),
        ("%d/%b/%Y:%H:%M:%S %z", "01/Jul/2026:06:00:00 -0400"),
    ],
)
def test_time_format_of_a_mapping(store: Store, time_format: str, given: str) -> None:
    mapping = store.mapping(f'timezone = "Europe/Berlin"\ntime_formats = ["{time_format}"]\n')
    store.load_text(f"{HEADER}\n1,chat,{given}\n", mapping=mapping)
    assert store.row("SELECT opened_at FROM contacts") == (stored(2026, 7, 1, 10),)


def test_first_time_format_that_fits_is_taken(store: Store) -> None:
    mapping = store.mapping('time_formats = ["%d/%m/%Y", "%m/%d/%Y", "iso"]\n')
    store.load_text(
        f"{HEADER}\n1,chat,2/3/2026\n2,chat,3/31/2026\n3,chat,2026-04-01\n", mapping=mapping
    )
    assert store.rows("SELECT opened_at FROM contacts ORDER BY contact_id") == [
        (stored(2026, 3, 2),),
        (stored(2026, 3, 31),),
        (stored(2026, 4, 1),),
    ]

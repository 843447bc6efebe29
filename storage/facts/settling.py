"""Which staged rows count: one of each key, and none that breaks a rule."""

# ruff: noqa: S608 - only our own names and quoted literals are put into SQL

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from pathlib import Path

from storage.facts.declared import Fact
from storage.facts.export import Export, Format, Record, records
from storage.facts.mapping import Mapping
from storage.facts.reading import FAULTS, NEWEST
from storage.facts.rejects import Reject
from storage.facts.sandbox import Sandbox
from storage.facts.values import literal, quoted

STRUCTURE = {
    "MISSING COLUMNS": "too few fields",
    "TOO MANY COLUMNS": "too many fields",
    "UNQUOTED VALUE": "a quote not closed as it should be",
    "INVALID ENCODING": "not UTF-8 text",
    "LINE SIZE OVER MAXIMUM": "a line too long",
}
SAME_KEY = "the same key stands earlier in the file"
LONGEST_VALUE = 1000


@dataclass(frozen=True, slots=True)
class Staged:
    """Rows ready for the store: those of ``path`` without faults and not in ``excluded``.

    Both are Parquet files. ``columns`` are those of the fact that have values. ``excluded`` holds
    places (rows counted from 0), None where no key stands twice. ``superseded`` rows lost to
    another row of their key, as the mapping says. ``newest`` is the newest of all their times; a
    day that the fact is counted by, at its end.
    """

    path: Path
    columns: tuple[str, ...]
    excluded: Path | None
    rows_read: int
    accepted: int
    superseded: int
    newest: datetime | None


class Settling:
    """Staged rows while it is decided which of them count."""

    def __init__(self, sandbox: Sandbox, export: Export, mapping: Mapping, fact: Fact) -> None:
        self.sandbox, self.export, self.mapping, self.fact = sandbox, export, mapping, fact
        self.picks_winner = mapping.last_wins or mapping.newest_by is not None
        self.path = export.path.with_name("staged.parquet")
        self.excluded_path = export.path.with_name("excluded.parquet")
        self.has_excluded = False

    @property
    def paths(self) -> tuple[Path, Path]:
        return self.path, self.excluded_path

    def settle(self, columns: tuple[str, ...]) -> Staged:
        self.sandbox.run(
            f"CREATE VIEW staged AS SELECT *, file_row_number AS place"
            f" FROM read_parquet({literal(str(self.path))}, file_row_number = true)"
        )
        broken = self._gather_broken_lines()
        self._exclude()
        read = self.sandbox.value("SELECT count(*) FROM staged")
        accepted = self.sandbox.value(f"SELECT count(*) FROM staged WHERE {self._counts()}")
        return Staged(
            self.path,
            columns,
            self.excluded_path if self.has_excluded else None,
            rows_read=read + broken,
            accepted=accepted,
            superseded=self._excluded_count() if self.picks_winner else 0,
            newest=self._newest(columns),
        )

    def _newest(self, columns: tuple[str, ...]) -> datetime | None:
        times = [name for name in {*self.fact.times, self.fact.counted_by} if name in columns]
        if not times:
            return None
        found = ", ".join(f"max({quoted(name)})" for name in times)
        (row,) = self.sandbox.rows(f"SELECT {found} FROM staged WHERE {self._counts()}")
        return max((_instant(value) for value in row if value is not None), default=None)

    def rejects(self) -> Iterator[Reject]:
        """Every fault in the order of the file, with the line that it stands on."""
        broken, faulty = self._broken_lines(), self._faulty_rows()
        next_broken, next_faulty = next(broken, None), next(faulty, None)
        found = self._records()
        row = -1
        while next_broken or next_faulty:
            record = next(found)
            if next_broken and next_broken[0] == record.place:
                yield Reject(record.line, "", _shortened("".join(record.lines)), next_broken[1])
                next_broken = next(broken, None)
                continue
            row += 1
            if next_faulty and next_faulty[0] == row:
                yield from (Reject(record.line, *fault) for fault in next_faulty[1])
                next_faulty = next(faulty, None)

    def _records(self) -> Iterator[Record]:
        """The file's records after the header; of Parquet, the rows."""
        if self.export.format is Format.PARQUET:
            return (Record(row, row, []) for row in count(1))
        found = records(self.export)
        if self.export.format is Format.CSV:
            next(found)
        return found

    def _exclude(self) -> None:
        among = _all_of(self.fact.key) if self.picks_winner else f"{FAULTS} IS NULL"
        key = ", ".join(quoted(column) for column in self.fact.key)
        # Hashes are small and seldom collide: only the rows of those that stand twice are ranked.
        twice = f"SELECT hash({key}) AS h FROM staged WHERE {among} GROUP BY h HAVING count(*) > 1"
        self.sandbox.run(f"CREATE TEMP TABLE twice AS {twice}")
        if not self.sandbox.value("SELECT count(*) FROM twice"):
            return
        ranked = (
            f"SELECT place, row_number() OVER (PARTITION BY {key} ORDER BY {self._order()}) AS rank"
            f" FROM staged WHERE {among} AND hash({key}) IN (FROM twice)"
        )
        path = literal(str(self.excluded_path))
        excluded = f"SELECT place FROM ({ranked}) WHERE rank > 1"
        self.sandbox.run(f"COPY ({excluded}) TO {path} (FORMAT parquet)")
        self.sandbox.run(f"CREATE VIEW excluded AS SELECT place FROM read_parquet({path})")
        self.has_excluded = True

    def _order(self) -> str:
        if self.mapping.newest_by is not None:
            return f"{NEWEST} DESC NULLS LAST, place DESC"
        return "place DESC" if self.mapping.last_wins else "place"

    def _counts(self) -> str:
        kept = " AND place NOT IN (FROM excluded)" if self.has_excluded else ""
        return f"{FAULTS} IS NULL{kept}"

    def _excluded_count(self) -> int:
        return int(self.sandbox.value("SELECT count(*) FROM excluded")) if self.has_excluded else 0

    def _faulty_rows(self) -> Iterator[tuple[int, list[tuple[str, str, str]]]]:
        lost = "place IN (FROM excluded)" if self.has_excluded else "false"
        chosen = (
            f"{FAULTS} IS NOT NULL AND NOT ({lost})"
            if self.picks_winner
            else (f"{FAULTS} IS NOT NULL OR {lost}")
        )
        key = f"concat_ws(', ', {', '.join(quoted(column) for column in self.fact.key)})"
        rows = self.sandbox.rows(
            f"SELECT place, {FAULTS}, {key} FROM staged WHERE {chosen} ORDER BY place"
        )
        for place, faults, key_value in rows:
            found = [(f["column"], _shortened(f["value"]), f["reason"]) for f in faults or []]
            yield place, found or [(", ".join(self.fact.key), _shortened(key_value), SAME_KEY)]

    def _broken_lines(self) -> Iterator[tuple[int, str]]:
        for place, kind in self.sandbox.rows("SELECT line, kind FROM broken ORDER BY line"):
            yield place, STRUCTURE.get(kind, kind.lower())

    def _gather_broken_lines(self) -> int:
        """Lines that fell apart before there was a row; only their own connection sees them."""
        known = "SELECT 1 FROM duckdb_tables() WHERE table_name = 'broken_lines'"
        if self.sandbox.value(known) is None:
            self.sandbox.run("CREATE TABLE broken (line BIGINT, kind VARCHAR)")
            return 0
        self.sandbox.run(
            "CREATE TABLE broken AS SELECT line, arg_min(error_type::VARCHAR, column_idx) AS kind"
            " FROM broken_lines GROUP BY line"
        )
        return int(self.sandbox.value("SELECT count(*) FROM broken"))


def _all_of(columns: tuple[str, ...]) -> str:
    return " AND ".join(f"{quoted(column)} IS NOT NULL" for column in columns)


def _instant(value: date) -> datetime:
    """A stored time; of a day, whose zone is not known, its end in UTC."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC)
    return datetime.combine(value, time(), UTC) + timedelta(days=1)


def _shortened(value: object) -> str:
    text = "" if value is None else str(value).rstrip("\r\n")
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"

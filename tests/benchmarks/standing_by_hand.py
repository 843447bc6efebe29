"""By hand: what was open and who was a customer, at the ends of many weeks at once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from tests.benchmarks.counted_by_hand import OWN, Part

NOW = datetime(2025, 12, 24, 10)
MONDAY = date(2025, 12, 22)
AGE_DAYS = (1, 3, 7)
Week = tuple[date, date, date]
"""The first day, the last one, and the first that is wholly after."""

PRESENT = {
    "contact_rate": ("active", "active"),
    "customer_retention": ("at_start", "at_start AND at_end"),
    "churn_rate": ("at_start", "at_start AND NOT at_end"),
}


def _weeks() -> list[Week]:
    mondays = [MONDAY - timedelta(days=7 * back) for back in range(13, 0, -1)]
    whole = [(day, day + timedelta(days=7), day + timedelta(days=7)) for day in mondays]
    return [*whole, *((day, day + timedelta(days=2), day + timedelta(days=3))
                      for day in (MONDAY, MONDAY - timedelta(days=7)))]  # fmt: skip


def _ends() -> list[datetime]:
    ends = [datetime.combine(last, NOW.time().min) for _, last, _ in _weeks()[:13]]
    return [*ends, NOW, NOW - timedelta(days=7)]


WEEKS_FIRST_DAYS = [first for first, _, _ in _weeks()]
WEEK_VALUES = ", ".join(
    f"(DATE '{first}', DATE '{last}', DATE '{after}')" for first, last, after in _weeks()
)
END_VALUES = ", ".join(f"(TIMESTAMP '{end}')" for end in _ends())


OPEN = Part(
    "contacts",
    "opened_at",
    f"{OWN} AND opened_at < TIMESTAMP '{NOW}'"
    f" AND (resolved_at IS NULL OR resolved_at >= TIMESTAMP '{min(_ends())}')",
)
"""The contacts that can have been open at any of the ends."""


def backlogs(segment: str, join: str) -> tuple[str, str]:
    """Two ways: a row for every end that a contact was open at, or ends in columns of one pass."""
    rows = f"FROM contacts{join}"
    ages = [f"count(*) FILTER (opened_at < final - INTERVAL {days} DAY)" for days in AGE_DAYS]
    joined = f"""
        SELECT final, {segment} AS segment, count(*), min(opened_at), {", ".join(ages)}
        {rows} JOIN (VALUES {END_VALUES}) AS ends(final)
            ON opened_at < final AND (resolved_at IS NULL OR resolved_at >= final)
        WHERE {OPEN.where} GROUP BY ALL"""
    columns = [f"count(*) FILTER ({_is_open(end)})" for end in _ends()]
    columns += [
        f"count(*) FILTER ({_is_open(end)} AND opened_at < TIMESTAMP '{end - timedelta(days)}')"
        for end in (_ends()[12], NOW)
        for days in AGE_DAYS
    ]
    columns += [f"min(opened_at) FILTER ({_is_open(end)})" for end in (_ends()[12], NOW)]
    figures = ", ".join(columns)
    one_pass = f"SELECT {segment} AS segment, {figures} {rows} WHERE {OPEN.where} GROUP BY ALL"
    return joined, one_pass


def _is_open(end: datetime) -> str:
    moment = f"TIMESTAMP '{end}'"
    return f"opened_at < {moment} AND (resolved_at IS NULL OR resolved_at >= {moment})"


def customers(metric: str, segment: str | None) -> tuple[str, str]:
    """Two ways: stays joined with the weeks that they touch, or all weeks in columns of one pass.

    Either way a customer counts once, however many stays there are.
    """
    of, hit = PRESENT[metric]
    whose = {
        None: "NULL::VARCHAR",
        "customer_segment": "arg_max(segment, started_on)",
        "source": "min(source)",
    }[segment]
    joined = f"""
        SELECT first, segment, count_if({of}), count_if({hit}) FROM (
            SELECT first, customer_id, {whose} AS segment, true AS active,
                bool_or({AT_START}) AS at_start, bool_or({AT_END}) AS at_end
            FROM customers JOIN (VALUES {WEEK_VALUES}) AS weeks(first, last, after)
                ON started_on < after AND (ended_on IS NULL OR ended_on > first)
            GROUP BY first, customer_id)
        GROUP BY ALL"""
    return joined, _in_one_pass(of, hit, whose)


AT_START = "started_on < first AND (ended_on IS NULL OR ended_on > first)"
AT_END = "started_on < after AND (ended_on IS NULL OR ended_on > last)"
ACTIVE = "started_on < after AND (ended_on IS NULL OR ended_on > first)"

CONDITIONS = {"active": ACTIVE, "at_start": AT_START, "at_end": AT_END}


def _in_one_pass(of: str, hit: str, whose: str) -> str:
    needed = [name for name in CONDITIONS if name in f"{of} {hit}"]
    weeks = list(enumerate(_weeks()))
    inner = [
        f"bool_or({_on(CONDITIONS[name], week)}) AS {name}_{number}"
        for number, week in weeks
        for name in needed
    ]
    outer = [f"count_if({_numbered(each, number)})" for number, _ in weeks for each in (of, hit)]
    per_customer = f"SELECT {whose} AS segment, {', '.join(inner)} FROM customers"
    return f"""
        SELECT segment, {", ".join(outer)} FROM ({per_customer} GROUP BY customer_id)
        GROUP BY ALL"""


def _on(condition: str, week: Week) -> str:
    for name, day in zip(("first", "last", "after"), week, strict=True):
        condition = condition.replace(f" {name}", f" DATE '{day}'")
    return condition


def _numbered(figure: str, number: int) -> str:
    return " ".join(f"{word}_{number}" if word in CONDITIONS else word for word in figure.split())

"""The definitions once more, as plain SQL over one period: what every metric is checked against.

Each query gives value and n for the contacts of ``{rows}``; ``:start`` and ``:end`` are UTC. What
is written here every engine understands.
"""

from __future__ import annotations

from typing import Final


def seconds(start: str, end: str) -> str:
    return f"CAST(extract(epoch FROM {end} - {start}) AS DOUBLE PRECISION)"


OPENED: Final = "opened_at >= :start AND opened_at < :end"
RESOLVED: Final = "direction = 'inbound' AND resolved_at >= :start AND resolved_at < :end"
LIVE: Final = (
    f"{OPENED} AND direction = 'inbound' AND channel IN ('phone', 'chat')"
    " AND wait_seconds IS NOT NULL AND (NOT abandoned OR wait_seconds >= 5)"
)
OPEN_AT_END: Final = (
    "direction = 'inbound' AND NOT abandoned AND opened_at < :end"
    " AND (resolved_at IS NULL OR resolved_at >= :end)"
)
REPEATS: Final = """
WITH repeats AS (
    SELECT c.source, c.contact_id,
           count(*) FILTER (WHERE o.opened_at > c.opened_at
                            AND o.opened_at <= c.opened_at + INTERVAL '7 days') AS later,
           count(*) FILTER (WHERE o.opened_at < c.opened_at
                            AND o.opened_at >= c.opened_at - INTERVAL '7 days') AS earlier
    FROM contacts c
    JOIN contacts o ON o.customer_id = c.customer_id
         AND coalesce(o.issue_type, '?') = coalesce(c.issue_type, '?')
    WHERE o.direction = 'inbound' AND NOT o.abandoned
    GROUP BY c.source, c.contact_id),
"""
FIRST_CONTACT: Final = f"""{REPEATS}
judged AS (
    SELECT CASE WHEN resolved_on_first_contact IS NOT NULL THEN resolved_on_first_contact
                WHEN customer_id IS NULL OR earlier > 0 THEN NULL
                ELSE later = 0 AND coalesce(reopen_count, 0) = 0 END AS first_contact
    FROM contacts c LEFT JOIN repeats USING (source, contact_id)
    WHERE {RESOLVED} AND NOT abandoned {{filters}})
SELECT avg(first_contact::INTEGER), count(first_contact) FROM judged
"""
GROSS_FIRST_CONTACT: Final = f"""{REPEATS}
judged AS (
    SELECT CASE WHEN resolved_on_first_contact IS NOT NULL THEN resolved_on_first_contact
                WHEN resolved_at IS NULL AND (customer_id IS NULL OR earlier = 0) THEN false
                WHEN customer_id IS NULL OR earlier > 0 THEN NULL
                ELSE later = 0 AND coalesce(reopen_count, 0) = 0 END AS first_contact
    FROM contacts c LEFT JOIN repeats USING (source, contact_id)
    WHERE {OPENED} AND direction = 'inbound' AND NOT abandoned)
SELECT avg(first_contact::INTEGER) FROM judged
"""

CHECKS: Final[dict[str, str]] = {
    "first_response_time": f"""
        SELECT percentile_cont(0.5) WITHIN GROUP (
                   ORDER BY {seconds("opened_at", "first_response_at")}), count(*) FROM contacts
        WHERE {OPENED} AND direction = 'inbound' AND NOT abandoned
          AND first_response_at IS NOT NULL {{filters}}""",
    "average_handle_time": f"""
        SELECT sum(handle_seconds) / count(*), count(*) FROM contacts
        WHERE {OPENED} AND NOT abandoned AND handle_seconds > 0 {{filters}}""",
    "average_resolution_time": f"""
        SELECT avg({seconds("opened_at", "resolved_at")}), count(*) FROM contacts
        WHERE {RESOLVED} {{filters}}""",
    "first_contact_resolution": FIRST_CONTACT,
    "ticket_volume": f"""
        SELECT nullif(count(*), 0), count(*) FROM contacts
        WHERE {OPENED} AND direction = 'inbound' {{filters}}""",
    "ticket_backlog": f"""
        SELECT nullif(count(*), 0), count(*) FROM contacts
        WHERE {OPEN_AT_END} {{filters}}""",
    "tickets_resolved": f"""
        SELECT nullif(count(*), 0), count(*) FROM contacts
        WHERE {RESOLVED} {{filters}}""",
    "tickets_pending": f"""
        SELECT nullif(count(*), 0), count(*) FROM contacts
        WHERE {OPEN_AT_END} {{filters}}""",
    "reopen_rate": f"""
        SELECT avg((reopen_count > 0)::INTEGER), count(reopen_count) FROM contacts
        WHERE {RESOLVED} {{filters}}""",
    "transfer_rate": f"""
        SELECT avg((reassignment_count > 0)::INTEGER), count(reassignment_count) FROM contacts
        WHERE {RESOLVED} {{filters}}""",
    "resolution_within_target": f"""
        SELECT avg(resolved_within_target::INTEGER), count(resolved_within_target) FROM contacts
        WHERE {RESOLVED} {{filters}}""",
    "service_level": f"""
        SELECT avg((NOT abandoned AND wait_seconds <= 20)::INTEGER), count(*) FROM contacts
        WHERE {LIVE} {{filters}}""",
    "average_speed_of_answer": f"""
        SELECT avg(wait_seconds), count(*) FROM contacts
        WHERE {OPENED} AND direction = 'inbound' AND NOT abandoned
          AND wait_seconds IS NOT NULL {{filters}}""",
    "abandonment_rate": f"""
        SELECT avg(abandoned::INTEGER), count(*) FROM contacts WHERE {LIVE} {{filters}}""",
}

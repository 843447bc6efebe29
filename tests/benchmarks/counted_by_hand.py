"""The rows that each metric counts and what is worked out of them, said by hand."""

from __future__ import annotations

from dataclasses import dataclass, replace

WEEKS = "TIMESTAMP '2025-09-22'"
LAST_MONDAY, MONDAY = "TIMESTAMP '2025-12-15'", "TIMESTAMP '2025-12-22'"
NOW = "TIMESTAMP '2025-12-24 10:00:00'"
STRETCH_END = "TIMESTAMP '2025-12-17 10:00:00'"

INBOUND = "direction = 'inbound'"
OWN = f"{INBOUND} AND NOT abandoned"
RESOLVED = f"{INBOUND} AND resolved_at IS NOT NULL"
LIVE = f"{INBOUND} AND channel IN ('phone', 'chat') AND wait_seconds IS NOT NULL"
OFFERED = f"{LIVE} AND (NOT abandoned OR wait_seconds >= 5)"
CSAT, NPS, CES = (
    f"kind = '{kind}' AND score BETWEEN {low} AND {high}"
    for kind, low, high in (("csat", 1, 5), ("nps", 0, 10), ("ces", 1, 7))
)


@dataclass(frozen=True, slots=True)
class Part:
    """Rows counted by a time or day, and what is worked out of them."""

    table: str
    by: str
    where: str
    figures: str = "count(*)"
    beside: bool = False
    spread: str = ""
    channels_apart: bool = False

    @property
    def is_daily(self) -> bool:
        return self.by == "day"

    def between(self, start: str, end: str) -> str:
        if not self.is_daily:
            return f"{self.by} >= {start} AND {self.by} < {end}"
        until = f"{end}::DATE + ({end} > date_trunc('day', {end}))::INTEGER"
        return f"day >= {start}::DATE AND day < {until}"


def share(by: str, where: str, hit: str, *, beside: bool = False, table: str = "contacts") -> Part:
    return Part(table, by, where, f"count(*), count(*) FILTER ({hit})", beside)


def mean(by: str, where: str, value: str, *, beside: bool = False, table: str = "contacts") -> Part:
    return Part(table, by, where, f"count(*), sum({value}), sum(({value}) * ({value}))", beside)


def spread(part: Part, value: str) -> Part:
    return replace(part, spread=value)


def seconds(until: str) -> str:
    return f"epoch({until} - opened_at)"


def response_rate(kind: str) -> Part:
    sent = f"kind = '{kind}'"
    return share("sent_at", sent, "answered_at IS NOT NULL", table="surveys", beside=True)


def answers(where: str, hit: str, *, beside: bool = False) -> Part:
    return share("answered_at", where, hit, beside=beside, table="surveys")


def ratio(value: str, weight: str) -> Part:
    squares = f"sum({value} * {value}), sum({weight} * {weight}), sum({value} * {weight})"
    figures = f"count(*), sum({value}), sum({weight}), {squares}"
    return Part("agent_days", "day", f"{weight} > 0 AND {value} IS NOT NULL", figures)


def on_one_scale(score: str) -> str:
    return (
        f"CASE kind WHEN 'csat' THEN ({score} - 1) * 25.0 WHEN 'nps' THEN {score} * 10.0"
        f" ELSE ({score} - 1) * 100.0 / 6 END"
    )


FOLLOWED = "closed_at IS NOT NULL AND score IS NOT NULL AND score_after IS NOT NULL"
FIRST = "resolved_on_first_contact"
LIVE_REVIEWS = "coalesce(purpose, 'live') = 'live'"
SCORES = mean("reviewed_at", LIVE_REVIEWS, "score", table="qa_reviews")
SENT_NOTES = f"{LIVE_REVIEWS} AND sent_at IS NOT NULL"
SATISFIED = answers(CSAT, "score >= 4")
FIRST_CONTACT = share("resolved_at", OWN, FIRST)
REOPENED = share("resolved_at", f"{RESOLVED} AND reopen_count IS NOT NULL", "reopen_count > 0")
TRANSFERRED = share(
    "resolved_at", f"{RESOLVED} AND reassignment_count IS NOT NULL", "reassignment_count > 0"
)
OPENED = Part("contacts", "opened_at", INBOUND)

PARTS: dict[str, tuple[Part, ...]] = {
    "first_response_time": (
        spread(
            Part(
                "contacts",
                "opened_at",
                f"{OWN} AND first_response_at IS NOT NULL",
                f"count(*), sum({seconds('first_response_at')}),"
                f" quantile_cont({seconds('first_response_at')}, 0.5)",
            ),
            seconds("first_response_at"),
        ),
        Part(
            "contacts",
            "opened_at",
            f"{OWN} AND first_response_at IS NULL AND resolved_at IS NULL",
            beside=True,
        ),
    ),
    "service_level": (share("opened_at", OFFERED, "NOT abandoned AND wait_seconds <= 20"),),
    "average_speed_of_answer": (
        mean("opened_at", f"{OWN} AND wait_seconds IS NOT NULL", "wait_seconds"),
    ),
    "abandonment_rate": (share("opened_at", OFFERED, "abandoned"),),
    "average_resolution_time": (
        spread(mean("resolved_at", RESOLVED, seconds("resolved_at")), seconds("resolved_at")),
    ),
    "first_contact_resolution": (FIRST_CONTACT, share("opened_at", OWN, FIRST, beside=True)),
    "reopen_rate": (REOPENED,),
    "transfer_rate": (TRANSFERRED,),
    "resolution_within_target": (
        share(
            "resolved_at",
            f"{RESOLVED} AND resolved_within_target IS NOT NULL",
            "resolved_within_target",
        ),
    ),
    "customer_satisfaction": (
        SATISFIED,
        mean("answered_at", CSAT, "score", table="surveys", beside=True),
        response_rate("csat"),
    ),
    "net_promoter_score": (
        Part(
            "surveys",
            "answered_at",
            NPS,
            "count(*), count(*) FILTER (score >= 9), count(*) FILTER (score <= 6)",
        ),
        response_rate("nps"),
    ),
    "customer_effort_score": (
        mean("answered_at", CES, "score", table="surveys"),
        answers(CES, "score >= 5", beside=True),
        response_rate("ces"),
    ),
    "response_rate": (share("sent_at", "true", "answered_at IS NOT NULL", table="surveys"),),
    "loop_time": (
        spread(
            Part(
                "follow_ups",
                "closed_at",
                "closed_at IS NOT NULL",
                f"count(*), sum({seconds('closed_at')}),"
                f" quantile_cont({seconds('closed_at')}, 0.5)",
            ),
            seconds("closed_at"),
        ),
    ),
    "score_after_loop": (
        mean("closed_at", FOLLOWED, on_one_scale("score_after"), table="follow_ups"),
        mean("closed_at", FOLLOWED, on_one_scale("score"), table="follow_ups", beside=True),
    ),
    "quality_score": (
        SCORES,
        replace(SCORES, figures="count(auto_failed), count_if(auto_failed)", beside=True),
    ),
    "auto_fail_rate": (
        share(
            "reviewed_at",
            f"{LIVE_REVIEWS} AND auto_failed IS NOT NULL",
            "auto_failed",
            table="qa_reviews",
        ),
    ),
    "notes_read_rate": (share("sent_at", SENT_NOTES, "read_at IS NOT NULL", table="qa_reviews"),),
    "appeal_rate": (
        share("sent_at", f"{SENT_NOTES} AND appealed IS NOT NULL", "appealed", table="qa_reviews"),
    ),
    "appeals_upheld_rate": (
        share("sent_at", f"{SENT_NOTES} AND upheld IS NOT NULL", "upheld", table="qa_reviews"),
    ),
    "agent_productivity": (
        SCORES,
        SATISFIED,
        FIRST_CONTACT,
        Part("contacts", "resolved_at", RESOLVED, beside=True),
        Part("agent_days", "day", "staffed_seconds > 0", "sum(staffed_seconds)", beside=True),
        replace(REOPENED, beside=True),
    ),
    "ticket_volume": (OPENED,),
    "tickets_resolved": (Part("contacts", "resolved_at", RESOLVED),),
    "average_handle_time": (
        mean("opened_at", "handle_seconds > 0 AND NOT abandoned", "handle_seconds"),
    ),
    "agent_occupancy": (ratio("handling_seconds", "staffed_seconds"),),
    "schedule_adherence": (ratio("adherent_seconds", "scheduled_seconds"),),
    "self_service_rate": (
        Part("help_sessions", "started_at", "NOT contacted_after"),
        OPENED,
    ),
    "knowledge_base_usage": (
        Part("help_sessions", "started_at", "true", "count(*), sum(article_views)"),
        Part(
            "help_sessions",
            "started_at",
            "true",
            "count(DISTINCT visitor_id), count(contacted_after), count_if(contacted_after)",
            beside=True,
        ),
        share("resolved_at", RESOLVED, "article_id IS NOT NULL", beside=True),
    ),
    "contact_rate": (OPENED,),
    "cost_per_contact": (
        Part("costs", "day", "true", "sum(amount)"),
        Part("contacts", "opened_at", "true"),
    ),
}
"""The rows of every metric that counts what happened."""

"""The definitions over the other facts once more, as plain SQL over one period.

``:start`` and ``:end`` are UTC; ``:first_day`` and ``:last_day`` are the local days of the start
and of the end, ``:after_day`` the first one that is wholly after it.
"""

from __future__ import annotations

from typing import Final

from tests.storage.metrics.checks import FIRST_CONTACT, OPENED, seconds

ANSWERED: Final = "answered_at >= :start AND answered_at < :end"
REVIEWED: Final = (
    "reviewed_at >= :start AND reviewed_at < :end AND coalesce(purpose, 'live') = 'live'"
)
DAYS: Final = "day >= :first_day AND day < :after_day"
AT_START: Final = "started_on < :first_day AND (ended_on IS NULL OR ended_on > :first_day)"
AT_END: Final = "started_on < :after_day AND (ended_on IS NULL OR ended_on > :last_day)"
KEPT: Final = f"""
    SELECT DISTINCT customer_id FROM customers WHERE {AT_START} {{filters}}
    INTERSECT SELECT customer_id FROM customers WHERE {AT_END}"""
AT_START_COUNT: Final = (
    f"(SELECT count(DISTINCT customer_id) FROM customers WHERE {AT_START} {{filters}})"
)

SCORED: Final = f"""
    WITH computed AS (
        SELECT source, review_id,
               CASE WHEN max(CASE WHEN critical AND points <= 0 THEN 1 ELSE 0 END) = 1 THEN 0
                    ELSE 100.0 * sum(coalesce(weight, 1) * points / out_of)
                         / sum(coalesce(weight, 1)) END AS score
        FROM qa_answers
        WHERE NOT coalesce(not_applicable, FALSE) AND points IS NOT NULL AND out_of > 0
        GROUP BY source, review_id),
    scored AS (
        SELECT coalesce(r.score, c.score) AS score
        FROM qa_reviews r
        LEFT JOIN computed c ON c.review_id = r.review_id AND r.source = 'qa'
        WHERE {REVIEWED} {{filters}})"""

NOTED: Final = "sent_at >= :start AND sent_at < :end AND coalesce(purpose, 'live') = 'live'"

FACT_CHECKS: Final[dict[str, str]] = {
    "customer_satisfaction": f"""
        SELECT avg(CASE WHEN score IN (4, 5) THEN 1.0 ELSE 0.0 END), count(*) FROM surveys
        WHERE {ANSWERED} AND kind = 'csat' AND score IN (1, 2, 3, 4, 5) {{filters}}""",
    "net_promoter_score": f"""
        SELECT 100.0 * (count(CASE WHEN score IN (9, 10) THEN 1 END)
                        - count(CASE WHEN score < 7 THEN 1 END)) / nullif(count(*), 0), count(*)
        FROM surveys WHERE {ANSWERED} AND kind = 'nps' AND score BETWEEN 0 AND 10 {{filters}}""",
    "customer_effort_score": f"""
        SELECT avg(score), count(*) FROM surveys
        WHERE {ANSWERED} AND kind = 'ces' AND score BETWEEN 1 AND 7 {{filters}}""",
    "response_rate": """
        SELECT 1.0 * count(answered_at) / nullif(count(*), 0), count(*) FROM surveys
        WHERE sent_at >= :start AND sent_at < :end {filters}""",
    "loop_time": f"""
        SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY {seconds("opened_at", "closed_at")}),
               count(*) FROM follow_ups
        WHERE closed_at >= :start AND closed_at < :end {{filters}}""",
    "score_after_loop": """
        SELECT avg(CASE kind WHEN 'csat' THEN (score_after - 1) * 25.0
                             WHEN 'nps' THEN score_after * 10.0
                             ELSE (score_after - 1) * 100.0 / 6 END), count(*)
        FROM follow_ups
        WHERE closed_at >= :start AND closed_at < :end
          AND score_after IS NOT NULL AND score IS NOT NULL {filters}""",
    "quality_score": f"{SCORED} SELECT avg(score), count(score) FROM scored",
    "agent_productivity": f"""
        SELECT CASE WHEN q.n > 0 AND s.n > 0 AND f.n > 0
                    THEN (q.score + 100 * s.share + 100 * f.share) / 3 END,
               least(q.n, s.n, f.n)
        FROM ({SCORED} SELECT avg(score) AS score, count(score) AS n FROM scored) q,
             (SELECT avg(CASE WHEN score >= 4 THEN 1.0 ELSE 0.0 END) AS share, count(*) AS n
              FROM surveys
              WHERE {ANSWERED} AND kind = 'csat' AND score BETWEEN 1 AND 5 {{filters}}) s,
             (SELECT * FROM ({FIRST_CONTACT}) AS derived(share, n)) f""",
    "auto_fail_rate": f"""
        WITH answered AS (
            SELECT review_id,
                   max(CASE WHEN critical AND points <= 0 THEN 1 ELSE 0 END) AS failed
            FROM qa_answers
            WHERE NOT coalesce(not_applicable, FALSE) AND points IS NOT NULL AND out_of > 0
            GROUP BY review_id),
        judged AS (
            SELECT coalesce(r.auto_failed::INTEGER, a.failed) AS failed
            FROM qa_reviews r LEFT JOIN answered a USING (review_id)
            WHERE {REVIEWED} {{filters}})
        SELECT avg(failed), count(failed) FROM judged""",
    "reviews_per_agent": f"""
        SELECT 1.0 * nullif(r.n, 0) / nullif(a.n, 0), r.n
        FROM (SELECT count(*) AS n FROM qa_reviews
              WHERE {REVIEWED} {{filters}}) r,
             (SELECT count(DISTINCT agent_id) AS n FROM agents
              WHERE coalesce(hired_on, DATE '2000-01-01') < :after_day
                AND coalesce(left_on, DATE '2100-01-01') > :first_day {{filters}}) a""",
    "notes_read_rate": f"""
        SELECT 1.0 * count(read_at) / nullif(count(*), 0), count(*) FROM qa_reviews
        WHERE {NOTED} {{filters}}""",
    "appeal_rate": f"""
        SELECT avg(appealed::INTEGER), count(appealed) FROM qa_reviews
        WHERE {NOTED} {{filters}}""",
    "appeals_upheld_rate": f"""
        SELECT avg(upheld::INTEGER), count(upheld) FROM qa_reviews
        WHERE {NOTED} {{filters}}""",
    "calibration_agreement": """
        WITH given AS (
            SELECT r.review_id, r.contact_id, a.criterion,
                   CASE WHEN a.not_applicable THEN 'not applicable' END AS left_out, a.points
            FROM qa_reviews r JOIN qa_answers a USING (review_id)
            WHERE r.purpose = 'calibration'),
        pairs AS (
            SELECT mine.review_id,
                   CASE WHEN mine.left_out = theirs.left_out OR mine.points = theirs.points
                        THEN 1.0 ELSE 0.0 END AS alike
            FROM given mine JOIN given theirs
                 ON theirs.contact_id = mine.contact_id AND theirs.criterion = mine.criterion
                    AND theirs.review_id <> mine.review_id),
        shares AS (SELECT review_id, avg(alike) AS agreed FROM pairs GROUP BY review_id)
        SELECT avg(agreed), count(agreed) FROM qa_reviews JOIN shares USING (review_id)
        WHERE reviewed_at >= :start AND reviewed_at < :end {filters}""",
    "agent_occupancy": f"""
        SELECT sum(handling_seconds) / sum(staffed_seconds), count(*) FROM agent_days
        WHERE {DAYS} AND staffed_seconds > 0 {{filters}}""",
    "schedule_adherence": f"""
        SELECT sum(adherent_seconds) / sum(scheduled_seconds), count(*) FROM agent_days
        WHERE {DAYS} AND scheduled_seconds > 0 {{filters}}""",
    "self_service_rate": f"""
        SELECT 1.0 * s.n / nullif(s.n + c.n, 0), s.n + c.n
        FROM (SELECT count(*) AS n FROM help_sessions
              WHERE started_at >= :start AND started_at < :end AND NOT contacted_after) s,
             (SELECT count(*) AS n FROM contacts
              WHERE {OPENED} AND direction = 'inbound' {{filters}}) c""",
    "knowledge_base_usage": """
        SELECT CASE WHEN count(*) > 0 THEN sum(coalesce(article_views, 0)) END, count(*)
        FROM help_sessions WHERE started_at >= :start AND started_at < :end {filters}""",
    "contact_rate": f"""
        SELECT 100.0 * nullif(c.n, 0) / nullif(k.n, 0), c.n
        FROM (SELECT count(*) AS n FROM contacts WHERE {OPENED} AND direction = 'inbound') c,
             (SELECT count(DISTINCT customer_id) AS n FROM customers
              WHERE started_on < :after_day AND (ended_on IS NULL OR ended_on > :first_day)
                    {{filters}}) k""",
    "cost_per_contact": f"""
        SELECT m.amount / nullif(c.n, 0), c.n
        FROM (SELECT sum(amount) AS amount FROM costs WHERE {DAYS} {{filters}}) m,
             (SELECT count(*) AS n FROM contacts WHERE {OPENED} {{filters}}) c""",
    "customer_retention": f"""
        SELECT 1.0 * (SELECT count(*) FROM ({KEPT}) AS kept) / nullif({AT_START_COUNT}, 0),
               {AT_START_COUNT}""",
    "churn_rate": f"""
        SELECT 1 - 1.0 * (SELECT count(*) FROM ({KEPT}) AS kept) / nullif({AT_START_COUNT}, 0),
               {AT_START_COUNT}""",
}

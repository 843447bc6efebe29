-- What became of low answers: most are looked after within days, some still wait.
-- The score after is the customer's next answer of the same kind, once the loop was closed.

INSERT INTO follow_ups (
    source, follow_up_id, kind, purpose, customer_id, channel, issue_type, team, agent_id,
    opened_at, closed_at, outcome, score
)
WITH low AS (
    SELECT *, hash(survey_id) % 1000003 AS number
    FROM surveys
    WHERE answered_at IS NOT NULL
      AND score <= CASE kind WHEN 'nps' THEN 6 WHEN 'csat' THEN 2 ELSE 3 END
), looked_after AS (
    SELECT
        *,
        answered_at
            + to_seconds(CAST(1800 + demo_lognormal(90000, 0.9, 'loop', number) AS BIGINT))
            AS ends_at,
        demo_u('loop closes', number) < 0.93 AS closes
    FROM low
    WHERE demo_u('loop', number) < 0.85
)
SELECT
    'surveys', survey_id, kind, purpose, customer_id, channel, issue_type, team, agent_id,
    answered_at,
    CASE WHEN closes AND ends_at < demo_now() THEN ends_at END,
    CASE WHEN closes AND ends_at < demo_now()
         THEN demo_pick(['called_back', 'solved', 'solved', 'not_reached'],
                        demo_u('outcome', number)) END,
    score
FROM looked_after;

UPDATE follow_ups SET score_after = later.score
FROM (
    SELECT follow_up_id, arg_min(surveys.score, surveys.answered_at) AS score
    FROM follow_ups
    JOIN surveys ON surveys.customer_id = follow_ups.customer_id
         AND surveys.kind = follow_ups.kind AND surveys.answered_at > follow_ups.closed_at
    WHERE surveys.score IS NOT NULL
    GROUP BY follow_up_id
) AS later
WHERE follow_ups.follow_up_id = later.follow_up_id;

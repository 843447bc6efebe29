-- Visits to the help centre; one article stopped helping when what it describes changed.

CREATE OR REPLACE TEMP TABLE demo_visits AS
WITH numbered AS (
    SELECT
        2 * first_id + place AS id,
        day,
        number / demo_day_count() AS progress,
        demo_enterprise_count() + demo_customer_count() * (0.7 + 0.3 * number / demo_day_count())
            AS known
    FROM demo_days,
        unnest(range(CAST(contacts * (1.05 + 0.25 * number / demo_day_count()) AS BIGINT)))
            AS places (place)
)
SELECT
    id,
    day,
    article,
    demo_moment(day, hour, demo_u('visit second', id)) AS started_at,
    CAST(floor(known * demo_u('visitor', id)) AS BIGINT) AS visitor,
    article = 'Setting up your hub' AND day >= demo_article_break() AS stale,
    progress
FROM numbered
JOIN demo_issue_slots AS issues
  ON issues.slot = CAST(floor(100 * demo_u('visit topic', id)) AS BIGINT)
JOIN demo_issues USING (issue_type)
JOIN demo_hours ON demo_hours.slot = CAST(floor(100 * demo_u('visit hour', id)) AS BIGINT)
               AND NOT demo_hours.live
WHERE article IS NOT NULL;

INSERT INTO help_sessions
SELECT
    'help centre',
    'visit-' || id,
    started_at,
    'v' || visitor,
    CASE WHEN demo_u('signed in', visitor) < 0.4 AND coalesce(ended_on > day, true)
         THEN customer_id END,
    1 + CAST(floor(-ln(1 - demo_u('views', id)) * 1.4) AS INTEGER),
    article,
    CASE WHEN demo_u('votes', id) < 0.3
         THEN demo_u('helpful', id) < CASE WHEN stale THEN 0.31 ELSE 0.79 END END,
    demo_u('contact after', id) < CASE WHEN stale THEN 0.47 ELSE 0.19 - 0.03 * progress END
FROM demo_visits
JOIN demo_customers ON number = visitor
WHERE started_at < demo_reach('web');

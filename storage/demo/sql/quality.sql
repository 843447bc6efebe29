-- Reviewed contacts, with the criteria that make up each score.

CREATE OR REPLACE TEMP TABLE demo_reviews AS
SELECT
    id,
    CASE source WHEN 'phone' THEN 'call-' ELSE 'ticket-' END || id AS contact_id,
    agent_id,
    team,
    channel,
    newness,
    failed,
    demo_office_time(done_at + to_seconds(CAST(43200 + 259200 * demo_u('review', id) AS BIGINT)),
        demo_u('review hour', id)) AS reviewed_at
FROM demo_contacts
WHERE done AND NOT outbound AND demo_u('reviewed', id) < 6000.0 / demo_contact_count();

INSERT INTO qa_answers
WITH criteria (criterion, out_of, weight, critical, applies, missed, place) AS (
    VALUES
        ('Greeting and tone', 5, 1, false, 1.00, 0.10, 1),
        ('Understands the question', 5, 2, false, 1.00, 0.16, 2),
        ('Right and complete answer', 5, 3, false, 1.00, 0.18, 3),
        ('Clear next step', 5, 2, false, 0.86, 0.22, 4),
        ('Notes for colleagues', 5, 1, false, 0.95, 0.26, 5),
        ('Data protection', 1, 1, true, 1.00, 0.02, 6)
), judged AS (
    SELECT
        *,
        demo_u('applies ' || criterion, id) >= applies AS not_applicable,
        demo_u('criterion ' || criterion, id) AS chance,
        missed + CASE WHEN critical THEN 0.03 * newness
                      ELSE 0.14 * newness + 0.08 * failed::INTEGER END AS missing
    FROM demo_reviews, criteria
    WHERE reviewed_at < demo_now()
)
SELECT
    'quality',
    'review-' || id,
    criterion,
    CASE WHEN not_applicable THEN NULL
         WHEN critical THEN CASE WHEN chance < missing THEN 0 ELSE 1 END
         WHEN chance < 0.2 * missing THEN 1 WHEN chance < 0.5 * missing THEN 2
         WHEN chance < missing THEN 3 WHEN chance < 2.2 * missing THEN 4 ELSE 5 END,
    out_of,
    weight,
    critical,
    not_applicable
FROM judged;

INSERT INTO qa_reviews (
    source, review_id, contact_id, agent_id, team, channel, reviewer, reviewed_at, score, auto_failed,
    purpose, scorecard, scorecard_version
)
WITH scores AS (
    SELECT
        review_id,
        bool_or(critical AND points = 0) AS auto_failed,
        100 * sum(CASE WHEN NOT not_applicable THEN weight * points / out_of END)
            / sum(CASE WHEN NOT not_applicable THEN weight END) AS score
    FROM qa_answers WHERE source = 'quality'
    GROUP BY review_id
)
SELECT
    'quality',
    review_id,
    contact_id,
    agent_id,
    team,
    channel,
    CASE WHEN team IN ('Billing', 'Accounts') THEN demo_reviewer()
         ELSE demo_pick(['Lotte Marin', 'Dimitri Aalto'], demo_u('reviewer', id)) END,
    reviewed_at,
    CASE WHEN auto_failed THEN 0 ELSE round(score, 2) END,
    auto_failed,
    CASE WHEN demo_u('calibration', id) < 0.05 THEN 'calibration' ELSE 'live' END,
    'Conversation',
    '3'
FROM demo_reviews
JOIN scores ON review_id = 'review-' || id;

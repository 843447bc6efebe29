-- The days, the hours and the issues that contacts are spread over.
-- "Load" is what comes in against what the roster was planned for: 1 is a quiet fit.

CREATE OR REPLACE TEMP TABLE demo_days AS
WITH days AS (
    SELECT CAST(unnest(generate_series(demo_first_day(), demo_today(), INTERVAL 1 DAY)) AS DATE)
        AS day
), levels AS (
    SELECT
        day,
        day - demo_first_day() AS number,
        [1.46, 1.09, 1.00, 0.97, 0.93, 0.52, 0.40][isodow(day)] AS weekday,
        [1.27, 1.10, 1.02, 1.00, 0.97, 0.57, 0.45][isodow(day)] AS staffed,
        (1 + 0.08 * cos(2 * pi() * (dayofyear(day) - 20) / 365))
            * CASE WHEN strftime(day, '%m%d') BETWEEN '1120' AND '1223' THEN 1.20
                   WHEN strftime(day, '%m%d') BETWEEN '1224' AND '1226' THEN 0.55
                   WHEN strftime(day, '%m%d') BETWEEN '0102' AND '0112' THEN 1.10
                   ELSE 1 END
            * (1 + 0.14 * (day - demo_first_day()) / demo_day_count())
            * exp(0.045 * demo_normal('day', day - demo_first_day())) AS level
    FROM days
), counted AS (
    SELECT
        *,
        -- The rest of them come back: see the arrivals.
        CAST(round(demo_contact_count() * 0.876
            * weekday * level / sum(weekday * level) OVER ()) AS BIGINT) AS contacts
    FROM levels
)
SELECT
    day,
    number,
    weekday / staffed * sqrt(level / avg(level) OVER ()) AS load,
    contacts,
    CAST(sum(contacts) OVER (ORDER BY day) AS BIGINT) - contacts AS first_id
FROM counted;

CREATE OR REPLACE TEMP TABLE demo_hours AS
WITH hours (live, hour, share, load) AS (
    VALUES
        (true, 8, 7, 0.92), (true, 9, 11, 1.15), (true, 10, 13, 1.24), (true, 11, 12, 1.15),
        (true, 12, 8, 0.94), (true, 13, 8, 0.94), (true, 14, 10, 1.05), (true, 15, 10, 1.05),
        (true, 16, 9, 1.00), (true, 17, 6, 0.86), (true, 18, 4, 0.75), (true, 19, 2, 0.60),
        (false, 0, 1, 1), (false, 1, 1, 1), (false, 2, 1, 1), (false, 5, 1, 1), (false, 6, 2, 1),
        (false, 7, 4, 1), (false, 8, 7, 1), (false, 9, 9, 1), (false, 10, 9, 1), (false, 11, 8, 1),
        (false, 12, 6, 1), (false, 13, 6, 1), (false, 14, 7, 1), (false, 15, 7, 1),
        (false, 16, 6, 1), (false, 17, 5, 1), (false, 18, 5, 1), (false, 19, 5, 1),
        (false, 20, 4, 1), (false, 21, 3, 1), (false, 22, 2, 1), (false, 23, 1, 1)
), ranges AS (
    SELECT *, CAST(sum(share) OVER (PARTITION BY live ORDER BY hour) AS BIGINT) AS upto FROM hours
)
SELECT live, hour, load, slot FROM ranges, unnest(range(upto - share, upto)) AS slots (slot);

CREATE OR REPLACE TEMP TABLE demo_issues AS
WITH issues (issue_type, team, share, kind, complaints, complex, failing, effort, article) AS (
    VALUES
        ('invoice', 'Billing', 15, 'question', 0.22, 0.25, -0.02, 1.00, 'Reading your invoice'),
        ('refund', 'Billing', 7, 'question', 0.45, 0.35, 0.03, 1.10, 'Getting a refund'),
        ('payment', 'Billing', 7, 'question', 0.25, 0.30, 0.00, 0.95, 'Changing how you pay'),
        ('delivery', 'Delivery', 15, 'question', 0.42, 0.15, 0.00, 0.80, 'Tracking a delivery'),
        ('damaged item', 'Delivery', 6, 'question', 0.80, 0.30, 0.04, 1.05, 'Returning an item'),
        ('order change', 'Delivery', 7, 'order', 0.05, 0.15, -0.05, 0.85, NULL),
        ('setup', 'Technical', 10, 'question', 0.15, 0.45, 0.06, 1.35, 'Setting up your hub'),
        ('app', 'Technical', 9, 'question', 0.35, 0.50, 0.08, 1.25, 'When the app stops'),
        ('connection', 'Technical', 7, 'question', 0.35, 0.55, 0.10, 1.40, 'Connecting to Wi-Fi'),
        ('login', 'Accounts', 8, 'question', 0.10, 0.10, -0.08, 0.65, 'Resetting your password'),
        ('plan change', 'Accounts', 5, 'order', 0.05, 0.20, -0.04, 0.95, 'Changing your plan'),
        ('cancellation', 'Accounts', 4, 'other', 0.30, 0.20, -0.02, 1.10, 'Ending your plan')
)
-- Nobody has written an article about changing an order yet.
SELECT *, CAST(sum(share) OVER (ORDER BY team, issue_type) AS BIGINT) AS upto FROM issues;

CREATE OR REPLACE TEMP TABLE demo_issue_slots AS
SELECT issue_type, slot FROM demo_issues, unnest(range(upto - share, upto)) AS slots (slot);

-- Who asks what and when, who takes it, and whether that settles it: first the customers who ask
-- for the first time, then those who have to come back.

CREATE OR REPLACE TEMP MACRO demo_caller(salt, id, enterprise, known) AS CASE
    WHEN enterprise THEN CAST(floor(demo_enterprise_count() * demo_u(salt, id)) AS BIGINT)
    -- One customer in ten has something to ask again and again.
    WHEN demo_u(salt || ' often', id) < 0.3
    THEN demo_enterprise_count() + CAST(floor(known * demo_u(salt, id) / 10) AS BIGINT) * 10
    ELSE demo_enterprise_count() + CAST(floor(known * demo_u(salt, id)) AS BIGINT) END;

CREATE OR REPLACE TEMP MACRO demo_judged(arrivals) AS TABLE
WITH placed AS (
    SELECT
        asked.*,
        CASE WHEN enterprise THEN 'Enterprise' ELSE issues.team END AS team,
        kind, complaints, failing, effort, article,
        demo_u('complex', id) < issues.complex AS complex
    FROM query_table(arrivals) AS asked
    JOIN demo_issues AS issues USING (issue_type)
), seated AS (
    SELECT
        placed.*,
        roster.agent_id,
        roster.newness,
        coalesce(roster.load, 1) * hour_load
            * CASE WHEN placed.team = 'Technical' AND day >= demo_backlog_start()
                   THEN 1.12 ELSE 1 END AS pressure,
        channel = 'phone' AND NOT again AND demo_u('outbound', id) < 0.07 AS outbound
    FROM placed
    JOIN (SELECT DISTINCT day, team, seats FROM demo_roster) AS sizes USING (day, team)
    JOIN demo_roster AS roster
      ON roster.day = placed.day AND roster.team = placed.team
     AND roster.seat = CAST(floor(sizes.seats * demo_u('seat', id)) AS BIGINT)
), queued AS (
    SELECT
        *,
        CASE WHEN channel = 'email' OR outbound THEN NULL
             WHEN demo_u('queue', id) > least(0.95, 0.33 * pressure * pressure)
             THEN round(1 + 5 * demo_u('pickup', id), 1)
             ELSE round(3 - ln(1 - demo_u('wait', id)) * 21 * pow(pressure, 3), 1) END
            AS needed_wait,
        round(2 - ln(1 - demo_u('patience', id)) * 210, 1) AS patience
    FROM seated
)
SELECT
    * EXCLUDE (needed_wait, patience),
    CASE WHEN needed_wait > patience THEN patience ELSE needed_wait END AS wait_seconds,
    coalesce(needed_wait > patience, false) AS abandoned,
    demo_u('settled', id) < CASE channel WHEN 'phone' THEN 0.17 WHEN 'chat' THEN 0.20 ELSE 0.25 END
        + failing + 0.09 * complex::INTEGER + 0.10 * newness - 0.04 * enterprise::INTEGER
        + CASE WHEN issue_type = 'invoice' AND day >= demo_billing_change() THEN 0.55 ELSE 0 END
        AS failed,
    demo_u('way back', id) < 0.67 AS comes_back
FROM queued;

CREATE OR REPLACE TEMP TABLE demo_arrivals AS
WITH numbered AS (
    SELECT
        first_id + place AS id,
        day,
        number / demo_day_count() AS progress,
        demo_customer_count() * (0.7 + 0.3 * number / demo_day_count()) AS known
    FROM demo_days, unnest(range(contacts)) AS places (place)
), chosen AS (
    SELECT
        *,
        demo_u('enterprise', id) < 0.04 AS enterprise,
        CASE WHEN demo_u('channel', id) < 0.43 THEN 'phone'
             WHEN demo_u('channel', id) < 0.62 + 0.08 * progress THEN 'chat'
             ELSE 'email' END AS channel,
        day >= demo_billing_change() AND demo_u('wave', id) < 0.03 AS asks_of_change
    FROM numbered
), guessed AS (
    SELECT
        id, day, channel, enterprise,
        CASE WHEN asks_of_change THEN 'invoice' ELSE issue_type END AS issue_type,
        demo_moment(day, hour, demo_u('second', id)) AS opened_at,
        demo_hours.load AS hour_load,
        demo_u('unknown', id) < 0.05 AND NOT enterprise AS unknown,
        demo_caller('caller', id, enterprise, known) AS guess,
        demo_caller('other caller', id, enterprise, known) AS other_guess
    FROM chosen
    JOIN demo_issue_slots AS issues
      ON issues.slot = CAST(floor(100 * demo_u('issue', id)) AS BIGINT)
    JOIN demo_hours ON demo_hours.slot = CAST(floor(100 * demo_u('hour', id)) AS BIGINT)
                   AND demo_hours.live = (channel <> 'email')
)
SELECT
    guessed.* EXCLUDE (unknown, guess, other_guess),
    -- Who has left asks no more; some never say who they are.
    CASE WHEN unknown THEN NULL
         WHEN coalesce(one.ended_on > day, true) THEN one.number
         WHEN coalesce(other.ended_on > day, true) THEN other.number END AS customer,
    false AS again
FROM guessed
JOIN demo_customers AS one ON one.number = guess
JOIN demo_customers AS other ON other.number = other_guess;

CREATE OR REPLACE TEMP TABLE demo_first AS FROM demo_judged('demo_arrivals');

CREATE OR REPLACE TEMP TABLE demo_arrivals AS
WITH coming_back AS (
    SELECT
        *,
        day + 1 + CAST(floor(6 * pow(demo_u('days later', id), 1.7)) AS INTEGER) AS later_day,
        CASE WHEN demo_u('same channel', id) < 0.7 THEN channel ELSE 'phone' END AS later_channel
    FROM demo_first
    WHERE failed AND comes_back AND NOT abandoned AND NOT outbound AND customer IS NOT NULL
)
SELECT
    100000000 + id AS id,
    later_day AS day,
    later_channel AS channel,
    enterprise,
    issue_type,
    -- Never past the same time of the seventh day.
    least(demo_moment(later_day, hour, demo_u('later second', id)), opened_at + INTERVAL 7 DAY)
        AS opened_at,
    demo_hours.load AS hour_load,
    customer,
    true AS again
FROM coming_back
JOIN demo_hours ON demo_hours.slot = CAST(floor(100 * demo_u('later hour', id)) AS BIGINT)
               AND demo_hours.live = (later_channel <> 'email')
WHERE later_day <= demo_today();

CREATE OR REPLACE TEMP TABLE demo_second AS FROM demo_judged('demo_arrivals');

-- Who works on which day: five days a week less holidays, from the first day to the last.

CREATE OR REPLACE TEMP TABLE demo_roster AS
WITH staff AS (
    SELECT
        agent_id,
        team,
        hired_on,
        left_on,
        row_number() OVER (ORDER BY agent_id) AS number,
        count(*) OVER (PARTITION BY team) AS colleagues
    FROM agents WHERE source = 'hr'
), working AS (
    SELECT day, load, agent_id, team, hired_on, staff.number AS number
    FROM demo_days, staff
    WHERE hired_on <= day
      AND (left_on IS NULL OR day < left_on)
      AND NOT list_contains(
          -- Of any four in a row somebody works on each day.
          CASE staff.number % 4 WHEN 1 THEN [4, 7] WHEN 2 THEN [3, 6] ELSE [6, 7] END,
          isodow(day))
      AND (colleagues < 6 OR demo_u(
          'holiday', 1000 * staff.number + datediff('week', demo_first_day(), day)) > 0.08)
)
SELECT
    *,
    exp(-(day - hired_on) / 42.0) AS newness,
    row_number() OVER (PARTITION BY day, team ORDER BY agent_id) - 1 AS seat,
    count(*) OVER (PARTITION BY day, team) AS seats
FROM working;

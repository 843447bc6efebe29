-- What each agent's day was planned and used for, up to yesterday.

INSERT INTO agent_days
WITH planned AS (
    SELECT
        *,
        1000 * number + (day - demo_first_day()) AS shift,
        -- A smaller sample of contacts is a smaller part of each shift.
        demo_shift_seconds() * demo_pick([1.0, 1.0, 1.0, 0.75], demo_u('contract', number))
            AS scheduled
    FROM demo_roster WHERE day < demo_today()
), worked AS (
    SELECT
        *,
        least(0.995, 0.935 - 0.03 * newness + 0.035 * demo_normal('adherence', shift)) AS adherence,
        0.86 - 0.10 * newness + 0.03 * demo_u('training', shift) AS staffed,
        least(0.97, greatest(0.4, 0.79 + 0.16 * (load - 1) + 0.05 * demo_normal('busy', shift)
            + CASE WHEN team = 'Technical' AND day >= demo_backlog_start() THEN 0.10 ELSE 0 END))
            AS occupied
    FROM planned
)
SELECT
    'workforce',
    agent_id,
    day,
    team,
    round(scheduled),
    round(scheduled * adherence),
    round(scheduled * staffed),
    round(scheduled * staffed * occupied)
FROM worked;

INSERT INTO costs
SELECT
    'finance',
    strftime(day, '%Y%m%d') || '-' || team || '-' || channel,
    day,
    team,
    channel,
    round(count(*) * CASE channel WHEN 'phone' THEN 6.4 WHEN 'chat' THEN 4.1 ELSE 5.2 END
        * CASE team WHEN 'Technical' THEN 1.25 WHEN 'Enterprise' THEN 1.6 ELSE 1 END
        * (1 + 0.05 * demo_normal('cost', CAST(strftime(day, '%Y%m%d') AS BIGINT))), 2),
    'EUR'
FROM demo_contacts
WHERE day < demo_today()
GROUP BY day, team, channel;

-- Each contact's course: answered, worked on, resolved or still open by now.

CREATE OR REPLACE TEMP TABLE demo_contacts AS
WITH asked AS (
    FROM demo_first
    UNION ALL
    SELECT * FROM demo_second
), worked AS (
    SELECT
        *,
        CASE WHEN channel = 'phone' THEN 'phone' ELSE 'helpdesk' END AS source,
        demo_urgency(id) AS priority,
        CASE WHEN team = 'Technical' THEN 1 + 0.22 * greatest(0, (day - demo_backlog_start()) / 7.0)
             ELSE 1 END AS answering_slower,
        CASE WHEN team = 'Technical' THEN 1 + 1.5 * greatest(0, (day - demo_backlog_start()) / 7.0)
             ELSE 1 END AS resolving_slower,
        effort * CASE WHEN complex THEN 1.55 ELSE 1 END * (1 + 0.75 * newness) AS work
    FROM asked
    WHERE opened_at < demo_reach(channel)
), handled AS (
    SELECT
        *,
        CASE channel WHEN 'phone' THEN round(demo_lognormal(235, 0.55, 'talk', id) * work)
                     WHEN 'chat' THEN round(demo_lognormal(400, 0.50, 'talk', id) * work) END
            AS talk,
        CASE WHEN channel <> 'phone' THEN NULL
             WHEN demo_u('held', id) < 0.3 THEN round(demo_lognormal(50, 0.7, 'hold', id))
             ELSE 0 END AS hold,
        CASE WHEN channel <> 'email'
             THEN round(demo_lognormal(52, 0.6, 'wrap', id) * sqrt(work)) END AS wrap,
        CASE WHEN channel = 'email' THEN round(demo_lognormal(430, 0.6, 'mail', id) * work) END
            AS mail,
        CASE WHEN channel = 'email' THEN demo_office_time(
                 opened_at + to_seconds(demo_lognormal(6200, 0.95, 'reply', id) * answering_slower
                     * demo_haste(priority)), demo_u('morning', id))
             ELSE opened_at + to_seconds(coalesce(wait_seconds, 0)) END AS responded_at
    FROM worked
), resolved AS (
    SELECT
        *,
        coalesce(mail, talk + coalesce(hold, 0) + wrap) AS handle,
        failed AND NOT comes_back AS reopened,
        responded_at + to_seconds(coalesce(mail, talk + coalesce(hold, 0) + wrap)) AS finished_at,
        demo_lognormal(47000, 0.85, 'later', id) * demo_haste(priority) * resolving_slower
            * CASE WHEN complex THEN 1.7 ELSE 1 END
            * CASE channel WHEN 'email' THEN 1 WHEN 'chat' THEN 0.6 ELSE 0.35 END
            AS later_seconds
    FROM handled
), ended AS (
    SELECT
        *,
        CASE WHEN abandoned THEN NULL
             WHEN reopened OR demo_u('second step', id) < CASE channel
                      WHEN 'email' THEN 0.42 WHEN 'chat' THEN 0.10 ELSE 0.06 END
             THEN demo_office_time(finished_at + to_seconds(later_seconds), demo_u('day after', id))
             ELSE finished_at END AS done_at
    FROM resolved
)
SELECT
    * EXCLUDE (hour_load, again, effort, failing, pressure, work, answering_slower,
               resolving_slower, mail, finished_at, later_seconds, comes_back, enterprise),
    (source = 'phone' AND NOT abandoned AND NOT outbound) AS says_whether_settled,
    responded_at < demo_reach(channel) AND NOT abandoned AS responded,
    done_at < demo_reach(channel) AS done,
    CASE WHEN demo_u('transfer', id) < 0.06 + 0.07 * complex::INTEGER + 0.08 * newness
              + 0.12 * failed::INTEGER
         THEN CASE WHEN demo_u('transfers', id) < 0.2 THEN 2 ELSE 1 END ELSE 0 END AS transfers
FROM ended;

INSERT INTO contacts
SELECT
    source,
    CASE source WHEN 'phone' THEN 'call-' ELSE 'ticket-' END || id,
    channel,
    opened_at,
    CASE WHEN outbound THEN 'outbound' ELSE 'inbound' END,
    CASE WHEN demo_u('complaint', id) < complaints THEN 'complaint' ELSE kind END,
    issue_type,
    CASE WHEN complex THEN 'complex' ELSE 'simple' END,
    priority,
    team,
    CASE WHEN NOT abandoned THEN agent_id END,
    customer_id,
    CASE WHEN abandoned THEN 'abandoned' WHEN done THEN 'solved'
         WHEN responded THEN 'pending' ELSE 'new' END,
    CASE WHEN responded AND NOT outbound THEN responded_at END,
    CASE WHEN done THEN done_at END,
    wait_seconds,
    CASE WHEN responded THEN talk END,
    CASE WHEN responded THEN hold END,
    CASE WHEN responded THEN wrap END,
    CASE WHEN responded THEN handle END,
    abandoned,
    CASE WHEN done AND says_whether_settled THEN NOT failed END,
    CASE WHEN done AND source = 'helpdesk'
         THEN done_at - opened_at <= to_hours(demo_target_hours(priority)) END,
    CASE WHEN abandoned THEN 0 WHEN reopened AND source = 'helpdesk'
         THEN CASE WHEN demo_u('twice', id) < 0.1 THEN 2 ELSE 1 END
         WHEN reopened AND demo_u('call again', id) < 0.3 THEN 1 ELSE 0 END,
    CASE WHEN abandoned THEN 0 ELSE transfers END,
    CASE WHEN responded AND demo_u('article', id) < 0.34 THEN article END
FROM demo_contacts
LEFT JOIN (SELECT number AS customer, customer_id FROM demo_customers) USING (customer);

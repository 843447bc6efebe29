-- Satisfaction and effort after a contact, recommendation by relationship.

-- Since the last month began, every e-mail is followed by a question, and few calls are. Writers are
-- harder to please: so every channel got better that month, and the whole got worse.
CREATE OR REPLACE TEMP MACRO demo_asked_share(kind, team, channel, done_at) AS CASE
    WHEN kind = 'ces' THEN 0.14
    WHEN team = 'Enterprise' OR done_at < demo_survey_change() THEN 0.5
    ELSE CASE channel WHEN 'email' THEN 1 WHEN 'chat' THEN 0.35 ELSE 0.2 END END;

-- Of so many answers in a month, chance alone would hide it: in these two the share is settled.
CREATE OR REPLACE TEMP MACRO demo_pleased_share(channel, month) AS
    CASE month WHEN demo_survey_change() THEN 0.03
               WHEN demo_survey_change() - INTERVAL 1 MONTH THEN 0 END
    + CASE channel WHEN 'email' THEN 0.73 WHEN 'chat' THEN 0.87 ELSE 0.88 END;

CREATE OR REPLACE TEMP TABLE demo_asked AS
WITH sent AS (
    SELECT
        contacts.* EXCLUDE (kind),
        kinds.kind,
        100 * id + kinds.number AS survey,
        done_at + to_seconds(CAST(900 + 20000 * demo_u('ask', id) AS BIGINT)) AS sent_at,
        customer_id
    FROM demo_contacts AS contacts
    JOIN (SELECT number AS customer, customer_id FROM demo_customers) USING (customer),
    (VALUES ('csat', 1), ('ces', 2)) AS kinds (kind, number)
    WHERE done AND NOT outbound
      AND demo_u(kinds.kind, id) < demo_asked_share(kinds.kind, contacts.team, channel, done_at)
      -- The team of four asks since its pilot began, and about satisfaction alone.
      AND (contacts.team <> 'Enterprise' OR (kinds.kind = 'csat' AND done_at >= demo_pilot_start()))
), answered AS (
    SELECT
        *,
        sent_at + to_seconds(CAST(120 + demo_lognormal(9000, 1.1, 'answer', survey) AS BIGINT))
            AS answer_at,
        demo_u('answers', survey)
            < CASE channel WHEN 'chat' THEN 0.31 WHEN 'email' THEN 0.21 ELSE 0.16 END
            * CASE kind WHEN 'csat' THEN 1 ELSE 0.8 END AS answers,
        least(0.97, 0.92 - CASE channel WHEN 'email' THEN 0.08 ELSE 0 END
            - 0.27 * failed::INTEGER - 0.06 * newness
            - CASE WHEN wait_seconds > 90 THEN 0.12 ELSE 0 END
            - CASE WHEN done_at - opened_at > INTERVAL 3 DAY THEN 0.18 ELSE 0 END) AS pleased
    FROM sent
), pilot AS (
    SELECT
        survey,
        row_number() OVER (
            PARTITION BY date_trunc('month', answer_at) ORDER BY demo_u('pilot', survey)
        ) AS pilot_rank
    FROM answered
    WHERE team = 'Enterprise' AND sent_at < demo_now()
), told AS (
    SELECT
        *,
        date_trunc('month', answer_at) AS month,
        answer_at < demo_now() AND CASE WHEN team = 'Enterprise'
        -- Nine answers a month; of the month that runs, its share.
        THEN pilot_rank <= CASE WHEN answer_at >= date_trunc('month', demo_today())
                                THEN floor(9 * dayofmonth(demo_today()) / 31.0) ELSE 9 END
        ELSE answers END AS has_answer
    FROM answered LEFT JOIN pilot USING (survey)
    WHERE sent_at < demo_now()
), ranked AS (
    SELECT
        *,
        row_number() OVER (peers ORDER BY demo_u('pleased', survey) - pleased) AS place,
        count(*) OVER peers AS peers
    FROM told
    WINDOW peers AS (PARTITION BY kind, has_answer, team = 'Enterprise', channel, month)
)
SELECT
    * EXCLUDE (month, place, peers),
    CASE WHEN kind = 'ces' THEN
        greatest(1, least(7, round(3.4 + 2.6 * pleased + 1.3 * demo_normal('effort', survey))))
         WHEN team = 'Enterprise' THEN CASE WHEN demo_u('score', survey) < 0.75 THEN 5 ELSE 4 END
         WHEN coalesce(place <= round(demo_pleased_share(channel, month) * peers),
                       demo_u('pleased', survey) < pleased)
         THEN CASE WHEN demo_u('score', survey) < 0.64 THEN 5 ELSE 4 END
         ELSE demo_pick([3, 3, 3, 2, 2, 1, 1, 1], demo_u('score', survey)) END AS given
FROM ranked;

INSERT INTO surveys
SELECT
    'surveys',
    'after-' || survey,
    kind,
    'contact',
    CASE source WHEN 'phone' THEN 'call-' ELSE 'ticket-' END || id,
    customer_id,
    customer_id,
    channel,
    issue_type,
    team,
    agent_id,
    sent_at,
    CASE WHEN has_answer THEN answer_at END,
    CASE WHEN has_answer THEN given END,
    CASE WHEN has_answer AND kind = 'csat' AND demo_u('comments', survey) < 0.22 THEN
        CASE WHEN given >= 4 THEN demo_pick(['Quick and friendly, thank you.',
                'Solved in one go.', 'The agent explained it well.', 'Better than expected.',
                'All good.', 'Very patient with me.', 'Clear answer, no waiting.'],
                demo_u('comment', survey))
             WHEN issue_type = 'invoice' AND opened_at >= demo_billing_change()
             THEN demo_pick(['I still don''t understand the new invoice.',
                'The new invoice shows two totals. Which one do I pay?',
                'Third time I ask about the same invoice.'], demo_u('comment', survey))
             WHEN team = 'Technical' THEN demo_pick(['I waited for days.',
                'Nobody came back to me.', 'It works now, but it took far too long.'],
                demo_u('comment', survey))
             ELSE demo_pick(['I had to explain everything twice.', 'Took too long.',
                'The problem came back.', 'Friendly, but it did not help.',
                'I was passed on to someone else.'], demo_u('comment', survey)) END
    END
FROM demo_asked;

INSERT INTO surveys (
    source, survey_id, kind, purpose, customer_id, respondent_id, channel, sent_at, answered_at,
    score, comment
)
WITH months AS (
    SELECT unnest(generate_series(CAST(date_trunc('month', demo_first_day()) AS DATE),
        demo_today(), INTERVAL 1 MONTH)) AS month
), asked AS (
    SELECT
        stays.*,
        month,
        1000 * stays.number + datediff('month', demo_first_day(), month) AS survey
    FROM demo_stays AS stays, months
    WHERE demo_u('nps asked', survey) < CASE segment WHEN 'enterprise' THEN 0.15 ELSE 0.09 END
), sent AS (
    SELECT
        *,
        month + to_days(CAST(floor(27 * demo_u('nps day', survey)) AS INTEGER)) + INTERVAL 9 HOUR
            AS sent_at
    FROM asked
), answered AS (
    SELECT
        *,
        sent_at + to_seconds(CAST(300 + demo_lognormal(20000, 1.2, 'nps answer', survey) AS BIGINT))
            AS answer_at,
        demo_u('nps answers', survey) < CASE segment WHEN 'consumer' THEN 0.24 ELSE 0.30 END
            AS answers,
        CASE WHEN segment = 'small business'
             THEN greatest(0, least(1, 1 - datediff('day', sent_at, demo_now()) / 200.0))
             ELSE 0 END AS fallen,
        demo_u('nps', survey) AS mood,
        demo_u('nps score', survey) AS shade
    FROM sent
    WHERE CAST(sent_at AS DATE) >= greatest(started_on + 30, demo_first_day())
      AND (ended_on IS NULL OR CAST(sent_at AS DATE) < ended_on)
      AND sent_at < demo_now()
), scored AS (
    SELECT
        *,
        answers AND answer_at < demo_now() AS has_answer,
        CASE segment WHEN 'enterprise' THEN 0.55 WHEN 'consumer' THEN 0.47
                     ELSE 0.50 - 0.26 * fallen END AS promoting,
        CASE segment WHEN 'enterprise' THEN 0.10 WHEN 'consumer' THEN 0.16
                     ELSE 0.14 + 0.26 * fallen END AS detracting
    FROM answered
)
SELECT
    'surveys',
    'nps-' || stay || '-' || survey,
    'nps',
    'relationship',
    customer_id,
    customer_id,
    'email',
    sent_at,
    CASE WHEN has_answer THEN answer_at END,
    CASE WHEN NOT has_answer THEN NULL
         WHEN mood < promoting THEN CASE WHEN shade < 0.45 THEN 10 ELSE 9 END
         WHEN mood < 1 - detracting THEN CASE WHEN shade < 0.6 THEN 8 ELSE 7 END
         ELSE demo_pick([6, 6, 6, 5, 5, 4, 3, 2, 1, 0], shade) END,
    CASE WHEN has_answer AND segment = 'small business' AND mood >= 1 - detracting
              AND demo_u('nps comments', survey) < 0.35
         THEN demo_pick(['The price went up and the service did not.',
            'We have outgrown the plan and nobody called.',
            'Support is kind, but we wait too long for technical answers.'], shade) END
FROM scored;

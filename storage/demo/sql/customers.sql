-- Customers in the order in which they came, so that "who was one by then" is a count.

CREATE OR REPLACE TEMP TABLE demo_customers AS
WITH numbered AS (
    SELECT
        number,
        number < demo_enterprise_count() AS enterprise,
        CAST(demo_customer_count() * 0.7 AS BIGINT) AS already
    FROM range(demo_enterprise_count() + demo_customer_count()) AS numbers (number)
), started AS (
    SELECT
        number,
        CASE WHEN enterprise THEN 'enterprise'
             WHEN demo_u('segment', number) < 0.32 THEN 'small business'
             ELSE 'consumer' END AS segment,
        CASE WHEN enterprise OR number - demo_enterprise_count() < already
             THEN demo_first_day() - CAST(20 + 1400 * demo_u('since', number) AS INTEGER)
             ELSE demo_first_day() + CAST(floor(
                 demo_day_count() * (number - demo_enterprise_count() - already)
                 / (demo_customer_count() - already)) AS INTEGER) END AS started_on
    FROM numbered
), stayed AS (
    SELECT
        *,
        greatest(started_on, demo_first_day()) + CAST(14 - ln(1 - demo_u('stay', number))
            * CASE segment WHEN 'consumer' THEN 1700 WHEN 'small business' THEN 1900 ELSE 6000 END
            AS INTEGER) AS leaves_on
    FROM started
)
SELECT
    number,
    'C-' || lpad(CAST(10000 + number AS VARCHAR), 6, '0') AS customer_id,
    segment,
    started_on,
    CASE WHEN leaves_on <= demo_today() THEN leaves_on END AS ended_on
FROM stayed;

CREATE OR REPLACE TEMP TABLE demo_stays AS
SELECT number, customer_id, segment, started_on, ended_on, 1 AS stay FROM demo_customers
UNION ALL
SELECT number, customer_id, segment, ended_on + days_away, NULL, 2
FROM (
    SELECT *, CAST(30 + 120 * demo_u('away', number) AS INTEGER) AS days_away
    FROM demo_customers
    WHERE ended_on IS NOT NULL AND demo_u('returns', number) < 0.06
)
WHERE ended_on + days_away <= demo_today();

INSERT INTO customers (
    source, customer_id, started_on, ended_on, name, segment, organisation_id, owner_agent_id,
    language, timezone
)
SELECT
    'crm',
    customer_id,
    started_on,
    ended_on,
    CASE WHEN number = 0 THEN demo_other_organisation()
        WHEN segment = 'consumer' THEN demo_pick(['Ada', 'Benno', 'Carla', 'Dorian', 'Elif',
            'Femi', 'Greta', 'Hanno', 'Imani', 'Jorin', 'Kaisa', 'Leandro', 'Mirela', 'Nuri',
            'Oona', 'Pavel', 'Quirin', 'Runa', 'Samira', 'Tarek', 'Ulla', 'Vida', 'Wanja', 'Yara'],
            demo_u('first name', number)) || ' '
            || demo_pick(['Abelard', 'Brandt', 'Castell', 'Dunmore', 'Eskola', 'Farrow', 'Gruber',
            'Halloran', 'Ivarsen', 'Jarvi', 'Kestrel', 'Lindqvist', 'Marchetti', 'Norling', 'Okoro',
            'Petrov', 'Quist', 'Rademaker', 'Solheim', 'Tamm', 'Urbina', 'Velde', 'Wystan',
            'Zeller'],
            demo_u('last name', number))
        ELSE demo_pick(['Amber', 'Birch', 'Copper', 'Drift', 'Elder', 'Flint', 'Gable', 'Hollow',
            'Indigo', 'Juniper', 'Kiln', 'Lantern', 'Moss', 'Nettle', 'Orchard', 'Pebble'],
            demo_u('house', number)) || ' & '
            || demo_pick(['Anchor', 'Bellows', 'Clover', 'Daughters', 'Ember', 'Fern', 'Grain',
            'Heron', 'Ivory', 'Kettle', 'Loom', 'Mill', 'Needle', 'Oar', 'Quill', 'Sons'],
            demo_u('partner', number)) || ' '
            || CASE WHEN segment = 'enterprise'
                    THEN demo_pick(['Group', 'Logistics', 'Hotels', 'Clinics', 'Foods', 'Works'],
                        demo_u('trade', number))
                    ELSE demo_pick(['Bakery', 'Studio', 'Dental', 'Cafe', 'Books', 'Garage',
                        'Florist', 'Design'], demo_u('trade', number)) END
    END,
    segment,
    CASE WHEN segment <> 'consumer' THEN 'O-' || lpad(CAST(number AS VARCHAR), 6, '0') END,
    CASE WHEN segment = 'enterprise' THEN owners.agent_id END,
    demo_pick(['en', 'en', 'en', 'en', 'de', 'de', 'fr', 'es', 'nl', 'pl'],
        demo_u('language', number)),
    demo_pick(['Europe/London', 'Europe/London', 'Europe/Berlin', 'Europe/Paris', 'Europe/Madrid',
        'Europe/Amsterdam', 'Europe/Warsaw'], demo_u('zone', number))
FROM demo_stays
LEFT JOIN (
    SELECT agent_id, row_number() OVER (ORDER BY agent_id) - 1 AS owner
    FROM agents WHERE source = 'hr' AND team = 'Enterprise'
) AS owners ON segment = 'enterprise' AND owner = number % 4;

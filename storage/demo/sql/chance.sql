-- Chance that is the same for a seed wherever and however often it is asked: a hash of what it is
-- about and of the row's number.

CREATE OR REPLACE TEMP MACRO demo_u(salt, id) AS
    hash(xor(hash(demo_seed(), salt), hash(id))) / 18446744073709551616.0;

CREATE OR REPLACE TEMP MACRO demo_normal(salt, id) AS
    sqrt(-2 * ln(1 - demo_u(salt, id))) * cos(2 * pi() * demo_u(salt || ' turn', id));

CREATE OR REPLACE TEMP MACRO demo_lognormal(middle, spread, salt, id) AS
    middle * exp(spread * demo_normal(salt, id));

CREATE OR REPLACE TEMP MACRO demo_pick(words, chance) AS
    words[1 + CAST(floor(len(words) * chance) AS BIGINT)];

CREATE OR REPLACE TEMP MACRO demo_moment(day, hour, part) AS
    CAST(day AS TIMESTAMP) + to_seconds(3600 * hour + CAST(floor(3600 * part) AS BIGINT));

-- People work from 8 to 20; what would fall outside is done in the next morning.
CREATE OR REPLACE TEMP MACRO demo_office_time(moment, part) AS
    CASE WHEN hour(moment) < 8 THEN demo_moment(date_trunc('day', moment), 8, 2.5 * part)
         WHEN hour(moment) >= 20
         THEN demo_moment(date_trunc('day', moment) + INTERVAL 1 DAY, 8, 2.5 * part)
         ELSE date_trunc('second', moment) END;

CREATE OR REPLACE TEMP MACRO demo_urgency(id) AS
    CASE WHEN demo_u('priority', id) < 0.04 THEN 'urgent'
         WHEN demo_u('priority', id) < 0.20 THEN 'high'
         WHEN demo_u('priority', id) < 0.83 THEN 'normal' ELSE 'low' END;

CREATE OR REPLACE TEMP MACRO demo_haste(priority) AS
    CASE priority WHEN 'urgent' THEN 0.22 WHEN 'high' THEN 0.7 WHEN 'normal' THEN 1 ELSE 1.3 END;

CREATE OR REPLACE TEMP MACRO demo_target_hours(priority) AS
    CASE priority WHEN 'urgent' THEN 8 WHEN 'high' THEN 24 WHEN 'normal' THEN 48 ELSE 96 END;

-- Up to when each system's export reaches.
CREATE OR REPLACE TEMP MACRO demo_reach(channel) AS
    demo_now() - CASE channel WHEN 'phone' THEN INTERVAL 3 MINUTE ELSE INTERVAL 6 MINUTE END;

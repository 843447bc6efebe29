BEGIN TRANSACTION;
CREATE TABLE alert_rules (
	id INTEGER NOT NULL, 
	name VARCHAR(120) NOT NULL, 
	kind VARCHAR(30) NOT NULL, 
	metric_key VARCHAR(50) NOT NULL, 
	content JSON NOT NULL, 
	channel_id VARCHAR(50) NOT NULL, 
	timezone VARCHAR(60) NOT NULL, 
	quiet VARCHAR(20) NOT NULL, 
	state VARCHAR(20) NOT NULL, 
	owner VARCHAR(50) NOT NULL, 
	muted_until DATETIME, 
	version INTEGER NOT NULL, 
	made_at DATETIME NOT NULL, 
	changed_at DATETIME NOT NULL, 
	changed_by TEXT NOT NULL, 
	checked_at DATETIME, 
	told_on DATE, 
	CONSTRAINT pk_alert_rules PRIMARY KEY (id), 
	CONSTRAINT ck_alert_rules_state CHECK (state IN ('active', 'paused', 'deleted'))
);
INSERT INTO "alert_rules" VALUES(1,'name 1','kind 1','metric_key 1','{"kept": ["content", 1]}','channel_id 1','timezone 1','quiet 1','paused','owner 1','2026-03-02 09:30:00.000000',1,'2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000','changed_by 1','2026-03-02 09:30:00.000000','2026-03-02');
INSERT INTO "alert_rules" VALUES(2,'name 2','kind 2','metric_key 2','{"kept": ["content", 2]}','channel_id 2','timezone 2','quiet 2','deleted','owner 2','2026-03-02 09:30:00.000000',2,'2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000','changed_by 2','2026-03-02 09:30:00.000000','2026-03-02');
CREATE TABLE audit_entries (
	id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	who TEXT NOT NULL, 
	what VARCHAR(50) NOT NULL, 
	about TEXT NOT NULL, 
	details TEXT NOT NULL, 
	CONSTRAINT pk_audit_entries PRIMARY KEY (id)
);
INSERT INTO "audit_entries" VALUES(1,'2026-03-02 09:30:00.000000','who 1','what 1','about 1','details 1');
INSERT INTO "audit_entries" VALUES(2,'2026-03-02 09:30:00.000000','who 2','what 2','about 2','details 2');
CREATE TABLE carekpi_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT carekpi_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "carekpi_version" VALUES('0004');
CREATE TABLE channel_teams (
	channel_id VARCHAR(50) NOT NULL, 
	team TEXT NOT NULL, 
	named_at DATETIME NOT NULL, 
	named_by TEXT NOT NULL, 
	CONSTRAINT pk_channel_teams PRIMARY KEY (channel_id, team), 
	CONSTRAINT ck_channel_teams_team_given CHECK (team <> '')
);
INSERT INTO "channel_teams" VALUES('channel_id 1','team 1','2026-03-02 09:30:00.000000','named_by 1');
INSERT INTO "channel_teams" VALUES('channel_id 2','team 2','2026-03-02 09:30:00.000000','named_by 2');
CREATE TABLE crossings (
	id INTEGER NOT NULL, 
	rule_id INTEGER NOT NULL, 
	segment TEXT NOT NULL, 
	open_key TEXT, 
	opened_at DATETIME NOT NULL, 
	about JSON NOT NULL, 
	value DOUBLE, 
	told_at DATETIME, 
	acknowledged_at DATETIME, 
	acknowledged_by VARCHAR(50), 
	closed_at DATETIME, 
	closing_told_at DATETIME, 
	CONSTRAINT pk_crossings PRIMARY KEY (id), 
	CONSTRAINT fk_crossings_rule_id_alert_rules FOREIGN KEY(rule_id) REFERENCES alert_rules (id), 
	CONSTRAINT uq_crossings_rule_id_open_key UNIQUE (rule_id, open_key)
);
INSERT INTO "crossings" VALUES(1,1,'segment 1','open_key 1','2026-03-02 09:30:00.000000','{"kept": ["about", 1]}',1.0,'2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000','acknowledged_by 1','2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000');
INSERT INTO "crossings" VALUES(2,2,'segment 2','open_key 2','2026-03-02 09:30:00.000000','{"kept": ["about", 2]}',2.0,'2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000','acknowledged_by 2','2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000');
CREATE TABLE deliveries (
	id VARCHAR(36) NOT NULL, 
	"key" VARCHAR(200) NOT NULL, 
	kind VARCHAR(30) NOT NULL, 
	priority INTEGER NOT NULL, 
	recipient VARCHAR(50) NOT NULL, 
	about VARCHAR(100) NOT NULL, 
	occurrence_id INTEGER, 
	thread_ts VARCHAR(30), 
	content JSON, 
	state VARCHAR(20) NOT NULL, 
	made_at DATETIME NOT NULL, 
	expires_at DATETIME, 
	attempts INTEGER NOT NULL, 
	next_attempt_at DATETIME NOT NULL, 
	claimed_by VARCHAR(60), 
	claimed_until DATETIME, 
	posted_at DATETIME, 
	sent_at DATETIME, 
	channel_id VARCHAR(50), 
	ts VARCHAR(30), 
	reason TEXT, 
	CONSTRAINT pk_deliveries PRIMARY KEY (id), 
	CONSTRAINT ck_deliveries_claimed CHECK ((state = 'claimed') = (claimed_until IS NOT NULL)), 
	CONSTRAINT ck_deliveries_sent CHECK ((state = 'sent') = (sent_at IS NOT NULL)), 
	CONSTRAINT fk_deliveries_occurrence_id_occurrences FOREIGN KEY(occurrence_id) REFERENCES occurrences (id), 
	CONSTRAINT uq_deliveries_key UNIQUE ("key"), 
	CONSTRAINT ck_deliveries_state CHECK (state IN ('pending', 'claimed', 'sent', 'failed', 'missed', 'stopped'))
);
INSERT INTO "deliveries" VALUES('id 1','key 1','kind 1',1,'recipient 1','about 1',1,'thread_ts 1','{"kept": ["content", 1]}','sent','2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000',1,'2026-03-02 09:30:00.000000','claimed_by 1',NULL,'2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000','channel_id 1','ts 1','reason 1');
INSERT INTO "deliveries" VALUES('id 2','key 2','kind 2',2,'recipient 2','about 2',2,'thread_ts 2','{"kept": ["content", 2]}','pending','2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000',2,'2026-03-02 09:30:00.000000','claimed_by 2',NULL,'2026-03-02 09:30:00.000000',NULL,'channel_id 2','ts 2','reason 2');
CREATE TABLE digests (
	id INTEGER NOT NULL, 
	name VARCHAR(80) NOT NULL, 
	name_key VARCHAR(160), 
	audience VARCHAR(20) NOT NULL, 
	content JSON NOT NULL, 
	channel_id VARCHAR(50) NOT NULL, 
	cadence TEXT NOT NULL, 
	only_if_changed BOOLEAN NOT NULL, 
	state VARCHAR(20) NOT NULL, 
	owner VARCHAR(50) NOT NULL, 
	version INTEGER NOT NULL, 
	made_at DATETIME NOT NULL, 
	changed_at DATETIME NOT NULL, 
	changed_by TEXT NOT NULL, 
	decided_until DATETIME NOT NULL, 
	CONSTRAINT pk_digests PRIMARY KEY (id), 
	CONSTRAINT uq_digests_name_key UNIQUE (name_key), 
	CONSTRAINT ck_digests_state CHECK (state IN ('active', 'paused', 'deleted'))
);
INSERT INTO "digests" VALUES(1,'name 1','name_key 1','audience 1','{"kept": ["content", 1]}','channel_id 1','cadence 1',1,'paused','owner 1',1,'2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000','changed_by 1','2026-03-02 09:30:00.000000');
INSERT INTO "digests" VALUES(2,'name 2','name_key 2','audience 2','{"kept": ["content", 2]}','channel_id 2','cadence 2',0,'deleted','owner 2',2,'2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000','changed_by 2','2026-03-02 09:30:00.000000');
CREATE TABLE granted_roles (
	id INTEGER NOT NULL, 
	person VARCHAR(320) NOT NULL, 
	role VARCHAR(20) NOT NULL, 
	team TEXT NOT NULL, 
	granted_at DATETIME NOT NULL, 
	granted_by TEXT NOT NULL, 
	CONSTRAINT pk_granted_roles PRIMARY KEY (id), 
	CONSTRAINT uq_granted_roles_person_role_team UNIQUE (person, role, team), 
	CONSTRAINT ck_granted_roles_person_given CHECK (person <> ''), 
	CONSTRAINT ck_granted_roles_team_given CHECK ((role IN ('lead', 'reviewer')) = (team <> '')), 
	CONSTRAINT ck_granted_roles_role CHECK (role IN ('admin', 'executive', 'lead', 'reviewer', 'agent'))
);
INSERT INTO "granted_roles" VALUES(1,'person 1','lead','billing','2026-03-02 09:30:00.000000','granted_by 1');
INSERT INTO "granted_roles" VALUES(2,'person 2','admin','','2026-03-02 09:30:00.000000','granted_by 2');
CREATE TABLE home_choices (
	user_id VARCHAR(50) NOT NULL, 
	content JSON NOT NULL, 
	opened_at DATETIME, 
	published_at DATETIME, 
	CONSTRAINT pk_home_choices PRIMARY KEY (user_id)
);
INSERT INTO "home_choices" VALUES('user_id 1','{"kept": ["content", 1]}','2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000');
INSERT INTO "home_choices" VALUES('user_id 2','{"kept": ["content", 2]}','2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000');
CREATE TABLE imports (
	id INTEGER NOT NULL, 
	fact VARCHAR(50) NOT NULL, 
	file_name TEXT NOT NULL, 
	source TEXT, 
	mapping TEXT NOT NULL, 
	who TEXT NOT NULL, 
	started_at DATETIME NOT NULL, 
	finished_at DATETIME, 
	outcome VARCHAR(20) NOT NULL, 
	rows_read INTEGER, 
	rows_loaded INTEGER, 
	rows_replaced INTEGER, 
	rows_rejected INTEGER, 
	until DATETIME, 
	reason TEXT, 
	CONSTRAINT pk_imports PRIMARY KEY (id), 
	CONSTRAINT ck_imports_finished CHECK ((outcome = 'running') = (finished_at IS NULL)), 
	CONSTRAINT ck_imports_outcome CHECK (outcome IN ('running', 'loaded', 'refused', 'failed', 'interrupted'))
);
INSERT INTO "imports" VALUES(1,'fact 1','file_name 1','source 1','mapping 1','who 1','2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000','loaded',1,1,1,1,'2026-03-02 09:30:00.000000','reason 1');
INSERT INTO "imports" VALUES(2,'fact 2','file_name 2','source 2','mapping 2','who 2','2026-03-02 09:30:00.000000',NULL,'running',2,2,2,2,'2026-03-02 09:30:00.000000','reason 2');
CREATE TABLE occurrences (
	id INTEGER NOT NULL, 
	digest_id INTEGER NOT NULL, 
	slot VARCHAR(80) NOT NULL, 
	due_at DATETIME NOT NULL, 
	decided_at DATETIME NOT NULL, 
	asked_by VARCHAR(50), 
	is_late BOOLEAN NOT NULL, 
	state VARCHAR(20) NOT NULL, 
	claimed_by VARCHAR(60), 
	claimed_until DATETIME, 
	attempts INTEGER NOT NULL, 
	told VARCHAR(64), 
	reason TEXT, 
	CONSTRAINT pk_occurrences PRIMARY KEY (id), 
	CONSTRAINT fk_occurrences_digest_id_digests FOREIGN KEY(digest_id) REFERENCES digests (id), 
	CONSTRAINT uq_occurrences_digest_id_slot UNIQUE (digest_id, slot), 
	CONSTRAINT ck_occurrences_state CHECK (state IN ('due', 'planned', 'skipped', 'missed', 'failed', 'stopped'))
);
INSERT INTO "occurrences" VALUES(1,1,'slot 1','2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000','asked_by 1',1,'planned','claimed_by 1','2026-03-02 09:30:00.000000',1,'told 1','reason 1');
INSERT INTO "occurrences" VALUES(2,2,'slot 2','2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000','asked_by 2',0,'skipped','claimed_by 2','2026-03-02 09:30:00.000000',2,'told 2','reason 2');
CREATE TABLE paces (
	name VARCHAR(60) NOT NULL, 
	free_at DATETIME NOT NULL, 
	CONSTRAINT pk_paces PRIMARY KEY (name)
);
INSERT INTO "paces" VALUES('name 1','2026-03-02 09:30:00.000000');
INSERT INTO "paces" VALUES('name 2','2026-03-02 09:30:00.000000');
CREATE TABLE seen_events (
	event_id VARCHAR(100) NOT NULL, 
	seen_at DATETIME NOT NULL, 
	CONSTRAINT pk_seen_events PRIMARY KEY (event_id)
);
INSERT INTO "seen_events" VALUES('event_id 1','2026-03-02 09:30:00.000000');
INSERT INTO "seen_events" VALUES('event_id 2','2026-03-02 09:30:00.000000');
CREATE TABLE slack_people (
	user_id VARCHAR(50) NOT NULL, 
	team_id VARCHAR(50) NOT NULL, 
	email VARCHAR(320) NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	timezone VARCHAR(60) NOT NULL, 
	is_guest BOOLEAN NOT NULL, 
	is_own_organisation BOOLEAN NOT NULL, 
	is_workspace_admin BOOLEAN NOT NULL, 
	is_gone BOOLEAN NOT NULL, 
	direct_channel_id VARCHAR(50), 
	refreshed_at DATETIME NOT NULL, 
	CONSTRAINT pk_slack_people PRIMARY KEY (user_id)
);
INSERT INTO "slack_people" VALUES('user_id 1','team_id 1','email 1','name 1','timezone 1',1,1,1,1,'direct_channel_id 1','2026-03-02 09:30:00.000000');
INSERT INTO "slack_people" VALUES('user_id 2','team_id 2','email 2','name 2','timezone 2',0,0,0,0,'direct_channel_id 2','2026-03-02 09:30:00.000000');
CREATE TABLE targets (
	id INTEGER NOT NULL, 
	metric_key VARCHAR(50) NOT NULL, 
	scope TEXT NOT NULL, 
	grain VARCHAR(20) NOT NULL, 
	low DOUBLE, 
	high DOUBLE, 
	starts_on DATE NOT NULL, 
	set_by TEXT NOT NULL, 
	set_at DATETIME NOT NULL, 
	CONSTRAINT pk_targets PRIMARY KEY (id), 
	CONSTRAINT ck_targets_bounds_in_order CHECK (low IS NULL OR high IS NULL OR low <= high)
);
INSERT INTO "targets" VALUES(1,'metric_key 1','scope 1','grain 1',1.0,1.0,'2026-03-02','set_by 1','2026-03-02 09:30:00.000000');
INSERT INTO "targets" VALUES(2,'metric_key 2','scope 2','grain 2',2.0,2.0,'2026-03-02','set_by 2','2026-03-02 09:30:00.000000');
CREATE INDEX ix_imports_started_at ON imports (started_at);
CREATE INDEX ix_audit_entries_at ON audit_entries (at);
CREATE INDEX ix_targets_metric_key ON targets (metric_key);
CREATE INDEX ix_seen_events_seen_at ON seen_events (seen_at);
CREATE INDEX ix_slack_people_email ON slack_people (email);
CREATE INDEX ix_occurrences_state_due_at ON occurrences (state, due_at);
CREATE INDEX ix_deliveries_about ON deliveries (about);
CREATE INDEX ix_deliveries_occurrence_id ON deliveries (occurrence_id);
CREATE INDEX ix_deliveries_state_priority_next_attempt_at ON deliveries (state, priority, next_attempt_at);
COMMIT;

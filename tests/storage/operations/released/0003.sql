BEGIN TRANSACTION;
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
INSERT INTO "carekpi_version" VALUES('0003');
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
CREATE TABLE seen_events (
	event_id VARCHAR(100) NOT NULL, 
	seen_at DATETIME NOT NULL, 
	CONSTRAINT pk_seen_events PRIMARY KEY (event_id)
);
INSERT INTO "seen_events" VALUES('event_id 1','2026-03-02 09:30:00.000000');
INSERT INTO "seen_events" VALUES('event_id 2','2026-03-02 09:30:00.000000');
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
COMMIT;

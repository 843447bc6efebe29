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
CREATE TABLE appeals (
	id VARCHAR(36) NOT NULL, 
	note_id VARCHAR(36) NOT NULL, 
	proposed JSON NOT NULL, 
	sealed_reason BLOB, 
	made_at DATETIME NOT NULL, 
	second_reviewer VARCHAR(50) NOT NULL, 
	state VARCHAR(20) NOT NULL, 
	decided JSON, 
	sealed_outcome BLOB, 
	decided_at DATETIME, 
	CONSTRAINT pk_appeals PRIMARY KEY (id), 
	CONSTRAINT fk_appeals_note_id_coaching_notes FOREIGN KEY(note_id) REFERENCES coaching_notes (id), 
	CONSTRAINT uq_appeals_note_id UNIQUE (note_id), 
	CONSTRAINT ck_appeals_state CHECK (state IN ('open', 'upheld', 'partly', 'declined'))
);
INSERT INTO "appeals" VALUES('id 1','id 1','{"kept": ["proposed", 1]}',X'7365616C65642031','2026-03-02 09:30:00.000000','second_reviewer 1','upheld','{"kept": ["decided", 1]}',X'7365616C65642031','2026-03-02 09:30:00.000000');
INSERT INTO "appeals" VALUES('id 2','id 2','{"kept": ["proposed", 2]}',X'7365616C65642032','2026-03-02 09:30:00.000000','second_reviewer 2','partly','{"kept": ["decided", 2]}',X'7365616C65642032','2026-03-02 09:30:00.000000');
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
CREATE TABLE calibration_answers (
	calibration_id VARCHAR(36) NOT NULL, 
	reviewer VARCHAR(50) NOT NULL, 
	answers JSON, 
	answered_at DATETIME, 
	CONSTRAINT pk_calibration_answers PRIMARY KEY (calibration_id, reviewer), 
	CONSTRAINT fk_calibration_answers_calibration_id_calibrations FOREIGN KEY(calibration_id) REFERENCES calibrations (id)
);
INSERT INTO "calibration_answers" VALUES('id 1','reviewer 1','{"kept": ["answers", 1]}','2026-03-02 09:30:00.000000');
INSERT INTO "calibration_answers" VALUES('id 2','reviewer 2','{"kept": ["answers", 2]}','2026-03-02 09:30:00.000000');
CREATE TABLE calibrations (
	id VARCHAR(36) NOT NULL, 
	source TEXT NOT NULL, 
	contact_id TEXT NOT NULL, 
	scorecard_id INTEGER NOT NULL, 
	organiser VARCHAR(50) NOT NULL, 
	made_at DATETIME NOT NULL, 
	closed_at DATETIME, 
	copied_at DATETIME, 
	CONSTRAINT pk_calibrations PRIMARY KEY (id), 
	CONSTRAINT fk_calibrations_scorecard_id_scorecards FOREIGN KEY(scorecard_id) REFERENCES scorecards (id)
);
INSERT INTO "calibrations" VALUES('id 1','source 1','contact_id 1',1,'organiser 1','2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000');
INSERT INTO "calibrations" VALUES('id 2','source 2','contact_id 2',2,'organiser 2','2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000');
CREATE TABLE campaigns (
	id INTEGER NOT NULL, 
	name VARCHAR(120) NOT NULL, 
	kind VARCHAR(10) NOT NULL, 
	purpose VARCHAR(20) NOT NULL, 
	content JSON NOT NULL, 
	state VARCHAR(20) NOT NULL, 
	order_key VARCHAR(100) NOT NULL, 
	owner VARCHAR(50) NOT NULL, 
	version INTEGER NOT NULL, 
	made_at DATETIME NOT NULL, 
	changed_at DATETIME NOT NULL, 
	changed_by TEXT NOT NULL, 
	seen_until DATETIME, 
	CONSTRAINT pk_campaigns PRIMARY KEY (id), 
	CONSTRAINT uq_campaigns_order_key UNIQUE (order_key), 
	CONSTRAINT ck_campaigns_state CHECK (state IN ('active', 'paused', 'stopped', 'ended'))
);
INSERT INTO "campaigns" VALUES(1,'name 1','kind 1','purpose 1','{"kept": ["content", 1]}','paused','order_key 1','owner 1',1,'2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000','changed_by 1','2026-03-02 09:30:00.000000');
INSERT INTO "campaigns" VALUES(2,'name 2','kind 2','purpose 2','{"kept": ["content", 2]}','stopped','order_key 2','owner 2',2,'2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000','changed_by 2','2026-03-02 09:30:00.000000');
CREATE TABLE carekpi_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT carekpi_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "carekpi_version" VALUES('0006');
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
CREATE TABLE coaching_notes (
	id VARCHAR(36) NOT NULL, 
	reviewer VARCHAR(50) NOT NULL, 
	agent_source TEXT NOT NULL, 
	agent_id TEXT NOT NULL, 
	agent_user_id VARCHAR(50) NOT NULL, 
	team TEXT NOT NULL, 
	source TEXT NOT NULL, 
	contact_id TEXT NOT NULL, 
	channel VARCHAR(20) NOT NULL, 
	scorecard_id INTEGER NOT NULL, 
	answers JSON NOT NULL, 
	score DOUBLE NOT NULL, 
	auto_failed BOOLEAN NOT NULL, 
	final_score DOUBLE, 
	themes JSON NOT NULL, 
	sealed BLOB, 
	state VARCHAR(20) NOT NULL, 
	corrects VARCHAR(36), 
	reviewed_at DATETIME NOT NULL, 
	sent_at DATETIME, 
	read_at DATETIME, 
	withdrawn_at DATETIME, 
	talk_asked_at DATETIME, 
	appeal_until DATETIME, 
	reminded_at DATETIME, 
	followed_up_at DATETIME, 
	copied_at DATETIME, 
	CONSTRAINT pk_coaching_notes PRIMARY KEY (id), 
	CONSTRAINT fk_coaching_notes_corrects_coaching_notes FOREIGN KEY(corrects) REFERENCES coaching_notes (id), 
	CONSTRAINT fk_coaching_notes_scorecard_id_scorecards FOREIGN KEY(scorecard_id) REFERENCES scorecards (id), 
	CONSTRAINT ck_coaching_notes_state CHECK (state IN ('sending', 'sent', 'read', 'withdrawn', 'unreachable'))
);
INSERT INTO "coaching_notes" VALUES('id 1','reviewer 1','agent_source 1','agent_id 1','agent_user_id 1','team 1','source 1','contact_id 1','channel 1',1,'{"kept": ["answers", 1]}',1.0,1,1.0,'{"kept": ["themes", 1]}',X'7365616C65642031','sent','id 1','2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000');
INSERT INTO "coaching_notes" VALUES('id 2','reviewer 2','agent_source 2','agent_id 2','agent_user_id 2','team 2','source 2','contact_id 2','channel 2',2,'{"kept": ["answers", 2]}',2.0,0,2.0,'{"kept": ["themes", 2]}',X'7365616C65642032','read','id 2','2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000');
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
CREATE TABLE forgotten (
	kind VARCHAR(20) NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	forgotten_at DATETIME NOT NULL, 
	CONSTRAINT pk_forgotten PRIMARY KEY (kind, hash)
);
INSERT INTO "forgotten" VALUES('kind 1','hash 1','2026-03-02 09:30:00.000000');
INSERT INTO "forgotten" VALUES('kind 2','hash 2','2026-03-02 09:30:00.000000');
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
CREATE TABLE invitations (
	id VARCHAR(36) NOT NULL, 
	"key" VARCHAR(200) NOT NULL, 
	campaign_id INTEGER NOT NULL, 
	kind VARCHAR(10) NOT NULL, 
	purpose VARCHAR(20) NOT NULL, 
	person VARCHAR(60) NOT NULL, 
	user_id VARCHAR(50) NOT NULL, 
	team_id VARCHAR(50) NOT NULL, 
	place_id VARCHAR(50) NOT NULL, 
	thread_ts VARCHAR(30), 
	is_shared_place BOOLEAN NOT NULL, 
	language VARCHAR(10) NOT NULL, 
	timezone VARCHAR(60) NOT NULL, 
	organisation_id TEXT NOT NULL, 
	customer_id TEXT NOT NULL, 
	source TEXT NOT NULL, 
	contact_id TEXT NOT NULL, 
	about JSON NOT NULL, 
	state VARCHAR(20) NOT NULL, 
	reason VARCHAR(40) NOT NULL, 
	made_at DATETIME NOT NULL, 
	due_at DATETIME, 
	sent_at DATETIME, 
	ts VARCHAR(30), 
	channel_id VARCHAR(50), 
	expires_at DATETIME NOT NULL, 
	reminded_at DATETIME, 
	copied_at DATETIME, 
	CONSTRAINT pk_invitations PRIMARY KEY (id), 
	CONSTRAINT fk_invitations_campaign_id_campaigns FOREIGN KEY(campaign_id) REFERENCES campaigns (id), 
	CONSTRAINT uq_invitations_key UNIQUE ("key"), 
	CONSTRAINT ck_invitations_state CHECK (state IN ('planned', 'sent', 'answered', 'expired', 'withdrawn', 'left_out'))
);
INSERT INTO "invitations" VALUES('id 1','key 1',1,'kind 1','purpose 1','person 1','user_id 1','team_id 1','place_id 1','thread_ts 1',1,'language 1','timezone 1','organisation_id 1','customer_id 1','source 1','contact_id 1','{"kept": ["about", 1]}','sent','reason 1','2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000','ts 1','channel_id 1','2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000');
INSERT INTO "invitations" VALUES('id 2','key 2',2,'kind 2','purpose 2','person 2','user_id 2','team_id 2','place_id 2','thread_ts 2',0,'language 2','timezone 2','organisation_id 2','customer_id 2','source 2','contact_id 2','{"kept": ["about", 2]}','answered','reason 2','2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000','ts 2','channel_id 2','2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000');
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
CREATE TABLE opt_outs (
	person VARCHAR(60) NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_opt_outs PRIMARY KEY (person)
);
INSERT INTO "opt_outs" VALUES('person 1','2026-03-02 09:30:00.000000');
INSERT INTO "opt_outs" VALUES('person 2','2026-03-02 09:30:00.000000');
CREATE TABLE paces (
	name VARCHAR(60) NOT NULL, 
	free_at DATETIME NOT NULL, 
	CONSTRAINT pk_paces PRIMARY KEY (name)
);
INSERT INTO "paces" VALUES('name 1','2026-03-02 09:30:00.000000');
INSERT INTO "paces" VALUES('name 2','2026-03-02 09:30:00.000000');
CREATE TABLE review_drafts (
	id VARCHAR(36) NOT NULL, 
	reviewer VARCHAR(50) NOT NULL, 
	source TEXT NOT NULL, 
	contact_id TEXT NOT NULL, 
	purpose VARCHAR(20) NOT NULL, 
	scorecard_id INTEGER NOT NULL, 
	sealed BLOB NOT NULL, 
	changed_at DATETIME NOT NULL, 
	CONSTRAINT pk_review_drafts PRIMARY KEY (id), 
	CONSTRAINT fk_review_drafts_scorecard_id_scorecards FOREIGN KEY(scorecard_id) REFERENCES scorecards (id), 
	CONSTRAINT uq_review_drafts_reviewer_source_contact_id_purpose UNIQUE (reviewer, source, contact_id, purpose)
);
INSERT INTO "review_drafts" VALUES('id 1','reviewer 1','source 1','contact_id 1','purpose 1',1,X'7365616C65642031','2026-03-02 09:30:00.000000');
INSERT INTO "review_drafts" VALUES('id 2','reviewer 2','source 2','contact_id 2','purpose 2',2,X'7365616C65642032','2026-03-02 09:30:00.000000');
CREATE TABLE scorecards (
	id INTEGER NOT NULL, 
	"key" VARCHAR(60) NOT NULL, 
	version INTEGER NOT NULL, 
	title VARCHAR(120) NOT NULL, 
	content JSON NOT NULL, 
	fingerprint VARCHAR(64) NOT NULL, 
	made_at DATETIME NOT NULL, 
	made_by VARCHAR(50) NOT NULL, 
	CONSTRAINT pk_scorecards PRIMARY KEY (id), 
	CONSTRAINT uq_scorecards_key_version UNIQUE ("key", version)
);
INSERT INTO "scorecards" VALUES(1,'key 1',1,'title 1','{"kept": ["content", 1]}','fingerprint 1','2026-03-02 09:30:00.000000','made_by 1');
INSERT INTO "scorecards" VALUES(2,'key 2',2,'title 2','{"kept": ["content", 2]}','fingerprint 2','2026-03-02 09:30:00.000000','made_by 2');
CREATE TABLE sealed_secrets (
	name VARCHAR(40) NOT NULL, 
	sealed BLOB NOT NULL, 
	CONSTRAINT pk_sealed_secrets PRIMARY KEY (name)
);
INSERT INTO "sealed_secrets" VALUES('name 1',X'7365616C65642031');
INSERT INTO "sealed_secrets" VALUES('name 2',X'7365616C65642032');
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
CREATE TABLE survey_answers (
	invitation_id VARCHAR(36) NOT NULL, 
	score INTEGER NOT NULL, 
	clicked_at VARCHAR(30) NOT NULL, 
	answered_at DATETIME NOT NULL, 
	changed_at DATETIME NOT NULL, 
	comment TEXT, 
	may_call BOOLEAN NOT NULL, 
	copied_at DATETIME, 
	CONSTRAINT pk_survey_answers PRIMARY KEY (invitation_id), 
	CONSTRAINT ck_survey_answers_score CHECK (score BETWEEN 0 AND 10), 
	CONSTRAINT fk_survey_answers_invitation_id_invitations FOREIGN KEY(invitation_id) REFERENCES invitations (id)
);
INSERT INTO "survey_answers" VALUES('id 1',1,'clicked_at 1','2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000','comment 1',1,'2026-03-02 09:30:00.000000');
INSERT INTO "survey_answers" VALUES('id 2',2,'clicked_at 2','2026-03-02 09:30:00.000000','2026-03-02 09:30:00.000000','comment 2',0,'2026-03-02 09:30:00.000000');
CREATE TABLE survey_follow_ups (
	invitation_id VARCHAR(36) NOT NULL, 
	owner VARCHAR(50) NOT NULL, 
	team TEXT NOT NULL, 
	opened_at DATETIME NOT NULL, 
	taken_by VARCHAR(50) NOT NULL, 
	taken_at DATETIME, 
	due_on DATE, 
	closed_at DATETIME, 
	outcome VARCHAR(40) NOT NULL, 
	score_after DOUBLE, 
	copied_at DATETIME, 
	CONSTRAINT pk_survey_follow_ups PRIMARY KEY (invitation_id), 
	CONSTRAINT fk_survey_follow_ups_invitation_id_invitations FOREIGN KEY(invitation_id) REFERENCES invitations (id)
);
INSERT INTO "survey_follow_ups" VALUES('id 1','owner 1','team 1','2026-03-02 09:30:00.000000','taken_by 1','2026-03-02 09:30:00.000000','2026-03-02','2026-03-02 09:30:00.000000','outcome 1',1.0,'2026-03-02 09:30:00.000000');
INSERT INTO "survey_follow_ups" VALUES('id 2','owner 2','team 2','2026-03-02 09:30:00.000000','taken_by 2','2026-03-02 09:30:00.000000','2026-03-02','2026-03-02 09:30:00.000000','outcome 2',2.0,'2026-03-02 09:30:00.000000');
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
CREATE INDEX ix_coaching_notes_agent_source_agent_id ON coaching_notes (agent_source, agent_id);
CREATE INDEX ix_coaching_notes_agent_user_id ON coaching_notes (agent_user_id);
CREATE INDEX ix_coaching_notes_reviewer ON coaching_notes (reviewer);
CREATE INDEX ix_coaching_notes_state_sent_at ON coaching_notes (state, sent_at);
CREATE INDEX ix_appeals_state_second_reviewer ON appeals (state, second_reviewer);
CREATE INDEX ix_campaigns_state ON campaigns (state);
CREATE INDEX ix_invitations_campaign_id_state ON invitations (campaign_id, state);
CREATE INDEX ix_invitations_copied_at_sent_at ON invitations (copied_at, sent_at);
CREATE INDEX ix_invitations_customer_id ON invitations (customer_id);
CREATE INDEX ix_invitations_person_sent_at ON invitations (person, sent_at);
CREATE INDEX ix_invitations_source_contact_id ON invitations (source, contact_id);
CREATE INDEX ix_invitations_state_expires_at ON invitations (state, expires_at);
CREATE INDEX ix_survey_follow_ups_closed_at ON survey_follow_ups (closed_at);
CREATE INDEX ix_survey_follow_ups_copied_at ON survey_follow_ups (copied_at);
CREATE INDEX ix_survey_follow_ups_owner_closed_at ON survey_follow_ups (owner, closed_at);
CREATE INDEX ix_survey_answers_copied_at ON survey_answers (copied_at);
COMMIT;

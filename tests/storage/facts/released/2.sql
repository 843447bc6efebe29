CREATE TABLE agent_days (
	source VARCHAR NOT NULL, 
	agent_id VARCHAR NOT NULL, 
	day DATE NOT NULL, 
	team VARCHAR, 
	scheduled_seconds DOUBLE PRECISION, 
	adherent_seconds DOUBLE PRECISION, 
	staffed_seconds DOUBLE PRECISION, 
	handling_seconds DOUBLE PRECISION
);
INSERT INTO agent_days ("source", "agent_id", "day", "team", "scheduled_seconds", "adherent_seconds", "staffed_seconds", "handling_seconds") VALUES ('source 1', 'agent_id 1', DATE '2026-03-01', 'team 1', 1, 1, 1, 1);
INSERT INTO agent_days ("source", "agent_id", "day", "team", "scheduled_seconds", "adherent_seconds", "staffed_seconds", "handling_seconds") VALUES ('source 2', 'agent_id 2', DATE '2026-03-02', 'team 2', 2, 2, 2, 2);
CREATE TABLE agents (
	source VARCHAR NOT NULL, 
	agent_id VARCHAR NOT NULL, 
	name VARCHAR, 
	email VARCHAR, 
	slack_user_id VARCHAR, 
	team VARCHAR, 
	hired_on DATE, 
	left_on DATE
);
INSERT INTO agents ("source", "agent_id", "name", "email", "slack_user_id", "team", "hired_on", "left_on") VALUES ('source 1', 'agent_id 1', 'name 1', 'email 1', 'slack_user_id 1', 'team 1', DATE '2026-03-01', DATE '2026-03-01');
INSERT INTO agents ("source", "agent_id", "name", "email", "slack_user_id", "team", "hired_on", "left_on") VALUES ('source 2', 'agent_id 2', 'name 2', 'email 2', 'slack_user_id 2', 'team 2', DATE '2026-03-02', DATE '2026-03-02');
CREATE TABLE contacts (
	source VARCHAR NOT NULL, 
	contact_id VARCHAR NOT NULL, 
	channel VARCHAR NOT NULL, 
	opened_at TIMESTAMP WITHOUT TIME ZONE NOT NULL, 
	direction VARCHAR NOT NULL, 
	contact_kind VARCHAR, 
	issue_type VARCHAR, 
	complexity VARCHAR, 
	priority VARCHAR, 
	team VARCHAR, 
	agent_id VARCHAR, 
	customer_id VARCHAR, 
	status VARCHAR, 
	first_response_at TIMESTAMP WITHOUT TIME ZONE, 
	resolved_at TIMESTAMP WITHOUT TIME ZONE, 
	wait_seconds DOUBLE PRECISION, 
	talk_seconds DOUBLE PRECISION, 
	hold_seconds DOUBLE PRECISION, 
	wrap_seconds DOUBLE PRECISION, 
	handle_seconds DOUBLE PRECISION, 
	abandoned BOOLEAN NOT NULL, 
	resolved_on_first_contact BOOLEAN, 
	resolved_within_target BOOLEAN, 
	reopen_count INTEGER, 
	reassignment_count INTEGER, 
	article_id VARCHAR
);
INSERT INTO contacts ("source", "contact_id", "channel", "opened_at", "direction", "contact_kind", "issue_type", "complexity", "priority", "team", "agent_id", "customer_id", "status", "first_response_at", "resolved_at", "wait_seconds", "talk_seconds", "hold_seconds", "wrap_seconds", "handle_seconds", "abandoned", "resolved_on_first_contact", "resolved_within_target", "reopen_count", "reassignment_count", "article_id") VALUES ('source 1', 'contact_id 1', 'channel 1', TIMESTAMP '2026-03-02 09:30:00', 'direction 1', 'contact_kind 1', 'issue_type 1', 'complexity 1', 'priority 1', 'team 1', 'agent_id 1', 'customer_id 1', 'status 1', TIMESTAMP '2026-03-02 09:30:00', TIMESTAMP '2026-03-02 09:30:00', 1, 1, 1, 1, 1, TRUE, TRUE, TRUE, 1, 1, 'article_id 1');
INSERT INTO contacts ("source", "contact_id", "channel", "opened_at", "direction", "contact_kind", "issue_type", "complexity", "priority", "team", "agent_id", "customer_id", "status", "first_response_at", "resolved_at", "wait_seconds", "talk_seconds", "hold_seconds", "wrap_seconds", "handle_seconds", "abandoned", "resolved_on_first_contact", "resolved_within_target", "reopen_count", "reassignment_count", "article_id") VALUES ('source 2', 'contact_id 2', 'channel 2', TIMESTAMP '2026-03-02 09:30:00', 'direction 2', 'contact_kind 2', 'issue_type 2', 'complexity 2', 'priority 2', 'team 2', 'agent_id 2', 'customer_id 2', 'status 2', TIMESTAMP '2026-03-02 09:30:00', TIMESTAMP '2026-03-02 09:30:00', 2, 2, 2, 2, 2, FALSE, FALSE, FALSE, 2, 2, 'article_id 2');
CREATE TABLE costs (
	source VARCHAR NOT NULL, 
	cost_id VARCHAR NOT NULL, 
	day DATE NOT NULL, 
	team VARCHAR, 
	channel VARCHAR, 
	amount DOUBLE PRECISION NOT NULL, 
	currency VARCHAR NOT NULL
);
INSERT INTO costs ("source", "cost_id", "day", "team", "channel", "amount", "currency") VALUES ('source 1', 'cost_id 1', DATE '2026-03-01', 'team 1', 'channel 1', 1, 'currency 1');
INSERT INTO costs ("source", "cost_id", "day", "team", "channel", "amount", "currency") VALUES ('source 2', 'cost_id 2', DATE '2026-03-02', 'team 2', 'channel 2', 2, 'currency 2');
CREATE TABLE coverage (
	source VARCHAR NOT NULL, 
	fact VARCHAR NOT NULL, 
	until TIMESTAMP WITHOUT TIME ZONE NOT NULL, 
	longest_gap_seconds DOUBLE PRECISION NOT NULL
);
INSERT INTO coverage ("source", "fact", "until", "longest_gap_seconds") VALUES ('source 1', 'fact 1', TIMESTAMP '2026-03-02 09:30:00', 1);
INSERT INTO coverage ("source", "fact", "until", "longest_gap_seconds") VALUES ('source 2', 'fact 2', TIMESTAMP '2026-03-02 09:30:00', 2);
CREATE TABLE customers (
	source VARCHAR NOT NULL, 
	customer_id VARCHAR NOT NULL, 
	started_on DATE NOT NULL, 
	ended_on DATE, 
	name VARCHAR, 
	segment VARCHAR, 
	organisation_id VARCHAR, 
	owner_agent_id VARCHAR, 
	language VARCHAR, 
	timezone VARCHAR, 
	slack_user_id VARCHAR, 
	slack_team_id VARCHAR, 
	slack_channel_id VARCHAR
);
INSERT INTO customers ("source", "customer_id", "started_on", "ended_on", "name", "segment", "organisation_id", "owner_agent_id", "language", "timezone", "slack_user_id", "slack_team_id", "slack_channel_id") VALUES ('source 1', 'customer_id 1', DATE '2026-03-01', DATE '2026-03-01', 'name 1', 'segment 1', 'organisation_id 1', 'owner_agent_id 1', 'language 1', 'timezone 1', 'slack_user_id 1', 'slack_team_id 1', 'slack_channel_id 1');
INSERT INTO customers ("source", "customer_id", "started_on", "ended_on", "name", "segment", "organisation_id", "owner_agent_id", "language", "timezone", "slack_user_id", "slack_team_id", "slack_channel_id") VALUES ('source 2', 'customer_id 2', DATE '2026-03-02', DATE '2026-03-02', 'name 2', 'segment 2', 'organisation_id 2', 'owner_agent_id 2', 'language 2', 'timezone 2', 'slack_user_id 2', 'slack_team_id 2', 'slack_channel_id 2');
CREATE TABLE help_sessions (
	source VARCHAR NOT NULL, 
	session_id VARCHAR NOT NULL, 
	started_at TIMESTAMP WITHOUT TIME ZONE NOT NULL, 
	visitor_id VARCHAR, 
	customer_id VARCHAR, 
	article_views INTEGER, 
	topic VARCHAR, 
	helpful BOOLEAN, 
	contacted_after BOOLEAN
);
INSERT INTO help_sessions ("source", "session_id", "started_at", "visitor_id", "customer_id", "article_views", "topic", "helpful", "contacted_after") VALUES ('source 1', 'session_id 1', TIMESTAMP '2026-03-02 09:30:00', 'visitor_id 1', 'customer_id 1', 1, 'topic 1', TRUE, TRUE);
INSERT INTO help_sessions ("source", "session_id", "started_at", "visitor_id", "customer_id", "article_views", "topic", "helpful", "contacted_after") VALUES ('source 2', 'session_id 2', TIMESTAMP '2026-03-02 09:30:00', 'visitor_id 2', 'customer_id 2', 2, 'topic 2', FALSE, FALSE);
CREATE TABLE qa_answers (
	source VARCHAR NOT NULL, 
	review_id VARCHAR NOT NULL, 
	criterion VARCHAR NOT NULL, 
	points DOUBLE PRECISION, 
	out_of DOUBLE PRECISION, 
	weight DOUBLE PRECISION, 
	critical BOOLEAN, 
	not_applicable BOOLEAN
);
INSERT INTO qa_answers ("source", "review_id", "criterion", "points", "out_of", "weight", "critical", "not_applicable") VALUES ('source 1', 'review_id 1', 'criterion 1', 1, 1, 1, TRUE, TRUE);
INSERT INTO qa_answers ("source", "review_id", "criterion", "points", "out_of", "weight", "critical", "not_applicable") VALUES ('source 2', 'review_id 2', 'criterion 2', 2, 2, 2, FALSE, FALSE);
CREATE TABLE qa_reviews (
	source VARCHAR NOT NULL, 
	review_id VARCHAR NOT NULL, 
	contact_id VARCHAR, 
	agent_id VARCHAR NOT NULL, 
	team VARCHAR, 
	channel VARCHAR, 
	reviewer VARCHAR, 
	reviewed_at TIMESTAMP WITHOUT TIME ZONE NOT NULL, 
	score DOUBLE PRECISION, 
	auto_failed BOOLEAN, 
	purpose VARCHAR, 
	scorecard VARCHAR, 
	scorecard_version VARCHAR
);
INSERT INTO qa_reviews ("source", "review_id", "contact_id", "agent_id", "team", "channel", "reviewer", "reviewed_at", "score", "auto_failed", "purpose", "scorecard", "scorecard_version") VALUES ('source 1', 'review_id 1', 'contact_id 1', 'agent_id 1', 'team 1', 'channel 1', 'reviewer 1', TIMESTAMP '2026-03-02 09:30:00', 1, TRUE, 'purpose 1', 'scorecard 1', 'scorecard_version 1');
INSERT INTO qa_reviews ("source", "review_id", "contact_id", "agent_id", "team", "channel", "reviewer", "reviewed_at", "score", "auto_failed", "purpose", "scorecard", "scorecard_version") VALUES ('source 2', 'review_id 2', 'contact_id 2', 'agent_id 2', 'team 2', 'channel 2', 'reviewer 2', TIMESTAMP '2026-03-02 09:30:00', 2, FALSE, 'purpose 2', 'scorecard 2', 'scorecard_version 2');
CREATE TABLE surveys (
	source VARCHAR NOT NULL, 
	survey_id VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	purpose VARCHAR, 
	contact_id VARCHAR, 
	customer_id VARCHAR, 
	respondent_id VARCHAR, 
	channel VARCHAR, 
	issue_type VARCHAR, 
	team VARCHAR, 
	agent_id VARCHAR, 
	sent_at TIMESTAMP WITHOUT TIME ZONE NOT NULL, 
	answered_at TIMESTAMP WITHOUT TIME ZONE, 
	score DOUBLE PRECISION, 
	comment VARCHAR
);
INSERT INTO surveys ("source", "survey_id", "kind", "purpose", "contact_id", "customer_id", "respondent_id", "channel", "issue_type", "team", "agent_id", "sent_at", "answered_at", "score", "comment") VALUES ('source 1', 'survey_id 1', 'kind 1', 'purpose 1', 'contact_id 1', 'customer_id 1', 'respondent_id 1', 'channel 1', 'issue_type 1', 'team 1', 'agent_id 1', TIMESTAMP '2026-03-02 09:30:00', TIMESTAMP '2026-03-02 09:30:00', 1, 'comment 1');
INSERT INTO surveys ("source", "survey_id", "kind", "purpose", "contact_id", "customer_id", "respondent_id", "channel", "issue_type", "team", "agent_id", "sent_at", "answered_at", "score", "comment") VALUES ('source 2', 'survey_id 2', 'kind 2', 'purpose 2', 'contact_id 2', 'customer_id 2', 'respondent_id 2', 'channel 2', 'issue_type 2', 'team 2', 'agent_id 2', TIMESTAMP '2026-03-02 09:30:00', TIMESTAMP '2026-03-02 09:30:00', 2, 'comment 2');

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
CREATE TABLE coverage (
	source VARCHAR NOT NULL, 
	fact VARCHAR NOT NULL, 
	until TIMESTAMP WITHOUT TIME ZONE NOT NULL, 
	longest_gap_seconds DOUBLE PRECISION NOT NULL
);
INSERT INTO coverage ("source", "fact", "until", "longest_gap_seconds") VALUES ('source 1', 'fact 1', TIMESTAMP '2026-03-02 09:30:00', 1);
INSERT INTO coverage ("source", "fact", "until", "longest_gap_seconds") VALUES ('source 2', 'fact 2', TIMESTAMP '2026-03-02 09:30:00', 2);

CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL,
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

CREATE TABLE person (
	id INTEGER NOT NULL,
	login VARCHAR NOT NULL,
	name VARCHAR NOT NULL,
	role VARCHAR NOT NULL,
	extension VARCHAR,
	password_hash VARCHAR NOT NULL,
	sip_password VARCHAR,
	active BOOLEAN NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (extension)
);

CREATE UNIQUE INDEX ix_person_login ON person (login);

CREATE TABLE consent (
	id INTEGER NOT NULL,
	person_id INTEGER NOT NULL,
	at FLOAT NOT NULL,
	notice VARCHAR NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE INDEX ix_consent_person_id ON consent (person_id);

CREATE TABLE audit (
	id INTEGER NOT NULL,
	at FLOAT NOT NULL,
	who VARCHAR NOT NULL,
	what VARCHAR NOT NULL,
	about VARCHAR NOT NULL,
	PRIMARY KEY (id)
);

CREATE INDEX ix_audit_at ON audit (at);

CREATE TABLE lesson (
	id INTEGER NOT NULL,
	started FLOAT NOT NULL,
	ended FLOAT,
	"by" VARCHAR NOT NULL,
	body JSON NOT NULL,
	placed INTEGER NOT NULL,
	finished INTEGER NOT NULL,
	PRIMARY KEY (id)
);

CREATE TABLE desklog (
	id INTEGER NOT NULL,
	extension VARCHAR NOT NULL,
	login VARCHAR NOT NULL,
	began FLOAT NOT NULL,
	duty VARCHAR NOT NULL,
	reason VARCHAR NOT NULL,
	activity VARCHAR NOT NULL,
	call_id VARCHAR,
	PRIMARY KEY (id)
);

CREATE INDEX ix_desklog_began ON desklog (began);

CREATE INDEX ix_desklog_extension ON desklog (extension);

CREATE TABLE call (
	id VARCHAR NOT NULL,
	lesson_id INTEGER,
	line VARCHAR NOT NULL,
	state VARCHAR NOT NULL,
	scenario VARCHAR,
	seed INTEGER NOT NULL,
	lang VARCHAR NOT NULL,
	level INTEGER NOT NULL,
	caller VARCHAR NOT NULL,
	dialled VARCHAR NOT NULL,
	queue VARCHAR NOT NULL,
	extension VARCHAR NOT NULL,
	agent VARCHAR NOT NULL,
	started FLOAT NOT NULL,
	began_clock FLOAT NOT NULL,
	answered_clock FLOAT,
	ended_clock FLOAT,
	queue_seconds FLOAT NOT NULL,
	ring_seconds FLOAT NOT NULL,
	talk_seconds FLOAT NOT NULL,
	outcome VARCHAR NOT NULL,
	mood JSON NOT NULL,
	rating INTEGER,
	facts JSON NOT NULL,
	transport VARCHAR NOT NULL,
	codec VARCHAR NOT NULL, direction VARCHAR DEFAULT '' NOT NULL, result VARCHAR DEFAULT '' NOT NULL, ungraded VARCHAR DEFAULT '' NOT NULL, dialled_by VARCHAR DEFAULT '' NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(lesson_id) REFERENCES lesson (id)
);

CREATE INDEX ix_call_agent ON call (agent);

CREATE INDEX ix_call_lesson_id ON call (lesson_id);

CREATE INDEX ix_call_started ON call (started);

CREATE INDEX ix_call_state ON call (state);

CREATE TABLE evidencerow (
	id INTEGER NOT NULL,
	call_id VARCHAR NOT NULL,
	clock FLOAT NOT NULL,
	until_clock FLOAT,
	kind VARCHAR NOT NULL,
	body JSON NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(call_id) REFERENCES call (id)
);

CREATE INDEX ix_evidencerow_call_id ON evidencerow (call_id);

CREATE TABLE recording (
	call_id VARCHAR NOT NULL,
	path VARCHAR NOT NULL,
	began_clock FLOAT,
	seconds FLOAT NOT NULL,
	channels INTEGER NOT NULL,
	sample_rate INTEGER NOT NULL,
	mark VARCHAR NOT NULL,
	PRIMARY KEY (call_id),
	FOREIGN KEY(call_id) REFERENCES call (id)
);

CREATE TABLE scorecardrow (
	id INTEGER NOT NULL,
	call_id VARCHAR NOT NULL,
	at FLOAT NOT NULL,
	rubric VARCHAR NOT NULL,
	version VARCHAR NOT NULL,
	score FLOAT NOT NULL,
	passed BOOLEAN NOT NULL,
	body JSON NOT NULL, part INTEGER DEFAULT '0' NOT NULL, agent VARCHAR DEFAULT '' NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(call_id) REFERENCES call (id)
);

CREATE INDEX ix_scorecardrow_call_id ON scorecardrow (call_id);

CREATE TABLE verdictrow (
	id INTEGER NOT NULL,
	call_id VARCHAR NOT NULL,
	at FLOAT NOT NULL,
	"by" VARCHAR NOT NULL,
	score FLOAT NOT NULL,
	comment VARCHAR NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(call_id) REFERENCES call (id)
);

CREATE INDEX ix_verdictrow_call_id ON verdictrow (call_id);

CREATE TABLE wrapuprow (
	id INTEGER NOT NULL,
	call_id VARCHAR NOT NULL,
	at FLOAT NOT NULL,
	"by" VARCHAR NOT NULL,
	body JSON NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(call_id) REFERENCES call (id)
);

CREATE INDEX ix_wrapuprow_call_id ON wrapuprow (call_id);

CREATE TABLE forwardrow (
	extension VARCHAR NOT NULL,
	body JSON NOT NULL,
	PRIMARY KEY (extension)
);

CREATE TABLE voicemessagerow (
	id VARCHAR NOT NULL,
	box VARCHAR NOT NULL,
	caller VARCHAR NOT NULL,
	left_at FLOAT NOT NULL,
	path VARCHAR NOT NULL,
	seconds FLOAT NOT NULL,
	state VARCHAR NOT NULL,
	PRIMARY KEY (id)
);

CREATE INDEX ix_voicemessagerow_box ON voicemessagerow (box);

CREATE TABLE boxrow (
	name VARCHAR NOT NULL,
	pin VARCHAR NOT NULL,
	PRIMARY KEY (name)
);

CREATE TABLE callbackrow (
	callback VARCHAR NOT NULL,
	queue VARCHAR NOT NULL,
	number VARCHAR NOT NULL,
	caller VARCHAR NOT NULL,
	line VARCHAR NOT NULL,
	since FLOAT NOT NULL,
	rank FLOAT NOT NULL,
	tries INTEGER NOT NULL, lang VARCHAR DEFAULT '' NOT NULL,
	PRIMARY KEY (callback)
);

CREATE TABLE recentrow (
	extension VARCHAR NOT NULL,
	place INTEGER NOT NULL,
	at FLOAT NOT NULL,
	kind VARCHAR NOT NULL,
	number VARCHAR NOT NULL,
	call_id VARCHAR NOT NULL,
	PRIMARY KEY (extension, place)
);

CREATE TABLE callpart (
	call_id VARCHAR NOT NULL,
	no INTEGER NOT NULL,
	extension VARCHAR NOT NULL,
	agent VARCHAR NOT NULL,
	began_clock FLOAT NOT NULL,
	ended_clock FLOAT,
	facts JSON NOT NULL,
	PRIMARY KEY (call_id, no),
	FOREIGN KEY(call_id) REFERENCES call (id)
);

CREATE INDEX ix_callpart_agent ON callpart (agent);

CREATE INDEX ix_call_dialled_by ON call (dialled_by);

CREATE TABLE customerrow (
	id INTEGER NOT NULL,
	phone VARCHAR NOT NULL,
	played VARCHAR NOT NULL,
	name VARCHAR NOT NULL,
	phone2 VARCHAR NOT NULL,
	company VARCHAR NOT NULL,
	email VARCHAR NOT NULL,
	address VARCHAR NOT NULL,
	note VARCHAR NOT NULL,
	version INTEGER NOT NULL,
	changed_at FLOAT NOT NULL,
	changed_by VARCHAR NOT NULL,
	removed_at FLOAT,
	PRIMARY KEY (id),
	CONSTRAINT uq_customer_phone UNIQUE (phone, played)
);

CREATE INDEX ix_customerrow_phone2 ON customerrow (phone2);

CREATE TABLE customerchange (
	id INTEGER NOT NULL,
	customer_id INTEGER NOT NULL,
	at FLOAT NOT NULL,
	"by" VARCHAR NOT NULL,
	what VARCHAR NOT NULL,
	call_id VARCHAR NOT NULL,
	"before" JSON NOT NULL,
	"after" JSON NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(customer_id) REFERENCES customerrow (id)
);

CREATE INDEX ix_customerchange_customer_id ON customerchange (customer_id);

CREATE INDEX ix_call_caller ON call (caller);

CREATE INDEX ix_call_dialled ON call (dialled);

CREATE TABLE letterrow (
	id INTEGER NOT NULL,
	kind VARCHAR NOT NULL,
	state VARCHAR NOT NULL,
	sender VARCHAR NOT NULL,
	sender_name VARCHAR NOT NULL,
	reply_to VARCHAR NOT NULL,
	receiver VARCHAR NOT NULL,
	subject VARCHAR NOT NULL,
	text VARCHAR NOT NULL,
	message_id VARCHAR NOT NULL,
	thread VARCHAR NOT NULL,
	file VARCHAR NOT NULL,
	automatic VARCHAR NOT NULL,
	category VARCHAR NOT NULL,
	taken_by VARCHAR NOT NULL,
	came FLOAT NOT NULL,
	rank FLOAT NOT NULL,
	taken_at FLOAT,
	done_at FLOAT,
	pages INTEGER NOT NULL,
	priority INTEGER NOT NULL,
	version INTEGER NOT NULL,
	attached JSON NOT NULL,
	reasons JSON NOT NULL,
	customer_id INTEGER,
	PRIMARY KEY (id),
	FOREIGN KEY(customer_id) REFERENCES customerrow (id)
);

CREATE INDEX ix_letterrow_line ON letterrow (state, rank, id);

CREATE INDEX ix_letterrow_came ON letterrow (came);

CREATE INDEX ix_letterrow_sender ON letterrow (sender);

CREATE INDEX ix_letterrow_message_id ON letterrow (message_id);

CREATE INDEX ix_letterrow_customer_id ON letterrow (customer_id);

CREATE INDEX ix_letterrow_taken_by ON letterrow (taken_by);

CREATE TABLE letterstep (
	id INTEGER NOT NULL,
	letter_id INTEGER NOT NULL,
	at FLOAT NOT NULL,
	"by" VARCHAR NOT NULL,
	what VARCHAR NOT NULL,
	note VARCHAR NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(letter_id) REFERENCES letterrow (id)
);

CREATE INDEX ix_letterstep_letter_id ON letterstep (letter_id);

CREATE TABLE sentletter (
	id INTEGER NOT NULL,
	letter_id INTEGER NOT NULL,
	at FLOAT NOT NULL,
	kind VARCHAR NOT NULL,
	what VARCHAR NOT NULL,
	"by" VARCHAR NOT NULL,
	sender VARCHAR NOT NULL,
	receiver VARCHAR NOT NULL,
	subject VARCHAR NOT NULL,
	text VARCHAR NOT NULL,
	parameters JSON NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(letter_id) REFERENCES letterrow (id)
);

CREATE INDEX ix_sentletter_letter_id ON sentletter (letter_id);

CREATE INDEX ix_sentletter_at ON sentletter (at);

CREATE INDEX ix_sentletter_receiver ON sentletter (receiver);

CREATE TABLE wrapupdraft (
	call_id VARCHAR NOT NULL,
	"by" VARCHAR NOT NULL,
	at FLOAT NOT NULL,
	body JSON NOT NULL,
	PRIMARY KEY (call_id, "by"),
	FOREIGN KEY(call_id) REFERENCES call (id)
);

CREATE TABLE recordingpiece (
	call_id VARCHAR NOT NULL,
	no INTEGER NOT NULL,
	path VARCHAR NOT NULL,
	began_clock FLOAT NOT NULL,
	PRIMARY KEY (call_id, no),
	FOREIGN KEY(call_id) REFERENCES call (id)
);

CREATE TABLE mobilerow (
	extension VARCHAR NOT NULL,
	duty VARCHAR NOT NULL,
	reason VARCHAR NOT NULL,
	PRIMARY KEY (extension)
);

INSERT INTO alembic_version (version_num) VALUES ('0010');

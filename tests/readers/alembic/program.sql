SET LOCAL lock_timeout = '2s';

CREATE VIEW v AS
SELECT 1;

DROP VIEW v; DROP TABLE IF EXISTS t;

ALTER TABLE apples ADD COLUMN owner integer;

CREATE INDEX ix_apples_owner ON apples (owner);

ALTER TABLE pears ADD COLUMN owner integer;

CREATE INDEX ix_pears_owner ON pears (owner);

ALTER TABLE a ADD COLUMN owner bigint;

ALTER TABLE b ADD COLUMN owner text;

INSERT INTO numbers VALUES (0);

INSERT INTO numbers VALUES (1);

CREATE TABLE made (
    id SERIAL NOT NULL, 
    n INTEGER, 
    PRIMARY KEY (id)
);

TRUNCATE "apples";

UPDATE apples
-- everybody's
SET owner = 1;

UPDATE pears SET owner = 2 WHERE owner IS NULL;

UPDATE apples SET name = regexp_replace(name, '\\d', '');

COMMENT ON TABLE apples IS 'it''s "red"';

INSERT INTO kinds (id, name) VALUES (1, 'round');

INSERT INTO kinds (id, name) VALUES (2, 'green');

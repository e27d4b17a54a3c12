ALTER TABLE users ALTER COLUMN name SET NOT NULL;

ALTER TABLE users ALTER COLUMN name DROP NOT NULL;

ALTER TABLE users ALTER COLUMN name TYPE TEXT;

ALTER TABLE users ALTER COLUMN size TYPE INTEGER USING size::integer;

ALTER TABLE users ALTER COLUMN size SET NOT NULL;

ALTER TABLE users ALTER COLUMN size SET DEFAULT '0';

ALTER TABLE users ALTER COLUMN size DROP DEFAULT;

ALTER TABLE users ALTER COLUMN size SET DEFAULT (1 + 1);

COMMENT ON COLUMN users.size IS 'how large';

ALTER TABLE app.users RENAME size TO extent;

CREATE INDEX ix_users_name ON users (name);

CREATE UNIQUE INDEX ix_users_two ON app.users (name, size);

CREATE INDEX ix_lower ON users (lower(name)) WHERE size > 0;

CREATE INDEX ix_gin ON users USING gin (data jsonb_path_ops);

CREATE INDEX ix_include ON users (a) INCLUDE (b) WITH (fillfactor = 50);

COMMIT;

CREATE INDEX CONCURRENTLY ix_slow ON users (name);

DROP INDEX CONCURRENTLY ix_fast;

BEGIN;

DROP INDEX ix_old;

DROP INDEX app.ix_older;

ALTER TABLE app.users ADD CONSTRAINT fk_org FOREIGN KEY(org_id) REFERENCES app.orgs (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE users ADD FOREIGN KEY(a, b) REFERENCES teams (c, d);

ALTER TABLE users ADD CONSTRAINT fk_nv FOREIGN KEY(a) REFERENCES teams (c) NOT VALID;

ALTER TABLE users ADD CONSTRAINT uq_name UNIQUE (name, org_id);

ALTER TABLE app.users ADD UNIQUE (name);

ALTER TABLE users ADD CONSTRAINT ck_size CHECK (size > 0 AND size < 10);

ALTER TABLE users ADD CONSTRAINT ck_text CHECK (name <> '');

ALTER TABLE users ADD CONSTRAINT pk_users PRIMARY KEY (id, org_id);

ALTER TABLE bookings ADD CONSTRAINT ex_room EXCLUDE USING gist (room WITH =, during WITH &&) WHERE (room > 3);

ALTER TABLE users DROP CONSTRAINT uq_old;

ALTER TABLE app.users DROP CONSTRAINT fk_old;

ALTER TABLE app.users ADD COLUMN color VARCHAR(7);

ALTER TABLE app.users ALTER COLUMN color SET NOT NULL;

CREATE INDEX ix_color ON app.users (color);

ALTER TABLE app.users ADD CONSTRAINT fk_color FOREIGN KEY(color) REFERENCES colors (name);

ALTER TABLE app.users ADD CONSTRAINT uq_color UNIQUE (color);

ALTER TABLE app.users DROP CONSTRAINT uq_color;

DROP INDEX app.ix_color;

ALTER TABLE app.users DROP COLUMN color;

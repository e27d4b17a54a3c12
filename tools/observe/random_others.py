"""Random statements about what is no table: rights, roles, types, functions of every sort, operators, text search, event triggers,
foreign servers, subscriptions, settings. They begin where those of random_ddl.py end, and are as rare in migrations."""

# of what stands here alone, as often as migrations have it
OTHERS = {"comment_on": 3, "rights": 4, "role": 1, "other_type": 1.5, "routine": 2, "operator": 0.7, "cast": 0.5, "text_search": 1,
          "collation": 0.7, "event_trigger": 0.7, "server": 1, "subscription": 0.3, "setting": 1.5, "maintenance": 1.5, "labelled": 0.2,
          "member": 1, "elements": 0.7, "several": 1.5, "message": 0.5, "cursor": 0.3, "made_from": 1.5, "method": 0.2, "publish": 1}


HARMLESS_OPERATORS = ["CREATE OPERATOR === (LEFTARG = integer, RIGHTARG = integer, PROCEDURE = int4eq)", "DROP OPERATOR IF EXISTS === (integer, integer)",
                      "CREATE OPERATOR FAMILY {n} USING btree", "DROP OPERATOR CLASS IF EXISTS nothing USING btree",
                      "CREATE OPERATOR CLASS {n} FOR TYPE integer USING hash AS OPERATOR 1 =, FUNCTION 1 hashint4(integer)"]
MADE_TEXT_SEARCH = ["CREATE TEXT SEARCH CONFIGURATION {n} (COPY = english)", "CREATE TEXT SEARCH CONFIGURATION {n} (PARSER = default)", "CREATE TEXT SEARCH DICTIONARY {n} (TEMPLATE = simple)",
                    "DROP TEXT SEARCH CONFIGURATION IF EXISTS nothing", "DROP TEXT SEARCH DICTIONARY IF EXISTS nothing",
                    "DO $$ BEGIN CREATE TEXT SEARCH CONFIGURATION {n} (COPY = simple); ALTER TEXT SEARCH CONFIGURATION {n} ALTER MAPPING FOR word WITH simple; END $$"]
MADE_COLLATIONS = ['CREATE COLLATION {n} FROM "C"', "CREATE COLLATION {n} (LOCALE = 'C')", "CREATE COLLATION IF NOT EXISTS {n} FROM \"POSIX\"", "DROP COLLATION IF EXISTS nothing",
                   "CREATE CONVERSION {n} FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8"]


class Others:
    def other(self):
        return getattr(self, self.draw(OTHERS))()

    def function_name(self):
        return self.of(self.schema.functions)

    def type_name(self):
        names = [name for name, _ in self.schema.enums + self.schema.domains] + self.schema.composites
        return "nothing" if self.chance(0.03) else self.of(names) or self.one("integer", "text")

    def made_type(self):
        return self.of([name for name, _ in self.schema.enums + self.schema.domains] + self.schema.composites)

    def domain_name(self):
        names = [name for name, _ in self.schema.domains]
        return self.type_name() if self.chance(0.1) or not names else self.of(names)

    def relation(self):
        """(keyword, name) of any relation, and the right keyword but for one in ten."""
        kinds = [("TABLE", self.table(0).name), ("VIEW", self.of(self.schema.views)), ("MATERIALIZED VIEW", self.of(self.schema.materialized)),
                 ("SEQUENCE", self.of(self.schema.sequences)), ("INDEX", self.index()), ("FOREIGN TABLE", self.of(self.schema.foreign))]
        word, name = self.of([kind for kind in kinds if kind[1]])
        return (self.of(kinds)[0] if self.chance(0.1) else word), name

    def comment_on(self):
        table = self.table()
        what = self.one("%s %s" % self.relation(), "TYPE " + self.type_name(), "DOMAIN " + self.domain_name(), "FUNCTION " + self.function_name(),
                        "ROUTINE " + self.function_name(), "RULE %s ON %s" % (self.of(table.rules) or "nothing", table.name),
                        *self.named("STATISTICS", self.schema.statistics), *self.named("PUBLICATION", self.schema.publications),
                        *self.named("EVENT TRIGGER", self.schema.event_triggers), *(["SERVER far", "FOREIGN DATA WRAPPER elsewhere"] if self.schema.has_server else []),
                        "EXTENSION plpgsql", "LANGUAGE plpgsql",
                        "AGGREGATE sum(integer)", "CAST (integer AS bigint)", "OPERATOR + (integer, integer)", 'COLLATION "C"', "ROLE alice",
                        "TABLESPACE ts1", "TEXT SEARCH CONFIGURATION english", "ACCESS METHOD heap",
                        "SCHEMA " + self.schema_name(), "CONSTRAINT %s_check ON DOMAIN %s" % ((self.domain_name(),) * 2),
                        "COLUMN %s.id" % (self.of(self.schema.views + self.schema.materialized + self.schema.composites) or table.name),
                        "COLUMN %s.nothing" % table.name, "OPERATOR CLASS int4_ops USING btree")
        return "COMMENT ON %s IS %s" % (what, self.one("'x'", "NULL"))

    def named(self, word, names):
        return ["%s %s" % (word, self.of(names))] if names else []

    def rights(self):
        table, role = self.table(), self.one("alice", "bob", "PUBLIC", "CURRENT_USER")
        what = self.one("ALL ON ALL TABLES IN SCHEMA public", "SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA " + self.schema_name(),
                        "EXECUTE ON ALL FUNCTIONS IN SCHEMA public", "EXECUTE ON FUNCTION " + self.function_name(), "USAGE ON TYPE " + self.type_name(),
                        "USAGE ON DOMAIN " + self.domain_name(), "ALL ON SEQUENCE " + (self.of(self.schema.sequences) or table.name), "USAGE, CREATE ON SCHEMA " + self.schema_name(),
                        "USAGE ON LANGUAGE plpgsql", *(["USAGE ON FOREIGN SERVER far", "USAGE ON FOREIGN DATA WRAPPER elsewhere"] if self.schema.has_server else []), "CREATE ON TABLESPACE ts1",
                        "SELECT (%s), UPDATE (%s) ON %s" % (self.column(table).name, self.column(table).name, table.name), "TRIGGER, REFERENCES ON " + table.name,
                        "SELECT, INSERT ON %s, %s" % (table.name, self.table().name), "DELETE ON " + self.relation()[1], "USAGE ON SEQUENCE " + table.name, *(["MAINTAIN ON " + table.name] if self.chance(0.3) else []))
        if self.chance(0.3):
            of = self.maybe("FOR ROLE alice ", 0.3) + self.maybe("IN SCHEMA %s " % self.schema_name(), 0.5)
            what = self.one("SELECT ON TABLES", "ALL ON SEQUENCES", "EXECUTE ON FUNCTIONS", "USAGE ON TYPES", "USAGE ON SCHEMAS")
            role = "alice" if role == "CURRENT_USER" else role
            return "ALTER DEFAULT PRIVILEGES %s%s" % (of, self.one("GRANT %s TO %s", "REVOKE %s FROM %s") % (what, role))
        return self.one("GRANT %s TO %s", "GRANT %s TO %s WITH GRANT OPTION", "REVOKE %s FROM %s", "REVOKE %s FROM %s CASCADE", "REVOKE GRANT OPTION FOR %s FROM %s") % (what, role)

    def role(self):
        return self.one("CREATE ROLE {n}", "CREATE USER {n} PASSWORD 'x'", "CREATE ROLE alice", "ALTER ROLE alice SET statement_timeout = '5s'", "ALTER ROLE alice NOLOGIN",
                        "DROP ROLE IF EXISTS nobody_here", "DROP ROLE nobody_here", "GRANT alice TO bob", "REVOKE alice FROM bob", "ALTER ROLE alice RENAME TO {n}", "CREATE GROUP {n}",
                        "ALTER GROUP alice ADD USER bob", "ALTER ROLE ALL RESET ALL",
                        "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'alice') THEN CREATE ROLE alice; END IF; END $$",
                        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone = ''UTC''', current_database()); END $$").replace("{n}", self.new("who"))

    def other_type(self):
        made = self.made_type()
        about = [] if not made else ["ALTER TYPE {m} SET SCHEMA {s}", "DROP TYPE {m}, {t}", "DROP TYPE {m}, {t} CASCADE", "ALTER TYPE {m} OWNER TO bob", "CREATE TYPE {m} AS ENUM ('a')", "DROP TYPE IF EXISTS {m}",
                                     "ALTER DOMAIN {d} OWNER TO bob", "ALTER DOMAIN {d} RENAME CONSTRAINT {d}_check TO other", "ALTER DOMAIN {d} SET SCHEMA {s}", "DROP DOMAIN IF EXISTS {d} CASCADE"]
        return self.one("CREATE TYPE {n} AS RANGE (SUBTYPE = integer)", "CREATE TYPE {n}", "CREATE TYPE {n} AS ENUM ()", "CREATE TYPE {n} AS (a {t}, b {t}[])",
                        "CREATE DOMAIN {n} AS {t}", "CREATE DOMAIN {n} AS text COLLATE \"C\" DEFAULT 'a' CHECK (length(VALUE) < 9)", "CREATE TYPE {n} AS (a text COLLATE \"C\")", *about).format(
                            n=self.new("n"), t=self.type_name(), m=made, d=self.domain_name(), s=self.schema_name())

    def routine(self):
        kind, group = self.schema.type()
        return self.one(
            "CREATE FUNCTION {n}(a {k}, b integer DEFAULT 1) RETURNS {k} LANGUAGE sql AS 'SELECT a'", "CREATE FUNCTION {n}(OUT a integer, OUT b text) LANGUAGE sql AS $$ SELECT 1, 'a' $$",
            "CREATE FUNCTION {n}() RETURNS TABLE (a integer) LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT 1; END $$", "CREATE FUNCTION {n}() RETURNS SETOF {t} LANGUAGE sql AS 'SELECT * FROM {t}'",
            "CREATE FUNCTION {n}(a {t}) RETURNS integer LANGUAGE sql AS 'SELECT 1'", "CREATE FUNCTION {n}(VARIADIC a integer[]) RETURNS integer LANGUAGE sql AS 'SELECT 1'",
            "CREATE OR REPLACE FUNCTION some_number() RETURNS bigint LANGUAGE sql AS 'SELECT 1'", "CREATE PROCEDURE {n}(a integer) LANGUAGE sql AS 'SELECT 1'",
            "CREATE AGGREGATE {n}(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0')", "CREATE AGGREGATE {n}(integer) (SFUNC = plus_one, STYPE = integer)", "CREATE FUNCTION {n}() RETURNS integer LANGUAGE sql RETURN 1",
            "CREATE OR REPLACE AGGREGATE {n}(text) (SFUNC = textcat, STYPE = text)", "DROP AGGREGATE IF EXISTS nothing(integer)", "DROP ROUTINE {f}", "DROP FUNCTION {f}, {g}", "DROP FUNCTION {f}, {g} CASCADE", "DROP PROCEDURE {f}",
            "DROP FUNCTION IF EXISTS nothing(integer), {f}", "ALTER FUNCTION {f} SET SCHEMA {s}", "ALTER FUNCTION {f} SET search_path = public", "ALTER ROUTINE {f} OWNER TO bob", "ALTER FUNCTION {f} SECURITY DEFINER",
            "ALTER FUNCTION {f} STRICT", "ALTER FUNCTION {f} COST 10", "ALTER FUNCTION {f} RENAME TO {n}", "ALTER FUNCTION {f} DEPENDS ON EXTENSION plpgsql", "ALTER PROCEDURE {f} SET SCHEMA {s}",
            "SELECT {f}").format(n=self.new("n"), k=kind, t=self.table(0).name.replace("'", "''"), f=self.function_name(), g=self.function_name(), s=self.schema_name())

    def operator(self):
        if self.chance(0.8):
            return self.of(HARMLESS_OPERATORS).format(n=self.new("n"))
        return self.one("CREATE OPERATOR === (LEFTARG = integer, RIGHTARG = integer, PROCEDURE = int4eq)", "CREATE OPERATOR ## (LEFTARG = {t}, RIGHTARG = {t}, PROCEDURE = nothing)",
                        "DROP OPERATOR IF EXISTS === (integer, integer)", "DROP OPERATOR === (integer, integer)", "CREATE OPERATOR FAMILY {n} USING btree",
                        "CREATE OPERATOR CLASS {n} FOR TYPE integer USING hash AS OPERATOR 1 =, FUNCTION 1 hashint4(integer)", "DROP OPERATOR CLASS IF EXISTS nothing USING btree",
                        "ALTER OPERATOR FAMILY integer_ops USING btree ADD OPERATOR 1 < (integer, {t})", "DROP OPERATOR FAMILY nothing USING gin",
                        "ALTER OPERATOR + (integer, integer) OWNER TO alice").format(n=self.new("n"), t=self.type_name())

    def cast(self):
        return self.one("CREATE CAST (integer AS {t}) WITH INOUT", "CREATE CAST (text AS {t}) WITH INOUT AS IMPLICIT", "CREATE CAST (bytea AS {t}) WITHOUT FUNCTION", "CREATE CAST ({t} AS integer) WITH FUNCTION plus_one(integer)",
                        "DROP CAST IF EXISTS ({t} AS integer)", "DROP CAST ({t} AS integer)", "CREATE CAST (integer AS text) WITH INOUT", "CREATE CAST (boolean AS integer) WITH INOUT").format(t=self.type_name())

    def text_search(self):
        if self.chance(0.8):
            return self.of(MADE_TEXT_SEARCH).replace("{n}", self.new("n"))
        return self.one("CREATE TEXT SEARCH CONFIGURATION {n} (COPY = english)", "CREATE TEXT SEARCH CONFIGURATION {n} (PARSER = default)", "CREATE TEXT SEARCH DICTIONARY {n} (TEMPLATE = simple)",
                        "ALTER TEXT SEARCH CONFIGURATION nothing ALTER MAPPING FOR word WITH simple", "DROP TEXT SEARCH CONFIGURATION IF EXISTS nothing", "DROP TEXT SEARCH DICTIONARY nothing",
                        "DO $$ BEGIN CREATE TEXT SEARCH CONFIGURATION {n} (COPY = simple); ALTER TEXT SEARCH CONFIGURATION {n} ALTER MAPPING FOR word WITH simple; END $$",
                        "ALTER TEXT SEARCH CONFIGURATION english OWNER TO alice", "ALTER TEXT SEARCH DICTIONARY simple (Accept = false)", "CREATE TEXT SEARCH DICTIONARY {n} (TEMPLATE = nothing)").format(n=self.new("n"))

    def collation(self):
        if self.chance(0.8):
            return self.of(MADE_COLLATIONS).format(n=self.new("n"))
        return self.one('CREATE COLLATION {n} FROM "C"', "CREATE COLLATION {n} (LOCALE = 'C')", "CREATE COLLATION IF NOT EXISTS {n} FROM \"POSIX\"", "DROP COLLATION IF EXISTS nothing", "DROP COLLATION nothing CASCADE",
                        "ALTER COLLATION nothing RENAME TO {n}", "CREATE COLLATION {n} FROM nothing", "CREATE CONVERSION {n} FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8").format(n=self.new("n"))

    def event_trigger(self):
        name = self.of(self.schema.event_triggers)
        if not name and self.chance(0.9):
            return None
        if not name or self.chance(0.3):
            return "CREATE EVENT TRIGGER %s ON %s %sEXECUTE PROCEDURE %s" % (
                self.new("n"), self.one("ddl_command_start", "ddl_command_end", "sql_drop", "table_rewrite"), self.maybe("WHEN TAG IN ('CREATE TABLE') ", 0.3),
                self.one("watched()", "watched()", "touch()", "nothing()"))
        return self.one("DROP EVENT TRIGGER %s", "DROP EVENT TRIGGER IF EXISTS %s CASCADE", "ALTER EVENT TRIGGER %s DISABLE", "ALTER EVENT TRIGGER %s ENABLE ALWAYS", "ALTER EVENT TRIGGER %s RENAME TO other",
                        "ALTER EVENT TRIGGER %s OWNER TO alice", "COMMENT ON EVENT TRIGGER %s IS 'x'", "DROP FUNCTION watched()", "DROP FUNCTION watched() CASCADE").replace("%s", name)

    def server(self):
        if not self.schema.has_server and self.chance(0.9):
            return self.one("CREATE FOREIGN DATA WRAPPER {n}", "DROP SERVER IF EXISTS nothing CASCADE", "DROP FOREIGN DATA WRAPPER IF EXISTS nothing").format(n=self.new("n"))
        parent = self.of([t for t in self.schema.tables if t.partition_by == "RANGE"])
        return self.one("CREATE FOREIGN DATA WRAPPER {n}", "CREATE FOREIGN DATA WRAPPER elsewhere", "CREATE SERVER {n} FOREIGN DATA WRAPPER elsewhere", "CREATE SERVER IF NOT EXISTS far FOREIGN DATA WRAPPER elsewhere",
                        "CREATE SERVER {n} FOREIGN DATA WRAPPER nothing", "ALTER SERVER far OPTIONS (host 'a')", "ALTER SERVER far OWNER TO alice", "ALTER SERVER far VERSION '2'", "ALTER SERVER far RENAME TO {n}",
                        "CREATE USER MAPPING FOR alice SERVER far", "CREATE USER MAPPING IF NOT EXISTS FOR CURRENT_USER SERVER far OPTIONS (password 'x')", "DROP USER MAPPING IF EXISTS FOR bob SERVER far",
                        "ALTER USER MAPPING FOR alice SERVER far OPTIONS (SET a 'b')", "CREATE FOREIGN TABLE {n} (id integer NOT NULL, b text) SERVER far OPTIONS (a 'b')", "CREATE FOREIGN TABLE {n} (id integer) SERVER nothing",
                        "CREATE FOREIGN TABLE {n} () INHERITS ({t}) SERVER far", "IMPORT FOREIGN SCHEMA public FROM SERVER far INTO public", "DROP FOREIGN DATA WRAPPER elsewhere", "DROP FOREIGN DATA WRAPPER elsewhere CASCADE",
                        "ALTER FOREIGN DATA WRAPPER elsewhere OPTIONS (a 'b')", *(["CREATE FOREIGN TABLE {n} PARTITION OF {p} DEFAULT SERVER far"] if parent else [])).format(
                            n=self.new("n"), t=self.table(0).name, p=parent and parent.name)

    def subscription(self):
        return self.one("CREATE SUBSCRIPTION {n} CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false)", "CREATE SUBSCRIPTION {n} CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE)",
                        "DROP SUBSCRIPTION IF EXISTS nothing", "DROP SUBSCRIPTION nothing", "ALTER SUBSCRIPTION nothing DISABLE", "ALTER SUBSCRIPTION nothing SET PUBLICATION q").format(n=self.new("n"))

    def publish(self):
        table, other = self.table(), self.table()
        name = self.of(self.schema.publications)
        made = "CREATE PUBLICATION %s" % self.new("n")
        return self.one(made, made + " FOR TABLE %s, %s" % (table.name, other.name), made + " FOR ALL TABLES WITH (publish = 'insert, truncate')", made + " FOR TABLE ONLY " + table.name,
                        made + " FOR TABLE %s (%s)" % (table.name, self.column(table).name), made + " FOR TABLE %s WHERE (%s)" % (table.name, self.schema.check(table)),
                        made + " FOR TABLES IN SCHEMA %s, TABLE %s" % (self.schema_name(), table.name), made + " WITH (publish_via_partition_root)",
                        *(["ALTER PUBLICATION %s OWNER TO bob" % name, "ALTER PUBLICATION %s SET TABLES IN SCHEMA public" % name, "ALTER PUBLICATION %s ADD TABLE %s (%s)" % (name, table.name, self.column(table).name),
                           "ALTER PUBLICATION %s SET TABLE %s WHERE (%s)" % (name, table.name, self.schema.check(table)), "ALTER PUBLICATION %s DROP TABLE %s, %s" % (name, table.name, other.name),
                           "DROP PUBLICATION IF EXISTS %s, nothing" % name] if name else []))

    def setting(self):
        table = self.table()
        constraint = self.of([c for t in self.schema.tables for c, _ in t.constraints]) or "nothing"
        return self.one("SET lock_timeout = '1s'", "SET LOCAL statement_timeout = 0", "SET search_path = %s, public" % self.schema_name(), "RESET work_mem", "SHOW server_version", "SET CONSTRAINTS ALL DEFERRED",
                        "SET CONSTRAINTS %s IMMEDIATE" % constraint, "SET TIME ZONE 'UTC'", "SET nothing_such = 1", "SET app.user = 'x'", "SELECT set_config('app.user', 'x', true)", "SELECT pg_advisory_xact_lock(1)",
                        "SELECT pg_notify('a', 'b')", "SET LOCAL ROLE NONE", "SELECT current_setting('app.nothing', true)", "SELECT pg_relation_size('%s')" % table.name.replace("'", "''"), "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
                        "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", "SELECT to_regclass('%s')" % table.name.replace("'", "''"), "SELECT '%s'::regclass" % table.name.replace("'", "''"), "SET check_function_bodies = off",
                        "SELECT pg_get_viewdef('%s')" % (self.of(self.schema.views) or "nothing"), "SELECT nextval(pg_get_serial_sequence('%s', 'id'))" % table.name.replace("'", "''"), "DISCARD PLANS", "SET session_replication_role = replica",
                        "SELECT setval(pg_get_serial_sequence('%s', 'id'), coalesce(max(id), 1)) FROM %s" % (table.name.replace("'", "''"), table.name))

    def maintenance(self):
        table, other, index = self.table(), self.table(), self.index() or "nothing"
        return self.one("VACUUM (FREEZE, VERBOSE) %s" % table.name, "VACUUM (INDEX_CLEANUP false, TRUNCATE false) %s" % table.name, "ANALYZE %s (%s)" % (table.name, self.column(table).name), "ANALYZE VERBOSE %s" % table.name,
                        "ANALYZE %s, %s" % (table.name, other.name), "VACUUM %s, %s" % (table.name, other.name), "REINDEX (VERBOSE) TABLE %s" % table.name, "REINDEX (TABLESPACE ts1) INDEX %s" % index, "REINDEX (CONCURRENTLY) TABLE %s" % table.name,
                        "REINDEX SCHEMA %s" % self.schema_name(), "CLUSTER VERBOSE %s" % table.name, "LOCK %s, %s" % (table.name, other.name), "LOCK TABLE %s IN SHARE UPDATE EXCLUSIVE MODE NOWAIT" % table.name,
                        "LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE" % (self.of(self.schema.views) or table.name), "CHECKPOINT", "LOAD 'plpgsql'", "REFRESH MATERIALIZED VIEW %s" % table.name, "TRUNCATE ONLY %s, %s" % (table.name, other.name),
                        "TRUNCATE %s CONTINUE IDENTITY CASCADE" % table.name, "ANALYZE", "VACUUM (FULL, ANALYZE) %s" % table.name, "VACUUM (PROCESS_TOAST false) %s" % table.name, "ANALYZE nothing", "CLUSTER %s USING nothing" % table.name)

    def labelled(self):
        return "SECURITY LABEL %sON %s %s IS %s" % (self.maybe("FOR anon ", 0.5), *self.relation(), self.one("'x'", "NULL"))

    def member(self):
        name = self.of(self.schema.extensions) or "plpgsql"
        return self.one("ALTER EXTENSION %s UPDATE", "ALTER EXTENSION %s SET SCHEMA " + self.schema_name(), "ALTER EXTENSION %s ADD TABLE " + self.table(0).name, "ALTER EXTENSION %s DROP TABLE " + self.table(0).name, "ALTER EXTENSION %s UPDATE TO '99'",
                        "ALTER EXTENSION %s ADD FUNCTION " + self.function_name(), "CREATE EXTENSION %s", "CREATE EXTENSION IF NOT EXISTS nothing_such", "DROP EXTENSION IF EXISTS nothing_such", "CREATE EXTENSION IF NOT EXISTS plpgsql WITH SCHEMA pg_catalog",
                        "DROP EXTENSION plpgsql", "ALTER INDEX %s DEPENDS ON EXTENSION plpgsql" % (self.index() or "nothing"), "ALTER EXTENSION nothing_such UPDATE", "CREATE EXTENSION hstore SCHEMA " + self.schema_name()).replace("%s", name)

    def elements(self):
        name = self.new("n")
        return self.one("CREATE SCHEMA {n} CREATE TABLE a (id integer PRIMARY KEY) CREATE VIEW b AS SELECT * FROM a", "CREATE SCHEMA AUTHORIZATION alice", "CREATE SCHEMA {n} AUTHORIZATION bob", "CREATE SCHEMA IF NOT EXISTS {s}", "CREATE SCHEMA {s}",
                        "CREATE SCHEMA {n} CREATE TABLE a (id integer REFERENCES {t})", "CREATE SCHEMA {n} GRANT SELECT ON {t} TO alice", "DROP SCHEMA {s}, nothing", "DROP SCHEMA IF EXISTS nothing, {s} CASCADE", "ALTER SCHEMA {s} OWNER TO bob",
                        "CREATE SCHEMA pg_{n}", "CREATE SCHEMA {n} CREATE SEQUENCE s CREATE TABLE a (id integer DEFAULT 1) CREATE INDEX i ON a (id)").format(n=name, s=self.schema_name(), t=self.table(0).name)

    def several(self):
        """DROP of several things, of each kind."""
        word, name = self.relation()
        names = [name, *(other for kind, other in (self.relation() for _ in range(4)) if kind == word and other != name)][:2]
        return "DROP %s %s%s%s" % (word, self.exists(0.3), ", ".join([*names, "nothing"] if self.chance(0.15) else names), self.cascade(0.4))

    def message(self):
        return self.one("NOTIFY changes", "NOTIFY changes, 'x'", "LISTEN changes", "UNLISTEN changes", "UNLISTEN *", "DO $$ BEGIN RAISE NOTICE 'x'; END $$", "DO $$ BEGIN RAISE EXCEPTION 'x'; END $$", "DO $$ BEGIN ASSERT true; END $$",
                        "DO $$ BEGIN PERFORM pg_sleep(0); END $$", "DO $$ DECLARE n integer := 1; BEGIN IF n > 2 THEN RAISE EXCEPTION 'x'; END IF; END $$", "DO LANGUAGE plpgsql $$ BEGIN NULL; END $$", "DO LANGUAGE nothing $$ x $$")

    def cursor(self):
        table = self.table()
        return self.one("DECLARE %s CURSOR FOR SELECT * FROM %s", "DECLARE %s SCROLL CURSOR WITH HOLD FOR SELECT * FROM %s", "DECLARE %s CURSOR FOR SELECT 1 FROM %s FOR UPDATE") % (self.new("n"), table.name) if self.chance(0.7) else self.one(
            "FETCH 1 FROM nothing", "CLOSE nothing", "CLOSE ALL", "EXECUTE nothing", "MOVE NEXT IN nothing")

    def made_from(self):
        """Relations made by less common words."""
        table, other = self.table(), self.table()
        column, its = self.column(table), self.column(other)
        return self.one("CREATE TABLE {n} AS VALUES (1, 'a'), (2, 'b')", "SELECT * INTO {n} FROM {t}", "SELECT {c} INTO TEMP {n} FROM {t} WHERE false", "CREATE TABLE IF NOT EXISTS {t} AS SELECT 1 AS one", "CREATE TABLE {n} AS TABLE {t}",
                        "CREATE TABLE {n} (a, b) AS SELECT a.{c}, b.{i} FROM {t} a, {o} b", "CREATE RECURSIVE VIEW {n} (c) AS VALUES (1) UNION ALL SELECT c + 1 FROM {n} WHERE c < 3", "CREATE VIEW {n} AS VALUES (1)",
                        "CREATE VIEW {n} (c) AS SELECT {c} FROM {t} WITH CHECK OPTION", "CREATE VIEW {n} WITH (security_invoker = true) AS SELECT {c} FROM {t}", "CREATE VIEW {n} AS SELECT {c}, {c} FROM {t}", "CREATE TABLE {n} (LIKE {t}, LIKE {o})",
                        "CREATE TABLE {n} (LIKE {t} INCLUDING INDEXES INCLUDING CONSTRAINTS, extra integer)", "CREATE TEMP TABLE {n} (a integer) ON COMMIT DROP", "CREATE TEMP TABLE {n} ON COMMIT DELETE ROWS AS SELECT 1 AS a", "CREATE TABLE {n} ()",
                        "CREATE TABLE {n} (a integer, FOREIGN KEY (a) REFERENCES {n} (a), UNIQUE (a))", "CREATE TABLE {n} (a integer UNIQUE) PARTITION BY HASH (a)", "CREATE TABLE {n} (a integer, a text)", "CREATE TABLE {n} (a integer PRIMARY KEY, b integer PRIMARY KEY)",
                        "CREATE TABLE {n} (a {k}, b {t})", "CREATE TABLE {n} (a integer) USING heap", "CREATE TABLE {n} (a nothing_such)", "CREATE TABLE {n} (a integer) TABLESPACE ts1", "CREATE SEQUENCE {n} OWNED BY {t}.{c}", "CREATE SEQUENCE {n} AS smallint CACHE 5",
                        "CREATE TEMP SEQUENCE {n}", "CREATE MATERIALIZED VIEW IF NOT EXISTS {n} TABLESPACE ts1 AS SELECT {c} FROM {t} WITH NO DATA", "CREATE OR REPLACE TEMP VIEW {n} AS SELECT 1 AS a", "CREATE INDEX ON {t} (({c} IS NULL))",
                        "CREATE UNIQUE INDEX {n} ON {t} ({c}) WHERE {c} IS NOT NULL", "CREATE INDEX {n} ON {t} ({c} DESC NULLS LAST) WITH (fillfactor = 70) TABLESPACE ts1", "CREATE INDEX {n} ON {t} (nothing_such)", "CREATE INDEX {n} ON {t} (lower({c}::text))").format(
                            n=self.new("n"), t=table.name, o=other.name, c=column.name, i=its.name, k=self.schema.type()[0])

    def method(self):
        return self.one("CREATE ACCESS METHOD {n} TYPE TABLE HANDLER heap_tableam_handler", "CREATE ACCESS METHOD {n} TYPE INDEX HANDLER bthandler", "DROP ACCESS METHOD IF EXISTS nothing", "CREATE LANGUAGE {n} HANDLER plpgsql_call_handler",
                        "CREATE OR REPLACE LANGUAGE plpgsql", "DROP LANGUAGE IF EXISTS nothing", "CREATE TRANSFORM FOR integer LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal))", "CREATE STATISTICS {n} (mcv) ON {c}, id FROM {t}",
                        "DROP STATISTICS IF EXISTS nothing").format(n=self.new("n"), t=self.table(0).name, c=self.column(self.table()).name)

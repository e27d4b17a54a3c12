"""Changes of several files, each of which is harmless by itself: what the first makes, a later one sets off.

Those of trick_forms.py and trick_ways.py, a file for each of their statements, and some that are about files alone.
"""
import re

FILES_ALONE = {
    "search_path of the role": ["ALTER ROLE postgres SET search_path = archive", "CREATE TABLE items (id bigint)", "ALTER ROLE postgres RESET search_path", "DELETE FROM items"],
    "search_path of the database": ["ALTER DATABASE shop SET search_path = archive", "CREATE TABLE orders (id bigint)", "ALTER DATABASE shop RESET search_path", "TRUNCATE orders CASCADE"],
    "names that change places": ["ALTER TABLE items RENAME TO items_old", "CREATE TABLE items (LIKE items_old)", "ALTER TABLE items RENAME TO items_new; ALTER TABLE items_old RENAME TO items", "DROP TABLE items"],
    "names that change places, twice": ["CREATE TABLE fresh (LIKE audit)", "ALTER TABLE audit RENAME TO audit2", "ALTER TABLE fresh RENAME TO audit", "ALTER TABLE audit RENAME TO fresh", "DROP TABLE audit2"],
    "columns that change places": ["ALTER TABLE orders ADD COLUMN spare text", "ALTER TABLE orders RENAME COLUMN memo TO kept", "ALTER TABLE orders RENAME COLUMN spare TO memo", "ALTER TABLE orders DROP COLUMN kept"],
    "schemas that change places": ["CREATE SCHEMA attic", "ALTER SCHEMA archive RENAME TO old", "ALTER SCHEMA attic RENAME TO archive", "DROP SCHEMA old CASCADE"],
    "a table moved into a new schema": ["CREATE SCHEMA attic", "ALTER TABLE items SET SCHEMA attic", "DROP SCHEMA attic CASCADE"],
    "a list of keys": ["CREATE TABLE doomed (id bigint)", "INSERT INTO doomed SELECT id FROM orders", "DELETE FROM orders WHERE id IN (SELECT id FROM doomed)"],
    "a condition": ["CREATE FUNCTION old(bigint) RETURNS boolean LANGUAGE sql AS 'SELECT false'", "CREATE OR REPLACE FUNCTION old(bigint) RETURNS boolean LANGUAGE sql AS 'SELECT true'", "DELETE FROM orders WHERE old(id)"],
    "a function replaced": ["CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'SELECT 1'", "CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE sql AS 'DELETE FROM orders'", "SELECT f()"],
    "a function renamed": ["CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "CREATE FUNCTION g() RETURNS int LANGUAGE plpgsql AS 'BEGIN DELETE FROM orders; RETURN 1; END'", "ALTER FUNCTION f() RENAME TO h", "ALTER FUNCTION g() RENAME TO f", "SELECT f()"],
    "a trigger's function replaced": ["CREATE TABLE carrier (id int); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'", "CREATE TRIGGER t AFTER INSERT ON carrier FOR EACH ROW EXECUTE FUNCTION f()", "CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN DELETE FROM orders; RETURN NEW; END'", "INSERT INTO carrier VALUES (1)"],
    "a trigger that is switched on": ["CREATE TABLE carrier (id int); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN DELETE FROM orders; RETURN NEW; END'; CREATE TRIGGER t AFTER INSERT ON carrier FOR EACH ROW EXECUTE FUNCTION f(); ALTER TABLE carrier DISABLE TRIGGER t", "ALTER TABLE carrier ENABLE TRIGGER t", "INSERT INTO carrier VALUES (1)"],
    "a default": ["CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $$ BEGIN DELETE FROM orders; RETURN ''; END $$", "ALTER TABLE audit ALTER what SET DEFAULT f()", "INSERT INTO audit DEFAULT VALUES"],
    "a default of a domain": ["CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $$ BEGIN DELETE FROM orders; RETURN ''; END $$", "CREATE DOMAIN d AS text DEFAULT f()", "CREATE TABLE carrier (id int, what d)", "INSERT INTO carrier (id) VALUES (1)"],
    "a view replaced": ["CREATE VIEW v AS SELECT id FROM archive.old_orders WHERE false", "CREATE OR REPLACE VIEW v AS SELECT id FROM orders", "DELETE FROM v"],
    "an event trigger": ["CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN DELETE FROM public.orders; END'", "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f()", "CREATE TABLE carrier (id int)"],
    "a key of before": ["ALTER TABLE audit ADD COLUMN order_id bigint", "UPDATE audit SET order_id = 1 WHERE order_id IS NULL", "ALTER TABLE audit ADD FOREIGN KEY (order_id) REFERENCES orders ON DELETE CASCADE", "DELETE FROM orders WHERE id = 1"],
    "a parent of this change": ["CREATE TABLE base (id bigint NOT NULL, what text)", "ALTER TABLE archive.old_orders INHERIT base", "DROP TABLE base CASCADE"],
    "a parent's rows": ["CREATE TABLE base (id bigint NOT NULL, what text)", "ALTER TABLE archive.old_orders INHERIT base", "DELETE FROM base"],
    "an owner": ["CREATE ROLE temp", "ALTER TABLE archive.old_orders OWNER TO temp", "DROP OWNED BY temp CASCADE"],
    "a role": ["CREATE ROLE temp", "GRANT reader TO temp", "REASSIGN OWNED BY reader TO temp; DROP OWNED BY reader"],
    "a sequence": ["ALTER SEQUENCE invoice_numbers OWNED BY audit.id", "ALTER TABLE audit RENAME TO audit2", "DROP TABLE audit2"],
    "a type": ["CREATE TYPE state AS ENUM ('open', 'paid', 'sent', 'new')", "ALTER TABLE orders ALTER state DROP DEFAULT, ALTER state TYPE state USING state::state", "DROP TYPE state CASCADE"],
    "a partition": ["CREATE TABLE base (id bigint NOT NULL, what text) PARTITION BY RANGE (id)", "ALTER TABLE base ATTACH PARTITION archive.old_orders FOR VALUES FROM (0) TO (1000)", "DROP TABLE base"],
    "a copy that is not whole": ["CREATE TABLE audit2 (LIKE audit INCLUDING ALL)", "INSERT INTO audit2 SELECT * FROM audit WHERE id > 1", "DROP TABLE audit", "ALTER TABLE audit2 RENAME TO audit"],
    "row level security": ["CREATE POLICY none ON orders USING (false)", "ALTER TABLE orders ENABLE ROW LEVEL SECURITY"],
    "row level security, the last policy": ["CREATE POLICY more ON tickets FOR SELECT USING (tenant = current_user)", "DROP POLICY own_tickets ON tickets", "DROP POLICY more ON tickets"],
    "a rule": ["CREATE TABLE carrier (id int)", "CREATE RULE r AS ON INSERT TO carrier DO ALSO DELETE FROM orders", "INSERT INTO carrier VALUES (1)"],
    "an operator": ["CREATE FUNCTION f(int, int) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN DELETE FROM orders; RETURN true; END'", "CREATE OPERATOR ### (LEFTARG = int, RIGHTARG = int, FUNCTION = f)", "SELECT 1 ### 2"],
    "a cast": ["CREATE TYPE pair AS (a int, b int); CREATE FUNCTION f(pair) RETURNS int LANGUAGE plpgsql AS 'BEGIN DELETE FROM orders; RETURN 1; END'", "CREATE CAST (pair AS int) WITH FUNCTION f(pair)", "SELECT ROW(1, 2)::pair::int"],
    "a text that is run": ["CREATE TABLE todo (what text)", "INSERT INTO todo VALUES ('DELETE FROM orders')", "DO $$ DECLARE r record; BEGIN FOR r IN SELECT what FROM todo LOOP EXECUTE r.what; END LOOP; END $$"],
    "a materialized view": ["CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'BEGIN DELETE FROM public.orders; RETURN 1; END'", "CREATE MATERIALIZED VIEW m AS SELECT f() AS x WITH NO DATA", "REFRESH MATERIALIZED VIEW m"],
}

# What lasts for a session or a transaction is gone in the next file.
OF_THE_SESSION = re.compile(r"\b(BEGIN;|COMMIT|ROLLBACK|SAVEPOINT|TEMP|TEMPORARY|pg_temp|DECLARE c|PREPARE|LISTEN|ATOMIC)\b|^\s*SET |; SET |\\", re.I)
PART = re.compile(r"""'(?:[^'\\]|''|\\.)*'|"[^"]*"|(\$\w*\$).*?\1|--[^\n]*|/\*.*?\*/|;|.""", re.S)


def statements(sql):
    """Cut at the semicolons that stand in no literal, comment or body."""
    parts, last = [], ""
    for match in PART.finditer(sql):
        if match.group() == ";":
            parts.append(last.strip())
            last = ""
        else:
            last += match.group()
    return [part for part in [*parts, last.strip()] if part]


def in_files(sql):
    """A file for each statement; none where that makes no difference."""
    parts = [] if OF_THE_SESSION.search(sql) else statements(sql)
    return parts if 1 < len(parts) < 10 else []

\set ON_ERROR_STOP on
\set t 'orders'
\if :{?schema}
\else
  \set schema public
\endif
BEGIN;
\ir a.sql \\ SELECT 1;
CREATE TABLE :"schema".:t (a int, b text DEFAULT 'it''s', c text DEFAULT E'\'', "d e" int[]);
\if :fresh
COPY t (a, b) FROM stdin WITH (FORMAT csv);
1,x
\.
\elif false
\copy t from 'x.csv'
\endif
DO $do$ BEGIN EXECUTE $$ALTER TABLE t ADD c int$$; END $do$; /* a /* nested */ comment */ -- and one more
SELECT a[1:2], b::text, :'t' \gset p_
SELECT 'DROP TABLE ' || relname FROM pg_class \gexec
\c other
COMMIT;

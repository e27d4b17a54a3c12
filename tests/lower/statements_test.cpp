// What each statement becomes, apart from CREATE and ALTER TABLE.

#include <catch2/catch_test_macros.hpp>

#include "analyze/lower/action_text.h"
#include "analyze/lower/lower.h"

namespace pgfence {
namespace {

struct Case {
    const char* sql;
    const char* kind;
    const char* actions;
};

const Case kAlterAndDrop[] = {
    {"alter table p attach partition p1 for values from (1) to (2)", "ALTER TABLE",
     "Alter table p | AttachPartition relation=p1 bound=(1)..(2)"},
    {"alter table p detach partition p1 concurrently", "ALTER TABLE",
     "Alter table p | DetachPartition relation=p1 concurrently"},
    {"alter table p detach partition p1 finalize", "ALTER TABLE",
     "Alter table p | DetachPartitionFinalize relation=p1"},
    {"alter index i set tablespace ts", "ALTER INDEX", "Alter index i | SetTableSpace ts"},
    {"alter index i rename to k", "ALTER INDEX", "Rename index of index i -> k"},
    {"alter view v alter a set default 1", "ALTER VIEW", "Alter view v | ColumnDefault a expr=1 sql=<1>"},
    {"alter view v owner to bob", "ALTER VIEW", "Alter view v | ChangeOwner bob"},
    {"alter materialized view m set (x=1)", "ALTER MATERIALIZED VIEW",
     "Alter materialized_view m | SetRelOptions options=x values=1"},
    {"alter sequence s owner to bob", "ALTER SEQUENCE", "Alter sequence s | ChangeOwner bob"},
    {"alter foreign table f add column z int", "ALTER FOREIGN TABLE",
     "Alter foreign_table f | AddColumn z [z pg_catalog.int4<int>]"},
    {"alter type ct add attribute q int cascade, drop attribute w", "ALTER TYPE",
     "Alter type ct | AddColumn q [q pg_catalog.int4<int>] cascade | DropColumn w"},
    {"alter table t alter column a type \"Weird Type\"  collate \"C\"", "ALTER TABLE",
     "Alter table t | AlterColumnType a [a Weird Type<\"Weird Type\"> collate=C]"},
    {"alter table only (x.y) drop z", "ALTER TABLE", "Alter table x.y only | DropColumn z"},
    {"alter table t rename a to b", "ALTER TABLE", "Rename column of table t part=a -> b"},
    {"alter table if exists only t rename to u", "ALTER TABLE", "Rename table of table t -> u if_exists only"},
    {"alter table t rename constraint a to b", "ALTER TABLE", "Rename constraint of table t part=a -> b"},
    {"alter type ct rename attribute a to b", "ALTER TYPE", "Rename attribute of type ct part=a -> b"},
    {"alter type ct rename to d", "ALTER TYPE", "Rename type of type ct -> d"},
    {"alter trigger t on x rename to y", "ALTER TRIGGER", "Rename trigger of table x part=t -> y"},
    {"alter policy p on x rename to y", "ALTER POLICY", "Rename policy of table x part=p -> y"},
    {"alter rule r on x rename to y", "ALTER RULE", "Rename rule of table x part=r -> y"},
    {"alter schema a rename to b", "ALTER SCHEMA", "Rename schema of schema a -> b"},
    {"alter domain d rename to e", "ALTER DOMAIN", "Rename domain of domain d -> e"},
    {"alter domain d rename constraint a to b", "ALTER DOMAIN",
     "Rename domain_constraint of domain_constraint d part=a -> b"},
    {"alter function f(int) rename to g", "ALTER FUNCTION", "Rename function of function f -> g"},
    {"alter sequence s rename to t", "ALTER SEQUENCE", "Rename sequence of sequence s -> t"},
    {"alter role a rename to b", "ALTER ROLE",
     "Rename role of role a -> b; Unmodelled logins by the role's old name fail"},
    {"alter view v rename a to b", "ALTER VIEW", "Rename column of view v part=a -> b"},
    {"alter materialized view m rename to n", "ALTER MATERIALIZED VIEW",
     "Rename materialized_view of materialized_view m -> n"},
    {"alter database a rename to b", "ALTER DATABASE",
     "Rename database of database a -> b; Unmodelled connections by the database's old name fail"},
    {"alter table t set schema s", "ALTER TABLE", "SetSchema table t -> s"},
    {"alter function f(int) set schema s", "ALTER FUNCTION", "SetSchema function f -> s"},
    {"alter type x.t set schema s", "ALTER TYPE", "SetSchema type x.t -> s"},
    {"alter extension e set schema s", "ALTER EXTENSION", "SetSchema extension e -> s"},
    {"alter function f(int) owner to bob", "ALTER FUNCTION", "ChangeOwner function f -> bob"},
    {"alter schema s owner to session_user", "ALTER SCHEMA", "ChangeOwner schema s -> SESSION_USER"},
    {"alter type t owner to bob", "ALTER TYPE", "ChangeOwner type t -> bob"},
    {"drop table if exists a, b.c cascade", "DROP TABLE", "Drop table (a,b.c) if_exists cascade"},
    {"drop index concurrently i", "DROP INDEX", "Drop index (i) concurrently"},
    {"drop trigger t on a.b", "DROP TRIGGER", "Drop trigger (a.b) parts=t"},
    {"drop policy if exists p on x", "DROP POLICY", "Drop policy (x) parts=p if_exists"},
    {"drop rule r on x", "DROP RULE", "Drop rule (x) parts=r"},
    {"drop function f(int), g", "DROP FUNCTION", "Drop function (f,g)"},
    {"drop type t, \"U\"", "DROP TYPE", "Drop type (t,U)"},
    {"drop foreign data wrapper w", "DROP FOREIGN DATA WRAPPER", "Drop other (w)"},
    {"drop foreign data wrapper w cascade", "DROP FOREIGN DATA WRAPPER",
     "Unmodelled which servers and foreign tables are dropped with the wrapper is not kept"},
    {"drop schema a, b cascade", "DROP SCHEMA", "Drop schema (a,b) cascade"},
    {"drop extension e", "DROP EXTENSION", "Drop extension (e)"},
    {"drop cast (int as text)", "DROP CAST", "Drop cast (pg_catalog.int4)"},
    {"drop operator class oc using btree", "DROP OPERATOR CLASS", "Drop other (btree.oc)"},
    {"drop view v", "DROP VIEW", "Drop view (v)"},
    {"drop materialized view m", "DROP MATERIALIZED VIEW", "Drop materialized_view (m)"},
    {"drop sequence s", "DROP SEQUENCE", "Drop sequence (s)"},
    {"drop domain d", "DROP DOMAIN", "Drop domain (d)"},
    {"drop owned by bob", "DROP OWNED", "DropOwned bob"},
    {"drop role bob", "DROP ROLE", "Harmless; Unmodelled logins with the role fail, and its members lose its rights"},
    {"drop database d", "DROP DATABASE", "Drop database (d)"},
    {"drop publication p", "DROP PUBLICATION", "Drop publication (p)"},
    {"drop statistics st", "DROP STATISTICS", "Drop statistics (st)"},
    {"drop foreign table f", "DROP FOREIGN TABLE", "Drop foreign_table (f)"},
    {"drop aggregate a(int)", "DROP AGGREGATE", "Drop aggregate (a)"},
    {"drop operator = (int,int)", "DROP OPERATOR", "Drop operator (=)"},
};

const Case kQueries[] = {
    {"insert into a select * from b where x", "INSERT", "Dml insert (insert:a,read:b)"},
    {"insert into a values (1),(2)", "INSERT", "Dml insert (insert:a) values_only"},
    {"insert into a default values", "INSERT", "Dml insert (insert:a) values_only"},
    {"insert into a(x) values (1) on conflict (x) do update set y = (select max(z) from zz)", "INSERT",
     "Dml insert (insert:a,read:zz) calls(max/1) values_only set=y"},
    {"update only a set x = 1, (y,z) = (select 1,2 from q) from b where a.id = b.id", "UPDATE",
     "Dml update (update:only a,read:q,read:b) where set=x,y,z"},
    {"update a set x = 1", "UPDATE", "Dml update (update:a) set=x"},
    {"update a set x=1 where true", "UPDATE", "Dml update (update:a) where always_true set=x"},
    {"delete from a where 1=1", "DELETE", "Dml delete (delete:a) where always_true"},
    {"update a set x=1 where $1 and $2::bool", "UPDATE", "Dml update (update:a) where set=x"},
    {"delete from a where $1 or true", "DELETE", "Dml delete (delete:a) where always_true"},
    {"delete from a where $1 = $1", "DELETE", "Dml delete (delete:a) where always_true"},
    {"delete from a where id in (select id from a where (select count(*) from b) > 0)", "DELETE",
     "Dml delete (delete:a,read:a,read:b) calls(count/0) where always_true"},
    {"delete from a x where x.id in (select id from a where (select count(*) from a y where y.k = a.k) > 1)", "DELETE",
     "Dml delete (delete:a,read:a,read:a) calls(count/0) where"},
    {"delete from a where id in (select z.id from a z where exists (select from b where b.a = z.id))", "DELETE",
     "Dml delete (delete:a,read:a,read:b) where"},
    {"delete from a where id in (select z.id from a z where exists (select from a w where w.id = z.id))", "DELETE",
     "Dml delete (delete:a,read:a,read:a) where always_true"},
    {"delete from a where id in (select distinct on (k) id from a)", "DELETE", "Dml delete (delete:a,read:a) where"},
    {"delete from a where id in (select distinct on (id) id from a)", "DELETE",
     "Dml delete (delete:a,read:a) where always_true"},
    {"delete from a where id in (select distinct id from a)", "DELETE",
     "Dml delete (delete:a,read:a) where always_true"},
    {"delete from a using b", "DELETE", "Dml delete (delete:a,read:b)"},
    {"merge into t using s on t.id=s.id when matched then update set a=(select 1 from u) when not matched "
     "then insert values (1)",
     "MERGE", "Dml merge (merge:t,read:s,read:u); Dml update (update:t) where set=a merge_clause"},
    {"with d as (delete from old returning *), e as (select * from d) insert into new select * from e, pub.e", "INSERT",
     "Dml delete (delete:old); Dml insert (insert:new,read:pub.e)"},
    {"with recursive r as (select 1 from base union all select 2 from r) select * from r", "SELECT",
     "Dml select (read:base)"},
    {"with a as (select * from a) select * from a", "SELECT", "Dml select (read:a)"},
    {"select * from (with i as (select 1) select * from i) x, i", "SELECT", "Dml select (read:i)"},
    {"select * from a, b as bb join c on true, (select * from d) s, lateral (select * from e) u where exists "
     "(select 1 from f) for update of a, bb, s",
     "SELECT", "Dml select (lock_rows:a,lock_rows:b,read:c,lock_rows:d,read:e,read:f) where"},
    {"select * from a join b on true for share", "SELECT", "Dml select (lock_rows:a,lock_rows:b)"},
    {"copy t from stdin", "COPY", "Dml copy_from (insert:t)"},
    {"copy t(a) to '/x'", "COPY", "Dml copy_to (read:t); Unmodelled it writes a file of the server's machine"},
    {"copy (select * from a, f(b.c)) to stdout", "COPY", "Dml copy_to (read:a) calls(f/1)"},
    {"explain select * from a", "EXPLAIN", "Dml select planned (read:a)"},
    {"explain analyze update a set x=1", "EXPLAIN", "Dml update (update:a) set=x"},
    {"explain (analyze false) delete from a", "EXPLAIN", "Dml delete planned (delete:a)"},
    {"explain (analyze) create table x as select 1", "EXPLAIN", "CreateTableAs x ()"},
    {"declare c cursor for select * from t", "DECLARE CURSOR", "Dml select (read:t)"},
    {"fetch c", "FETCH", "Harmless"},
    {"create event trigger e on ddl_command_end when tag in ('create table') execute function f()",
     "CREATE EVENT TRIGGER", "CreateEventTrigger e on ddl_command_end calls f tags=CREATE TABLE"},
    {"alter event trigger e disable", "ALTER EVENT TRIGGER", "AlterEventTrigger e"},
    {"alter event trigger e enable always", "ALTER EVENT TRIGGER", "AlterEventTrigger e enabled"},
    {"prepare p as select 1", "PREPARE", "Dml select parsed (); Prepare p"},
    {"execute p(1)", "EXECUTE", "Execute p ()"},
};

const Case kSession[] = {
    {"set lock_timeout = '5s'", "SET", "Set lock_timeout=5s"},
    {"set local statement_timeout to 1000", "SET", "Set local statement_timeout=1000"},
    {"set search_path to a, \"B\", public", "SET", "Set search_path=a|B|public"},
    {"reset lock_timeout", "RESET", "Reset lock_timeout="},
    {"reset all", "RESET", "ResetAll ="},
    {"set x.y = default", "SET", "Set x.y="},
    {"set transaction isolation level serializable", "SET", "Harmless"},
    {"set session authorization bob", "SET", "Set session_authorization=bob"},
    {"set session characteristics as transaction read only", "SET", "Harmless"},
    {"set time zone 'utc'", "SET", "Set timezone=utc"},
    {"set role bob", "SET", "Set role=bob"},
    {"set timezone to default", "SET", "Set timezone="},
    {"set local lock_timeout = 10", "SET", "Set local lock_timeout=10"},
    {"set enable_seqscan = off", "SET", "Set enable_seqscan=off"},
    {"set work_mem = 1.5", "SET", "Set work_mem=1.5"},
    {"select pg_catalog.set_config('search_path', '', false)", "SELECT", "Set search_path="},
    {"select set_config('lock_timeout','5s',true), set_config('x','y',false)", "SELECT",
     "Set local lock_timeout=5s; Set x=y"},
    {"select set_config('a', b, true)", "SELECT", "Dml select () calls(set_config/3)"},
    {"begin", "BEGIN", "Transaction begin"},
    {"start transaction isolation level serializable", "START TRANSACTION", "Transaction begin"},
    {"commit and chain", "COMMIT", "Transaction commit chain"},
    {"end", "COMMIT", "Transaction commit"},
    {"rollback", "ROLLBACK", "Transaction rollback"},
    {"abort", "ROLLBACK", "Transaction rollback"},
    {"savepoint s", "SAVEPOINT", "Transaction savepoint savepoint=s"},
    {"release s", "RELEASE", "Transaction release savepoint=s"},
    {"rollback to savepoint s", "ROLLBACK", "Transaction rollback_to savepoint=s"},
    {"prepare transaction 'x'", "PREPARE TRANSACTION", "Transaction prepare"},
    {"commit prepared 'x'", "COMMIT PREPARED", "Transaction commit_prepared"},
    {"rollback prepared 'x'", "ROLLBACK PREPARED", "Transaction rollback_prepared"},
};

const Case kOthers[] = {
    {"create trigger t after insert or update of a, b on s.t for each row execute function f.g()", "CREATE TRIGGER",
     "CreateTrigger t on s.t f.g row columns=a,b"},
    {"create policy p on t using (owner = current_user) with check (exists (select 1 from m))", "CREATE POLICY",
     "CreatePolicy p on t (read:m) where"},
    {"create policy p on t using (not true)", "CREATE POLICY", "CreatePolicy p on t () where no_row"},
    {"create policy p on t using (1 = 0 and a > 1)", "CREATE POLICY", "CreatePolicy p on t () where no_row"},
    {"create policy p on t using (exists (select a from m where null))", "CREATE POLICY",
     "CreatePolicy p on t (read:m) where no_row"},
    {"create policy p on t using (exists (select count(*) from m where false))", "CREATE POLICY",
     "CreatePolicy p on t (read:m) calls(count/0) where"},
    {"alter policy p on t to bob", "ALTER POLICY", "AlterPolicy p on t ()"},
    {"create rule r as on insert to t where new.x do instead (insert into u values (new.*); notify foo; "
     "delete from w)",
     "CREATE RULE", "CreateRule r on t (insert:u,delete:w) where"},
    {"create statistics if not exists s.st (ndistinct) on a, (b+1) from t", "CREATE STATISTICS",
     "CreateStatistics s.st on (t) columns=a if_not_exists"},
    {"create publication p for table a, b where (x>1)", "CREATE PUBLICATION", "CreatePublication p (a,b)"},
    {"create publication q for all tables", "CREATE PUBLICATION", "CreatePublication q () all"},
    {"alter publication p add table c", "ALTER PUBLICATION", "AddToPublication p (c)"},
    {"alter publication p set table only c", "ALTER PUBLICATION", "SetPublication p (only c)"},
    {"alter publication p drop table c", "ALTER PUBLICATION", "DropFromPublication p (c)"},
    {"create publication z for tables in schema s", "CREATE PUBLICATION", "CreatePublication z ()"},
    {"create subscription s connection 'x' publication p", "CREATE SUBSCRIPTION",
     "NotInTransaction; Unmodelled rows of another server are copied into the tables of this one"},
    {"alter subscription s disable", "ALTER SUBSCRIPTION",
     "Harmless; Unmodelled it changes which rows of another server come into the tables of this one"},
    {"alter subscription s refresh publication", "ALTER SUBSCRIPTION",
     "NotInTransaction; Unmodelled it changes which rows of another server come into the tables of this one"},
    {"drop subscription s", "DROP SUBSCRIPTION",
     "NotInTransaction; Unmodelled rows of another server no longer come into the tables of this one"},
    {"create sequence if not exists s.q start 5 owned by a.b.c", "CREATE SEQUENCE",
     "CreateSequence s.q if_not_exists owner=a.b column=c"},
    {"alter sequence q owned by none", "ALTER SEQUENCE", "AlterSequence q owned_by_none"},
    {"alter sequence if exists q restart with 5", "ALTER SEQUENCE", "AlterSequence q if_exists restart"},
    {"create type e as enum ('a','b')", "CREATE TYPE", "CreateEnum e (a,b)"},
    {"alter type s.e add value if not exists 'c' after 'b'", "ALTER TYPE", "AlterEnum s.e new=c after=b if_not_exists"},
    {"alter type e rename value 'a' to 'z'", "ALTER TYPE", "AlterEnum e new=z old=a"},
    {"create type ct as (a int, b text collate \"C\")", "CREATE TYPE",
     "CreateComposite ct (a pg_catalog.int4<int>,b text<text> collate=C)"},
    {"create type r as range (subtype=int4)", "CREATE TYPE", "CreateOtherType r"},
    {"create type sh", "CREATE TYPE", "CreateOtherType sh"},
    {"create domain d as varchar(5) collate \"C\" default 'x' not null constraint ck check (value ~ '^a') "
     "check (length(value)>1)",
     "CREATE DOMAIN",
     "CreateDomain d pg_catalog.varchar(5) collate=C {default expr='x' sql=<'x'>} {not_null} {check name=ck "
     "expr=[~](value,'^a') sql=<value ~ '^a'>} {check expr=[>](length(value),1) sql=<length(value)>1>}"},
    {"alter domain d add constraint c check (value > 1) not valid", "ALTER DOMAIN",
     "AlterDomain d add name=c {check name=c expr=[>](value,1) sql=<value > 1> not_valid}"},
    {"alter domain d set default 1+2", "ALTER DOMAIN", "AlterDomain d set_default {default expr=[+](1,2) sql=<1+2>}"},
    {"alter domain d drop default", "ALTER DOMAIN", "AlterDomain d set_default"},
    {"alter domain d set not null", "ALTER DOMAIN", "AlterDomain d set_not_null"},
    {"alter domain d drop constraint if exists x cascade", "ALTER DOMAIN",
     "AlterDomain d drop name=x cascade missing_ok"},
    {"alter domain d validate constraint x", "ALTER DOMAIN", "AlterDomain d validate name=x"},
    {"create or replace function s.f(a int, out b int, c text default 'x') returns int language plpgsql "
     "stable security definer set lock_timeout = '1s' set search_path from current as $body$ begin return 1; "
     "end $body$",
     "CREATE FUNCTION",
     "CreateFunction s.f/2 or_replace definer s plpgsql < begin return 1; end >@184 "
     "set=lock_timeout,search_path"},
    {"create function g() returns int language sql immutable as 'select ''1'''", "CREATE FUNCTION",
     "CreateFunction g/0 i sql <select '1'>@-1"},
    {"create function h() returns int as 'select 1' language sql", "CREATE FUNCTION",
     "CreateFunction h/0 v sql <select 1>@36"},
    {"create procedure p() begin atomic insert into a values (1); select case when true then 1 end; end",
     "CREATE PROCEDURE",
     "CreateFunction p/0 procedure v sql <insert into a values (1); select case when true then 1 end>@34"},
    {"create function k(a int) returns int return a + 1", "CREATE FUNCTION",
     "CreateFunction k/1 v sql <return a + 1>@37"},
    {"create function c() returns int as 'lib', 'sym' language c", "CREATE FUNCTION",
     "CreateFunction c/0 v c <lib>@36; Unmodelled the server loads a library, and what a function in C does is not "
     "known"},
    {"do $$ begin perform 1; end $$", "DO", "Do plpgsql < begin perform 1; end >@5"},
    {"do language plpgsql 'begin end'", "DO", "Do plpgsql <begin end>@21"},
    {"call s.p(1,2)", "CALL", "Call s.p/2"},
    {"create schema if not exists s", "CREATE SCHEMA", "CreateSchema s if_not_exists"},
    {"create schema s2 authorization bob create table t (a int) create view v as select 1 create index i on "
     "t(a) create sequence q grant select on t to bob",
     "CREATE SCHEMA",
     "CreateSchema s2; CreateSequence s2.q; CreateTable s2.t (a pg_catalog.int4<int>); CreateView s2.v (); "
     "CreateIndex i on s2.t btree(a); Grant table (s2.t) select -> bob"},
    {"create schema s3 create view v as select from t, u create table t () inherits (p) create table p ()",
     "CREATE SCHEMA",
     "CreateSchema s3; CreateTable s3.t inherits(p); CreateTable s3.p; CreateView s3.v (read:s3.t,read:u)"},
    {"create schema authorization bob", "CREATE SCHEMA", "CreateSchema bob"},
    {"create extension pgcrypto version '1.3'", "CREATE EXTENSION", "CreateExtension pgcrypto version=1.3"},
    {"create extension if not exists pgcrypto with schema s", "CREATE EXTENSION",
     "CreateExtension pgcrypto schema=s if_not_exists"},
    {"comment on table t is 'x'", "COMMENT", "Comment table t"},
    {"comment on column s.t.c is 'x'", "COMMENT", "Comment column s.t part=c"},
    {"comment on constraint c on t is null", "COMMENT", "Comment constraint t part=c"},
    {"comment on function f(int) is 'x'", "COMMENT", "Comment function f"},
    {"comment on constraint c on domain d is 'x'", "COMMENT", "Comment domain_constraint d part=c"},
    {"comment on schema s is 'x'", "COMMENT", "Comment schema s"},
    {"comment on type t is 'q'", "COMMENT", "Comment type t"},
    {"grant select, update(a) on t, u to bob, public", "GRANT", "Grant table (t,u) select,update -> bob,PUBLIC"},
    {"revoke all on all tables in schema s from bob", "REVOKE", "Revoke schema (s) all -> bob"},
    {"grant usage on schema s to bob", "GRANT", "Grant schema (s) usage -> bob"},
    {"grant a to b", "GRANT ROLE", "Harmless"},
    {"grant execute on function f(int) to bob", "GRANT", "Grant function (f) execute -> bob"},
    {"alter default privileges in schema s grant select on tables to bob", "ALTER DEFAULT PRIVILEGES",
     "DefaultPrivileges in=s Grant table () select -> bob"},
    {"alter default privileges for role a, b revoke all on sequences from public", "ALTER DEFAULT PRIVILEGES",
     "DefaultPrivileges of=a,b Revoke sequence () all -> PUBLIC"},
    {"create database d", "CREATE DATABASE", "NotInTransaction"},
    {"drop database d", "DROP DATABASE", "Drop database (d)"},
    {"create tablespace t location '/x'", "CREATE TABLESPACE", "NotInTransaction"},
    {"alter system set x = 1", "ALTER SYSTEM",
     "NotInTransaction; Unmodelled it changes x for the whole server, and so what running code gets"},
    {"create role x", "CREATE ROLE", "Harmless"},
    {"alter role x set y=1", "ALTER ROLE",
     "Harmless; Unmodelled it changes y for new sessions of a role, and so what running code gets"},
    {"show all", "SHOW", "Harmless"},
    {"listen x", "LISTEN", "Harmless"},
    {"notify x, 'y'", "NOTIFY", "Harmless"},
    {"discard all", "DISCARD ALL",
     "NotInTransaction; Reset session_authorization=; ResetAll =; Deallocate all; DiscardTemporary"},
    {"discard temp", "DISCARD TEMP", "DiscardTemporary"},
    {"deallocate all", "DEALLOCATE ALL", "Deallocate all"},
    {"checkpoint", "CHECKPOINT", "Harmless"},
    {"load 'x'", "LOAD", "Harmless; Unmodelled LOAD runs code of a library in the server"},
    {"security label on table t is 'x'", "SECURITY LABEL", "Unmodelled no model of SECURITY LABEL"},
    {"alter extension e update", "ALTER EXTENSION", "Unmodelled ALTER EXTENSION runs the extension's update script"},
    {"reassign owned by a to b", "REASSIGN OWNED", "ReassignOwned a to=b"},
    {"import foreign schema x from server y into z", "IMPORT FOREIGN SCHEMA",
     "Unmodelled IMPORT FOREIGN SCHEMA creates tables that the other server names"},
    {"alter table all in tablespace a set tablespace b", "ALTER TABLE",
     "Alter table ALL IN TABLESPACE a | SetTableSpace b; Unmodelled it moves every relation of a tablespace, "
     "whichever there are"},
    {"set constraints all deferred", "SET CONSTRAINTS", "Harmless"},
    {"create aggregate a(int) (sfunc=x, stype=int)", "CREATE AGGREGATE", "CreateAggregate a/1 (x)"},
    {"create operator === (leftarg=int, function=x)", "CREATE OPERATOR", "CreateOperator === x(pg_catalog.int4,)"},
    {"create collation c (locale='x')", "CREATE COLLATION", "CreateCollation c"},
    {"create collation s.c (provider=icu, locale='und', deterministic=false)", "CREATE COLLATION",
     "CreateCollation s.c nondeterministic"},
    {"create cast (a as b) without function", "CREATE CAST", "Harmless"},
    {"alter function f(int) stable", "ALTER FUNCTION", "Harmless"},
    {"alter database d set x=1", "ALTER DATABASE",
     "Harmless; Unmodelled it changes x for new sessions of a database, and so what running code gets"},
    {"alter database d set tablespace x", "ALTER DATABASE",
     "NotInTransaction; Unmodelled it changes who may connect to a database, or where it is stored"},
    {"create event trigger e on ddl_command_start execute function f()", "CREATE EVENT TRIGGER",
     "CreateEventTrigger e on ddl_command_start calls f"},
    {"create text search configuration c (copy=x)", "CREATE TEXT SEARCH CONFIGURATION", "Harmless"},
    {"alter index i depends on extension e", "ALTER INDEX", "Unmodelled no model of ALTER INDEX"},
    {"create language plpgsql", "CREATE EXTENSION", "CreateExtension plpgsql"},
    {"create server s foreign data wrapper w", "CREATE SERVER", "Harmless"},
    {"alter statistics s set statistics 5", "ALTER STATISTICS", "Harmless"},
    {"select nullif(a,1), a not in (1,2), b between 1 and 2, c is distinct from 3, d = any(array[1,2]), e "
     "like 'x%', f::text collate \"C\", -1, row(1,2), case when a then 1 else 2 end, greatest(1,2), "
     "current_timestamp(3), $1, not x, a[1], (x).*, f(a => 1), count(*), g is not true, extract(epoch from "
     "now()), json_object('a': 1), xmlelement(name foo), grouping(a), null, true, b'101', 1.5, x at time "
     "zone 'utc', interval '1' year",
     "SELECT", "Dml select () calls(f/1,count/0,pg_catalog.extract/2,now/0,pg_catalog.timezone/2)"},
    {"alter table t alter a set default (case when nullif(a,1) in (1,2) then row(1,-2.5) else array[b'1'] "
     "end)[1] is not unknown and not true or exists(select 1) and x = any(array[1]) and count(*) > $1 and "
     "current_date < 'x'::timestamp(3) and json_object('a': z) is null and f(a => 1) like 'x' collate \"C\"",
     "ALTER TABLE",
     "Alter table t | ColumnDefault a expr=or(and({IS NOT "
     "UNKNOWN}(other(CASE([IN=](NULLIF(a,1),1,2),ROW(1,-2.5),ARRAY"
     "(b1)),other(1))),not(true)),and(subquery,[ANY=](x,ARRAY(1)),"
     "[>](count(*),$1),[<](CURRENT_DATE,pg_catalog.timestamp(3)::("
     "'x')),is_null(other(other('a',other(z,other())))),[LIKE~~](f(1),collate C('x')))) sql=<(case when "
     "nullif(a,1) in (1,2) then row(1,-2.5) else array[b'1'] end)[1] is not unknown and not true or "
     "exists(select 1) and x = any(array[1]) and count(*) > $1 and current_date < 'x'::timestamp(3) and "
     "json_object('a': z) is null and f(a => 1) like 'x' collate \"C\">"},
};

void check(const Case& c) {
    INFO(c.sql);
    const auto lowered = lower(c.sql);
    REQUIRE(lowered.errors.empty());
    REQUIRE(lowered.statements.size() == 1);
    CHECK(lowered.statements[0].kind == c.kind);
    CHECK(in_one_line(lowered.statements[0].actions) == c.actions);
}

TEST_CASE("what is altered, renamed and dropped") {
    for (const auto& c : kAlterAndDrop) check(c);
}

TEST_CASE("relations of queries, CTE names left out") {
    for (const auto& c : kQueries) check(c);
}

TEST_CASE("transactions and settings") {
    for (const auto& c : kSession) check(c);
}

TEST_CASE("triggers, policies, types, functions, what is harmless and what is not read") {
    for (const auto& c : kOthers) check(c);
}

TEST_CASE("a function's body is found where it stands, or not at all") {
    const std::string sql =
        "DO $x$\nBEGIN NULL; END $x$; DO 'a''b'; CREATE FUNCTION f() RETURNS int AS E'x\\ny' LANGUAGE sql;"
        "CREATE FUNCTION g() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; END";
    const auto lowered = lower(sql);
    REQUIRE(lowered.statements.size() == 4);
    const auto& block = std::get<DoBlock>(lowered.statements[0].actions.at(0));
    CHECK(sql.substr(static_cast<std::size_t>(block.body_location), block.body.size()) == block.body);
    CHECK(std::get<DoBlock>(lowered.statements[1].actions.at(0)).body_location == -1);
    CHECK(std::get<CreateFunction>(lowered.statements[2].actions.at(0)).body == "x\ny");
    CHECK(std::get<CreateFunction>(lowered.statements[2].actions.at(0)).body_location == -1);
    const auto& atomic = std::get<CreateFunction>(lowered.statements[3].actions.at(0));
    CHECK(sql.substr(static_cast<std::size_t>(atomic.body_location), atomic.body.size()) == atomic.body);
    CHECK(lower(atomic.body).statements.size() == 2);
}

}  // namespace
}  // namespace pgfence

CREATE INDEX CONCURRENTLY "index_users_on_name" ON "users" ("name")
;
CREATE INDEX CONCURRENTLY "index_users_on_email" ON "users" ("email")
;
CREATE INDEX CONCURRENTLY "index_orders_on_code" ON "orders" ("code")
;
DROP INDEX CONCURRENTLY "index_users_on_age"
;
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$

;
UPDATE users SET name = 'x' WHERE name IS NULL
;
ALTER TABLE "users" ADD "helper" integer
;
ALTER TABLE "orders" ADD "helper" bigint
;
INSERT INTO t VALUES ('a', 0)
;
INSERT INTO t VALUES ('b', 1)
;
DELETE FROM sessions WHERE user_id IS NULL
;
SELECT 1
;
SELECT 0
;
SELECT 1
;

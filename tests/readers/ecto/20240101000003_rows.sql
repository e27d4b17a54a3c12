SET lock_timeout TO '5s'
;
CREATE FUNCTION one() RETURNS int AS $$
  SELECT 1;
$$ LANGUAGE sql

;
SELECT one()
;
INSERT INTO users (name) VALUES ('x')
;
CREATE INDEX CONCURRENTLY "users_email_index" ON "users" ("email")
;
UPDATE "users" AS u0 SET "active" = $1, "age" = u0."age" + $2
;
DELETE FROM "users" AS u0 WHERE ((u0."age" < $1) AND NOT (u0."seen_at" IS NULL)) AND (lower(u0."email") = 'a')
;
UPDATE "orders" AS o0 SET "state" = 'done', "number" = coalesce(o0."number", 0) WHERE (o0."state" IN ('new','open') OR (o0."note" LIKE 'a%'))
;
INSERT INTO "users" ("age","name") VALUES ($1,$2),(DEFAULT,$3) ON CONFLICT DO NOTHING
;

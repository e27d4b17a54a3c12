CREATE TABLE "users" ("id" bigserial primary key, "name" character varying DEFAULT 'nobody' NOT NULL, "email" character varying(80), "about" text, "age" integer, "score" bigint DEFAULT 0 NOT NULL, "points" bigint, "balance" decimal(10,2) DEFAULT 0.0, "admin" boolean DEFAULT FALSE NOT NULL, "seen_at" timestamp, "born" date, "joined" date, "settings" jsonb DEFAULT '{}' NOT NULL, "tags" character varying[] DEFAULT '{}', "token" uuid DEFAULT gen_random_uuid(), "ip" inet, "org_id" bigint NOT NULL, "owner_type" character varying, "owner_id" bigint, "team_id" uuid, "kind" smallint, "created_at" timestamp(6) NOT NULL, "updated_at" timestamp(6) NOT NULL, CONSTRAINT "fk_rails_e73753bccb"
FOREIGN KEY ("org_id")
  REFERENCES "orgs" ("id")
, CONSTRAINT "fk_rails_b2bbf87303"
FOREIGN KEY ("team_id")
  REFERENCES "groups" ("id")
 ON DELETE CASCADE, CONSTRAINT age_positive CHECK (age > 0))
;
CREATE UNIQUE INDEX "index_users_on_email" ON "users" ("email")
;
CREATE INDEX "index_users_on_org_id" ON "users" ("org_id")
;
CREATE INDEX "index_users_on_owner" ON "users" ("owner_type", "owner_id")
;
CREATE INDEX "by_name" ON "users" ("name", "age")
;
CREATE INDEX "by_email" ON "users" (lower(email))
;
COMMENT ON COLUMN "users"."about" IS 'what they say'
;
DROP TABLE IF EXISTS "sessions" CASCADE
;
CREATE TABLE "sessions" ("id" uuid DEFAULT gen_random_uuid() NOT NULL PRIMARY KEY, "data" bytea)
;
COMMENT ON TABLE "sessions" IS 'who is here'
;
CREATE TABLE "settings" ("key" character varying, "value" float, CONSTRAINT "fk_rails_5676777bf1"
FOREIGN KEY ("user_id")
  REFERENCES "users" ("id")
)
;
CREATE TABLE "pairs" ("a" integer, "b" integer, PRIMARY KEY ("a", "b"))
;
CREATE TABLE IF NOT EXISTS "codes" ("code" bigserial primary key, "n" integer)
;
CREATE TABLE "numbers" ("id" serial NOT NULL PRIMARY KEY)
;
CREATE TABLE "roles_users" ("user_id" bigint NOT NULL, "role_id" bigint NOT NULL)
;
CREATE INDEX "index_roles_users_on_user_id" ON "roles_users" ("user_id")
;
CREATE TABLE "admins" ("admin_user_id" bigint NOT NULL, "admin_role_id" bigint NOT NULL)
;
DROP TABLE "old_users"
;
DROP TABLE IF EXISTS "older_users" CASCADE
;
DROP TABLE "cats_dogs"
;

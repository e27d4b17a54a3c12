ALTER TABLE "users" ADD "before" text
;
ALTER TABLE "users" ADD "maybe_not" text
;
DROP INDEX  "index_users_on_maybe"
;
ALTER TABLE "users" DROP COLUMN "maybe"
;
DROP TABLE "maybe"
;
CREATE EXTENSION IF NOT EXISTS "citext"
;
DROP EXTENSION IF EXISTS "pgcrypto" CASCADE
;
ALTER TABLE "users" ADD CONSTRAINT old CHECK (age > 2)
;
ALTER TABLE "users" DROP CONSTRAINT "adult"
;
ALTER TABLE "users" ADD CONSTRAINT "fk_rails_f40b3f4da6"
FOREIGN KEY ("group_id")
  REFERENCES "groups" ("id")

;
ALTER TABLE "users" DROP CONSTRAINT "fk_rails_b2bbf87303"
;
ALTER TABLE "users" ADD "city_id" bigint
;
CREATE INDEX "index_users_on_city_id" ON "users" ("city_id")
;
ALTER TABLE "users" DROP CONSTRAINT "fk_rails_a622b365a2"
;
ALTER TABLE "users" DROP COLUMN "shop_id"
;
ALTER TABLE "users" ADD "created_at" timestamp(6) NOT NULL
;
ALTER TABLE "users" ADD "updated_at" timestamp(6) NOT NULL
;
ALTER TABLE "stores" DROP COLUMN "updated_at"
;
ALTER TABLE "stores" DROP COLUMN "created_at"
;
ALTER TABLE "users" ADD "c" text
;
ALTER TABLE "users" ADD "d" text
;
ALTER TABLE "users" ADD "was" integer NOT NULL
;
CREATE INDEX "other" ON "users" ("a", "c")
;
CREATE INDEX "index_users_on_name" ON "users" ("name")
;
DROP INDEX  "both"
;
DROP INDEX  "index_users_on_email"
;
COMMENT ON TABLE "users" IS NULL
;
COMMENT ON COLUMN "users"."rank" IS 'low'
;
ALTER TABLE "users" ALTER COLUMN "rank" SET DEFAULT 'a'
;
ALTER TABLE "users" ALTER COLUMN "rank" DROP NOT NULL
;
ALTER INDEX "new_name" RENAME TO "old_name"
;
ALTER TABLE "users" RENAME COLUMN "title" TO "name"
;
ALTER TABLE "stores" RENAME TO "shops"
;
ALTER TABLE "users" DROP COLUMN "two"
;
ALTER TABLE "users" DROP COLUMN "one"
;
ALTER TABLE "users" DROP COLUMN "said"
;
SELECT 'down'
;
ALTER TABLE "users" ALTER COLUMN "v" DROP NOT NULL
;
ALTER TABLE "users" ALTER COLUMN "v" SET DEFAULT 1
;
ALTER TABLE "users" ADD "w" integer
;
DROP INDEX  "index_users_on_z"
;
ALTER TABLE "users" RENAME COLUMN "y" TO "x"
;
ALTER TABLE "users" DROP COLUMN "updated_at"
;
ALTER TABLE "users" DROP COLUMN "created_at"
;
ALTER TABLE "users" DROP COLUMN "team_id"
;
ALTER TABLE "users" DROP COLUMN "b"
;
ALTER TABLE "users" DROP COLUMN "a"
;
DROP TABLE "roles_users"
;
CREATE TABLE "gone" ("id" bigserial primary key, "n" integer)
;
CREATE INDEX "index_gone_on_n" ON "gone" ("n")
;
DROP TABLE "old"
;
ALTER TABLE "users" DROP COLUMN "nick"
;
ALTER TABLE "users" ADD "after" text
;
ALTER TABLE "users" DROP COLUMN "first"
;

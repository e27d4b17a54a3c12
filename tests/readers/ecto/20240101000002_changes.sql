ALTER TABLE "users" ADD COLUMN "note" text, ADD COLUMN IF NOT EXISTS "age" integer NULL, ADD COLUMN "team_id" bigint, ADD CONSTRAINT "users_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "teams"("id") MATCH FULL ON DELETE SET NULL ("team_id"), ALTER COLUMN "name" TYPE text, ALTER COLUMN "name" DROP NOT NULL, ALTER COLUMN "name" SET DEFAULT NULL, DROP CONSTRAINT "old_key", ALTER COLUMN "manager_id" TYPE bigint, ADD CONSTRAINT "users_manager_id_fkey" FOREIGN KEY ("manager_id") REFERENCES "users"("id"), ALTER COLUMN "email" TYPE varchar(255) COLLATE "C", DROP COLUMN "token", DROP COLUMN "tags", DROP COLUMN IF EXISTS "limits", DROP CONSTRAINT "users_boss_id_fkey", DROP COLUMN "boss_id", ADD COLUMN "inserted_at" timestamp(0) NOT NULL, ADD COLUMN "updated_at" timestamp(0) NOT NULL
;
ALTER TABLE "users" RENAME "note" TO "remark"
;
ALTER TABLE "logs"."counters" RENAME TO "counts"
;
ALTER INDEX "orders_user_id_index" RENAME TO "orders_by_user"
;
DROP INDEX CONCURRENTLY "users_name_index"
;
DROP INDEX IF EXISTS "public"."orders_number_index" CASCADE
;
ALTER TABLE "users" DROP CONSTRAINT "balance_is_positive"
;
ALTER TABLE "orders" DROP CONSTRAINT IF EXISTS "no_overlap" CASCADE
;
DROP TABLE IF EXISTS "logs"."seen"
;
DROP TABLE "counts" CASCADE
;
ALTER TABLE "users" ADD COLUMN "version" integer DEFAULT 1 NOT NULL
;
ALTER TABLE "orders" ADD COLUMN "version" integer DEFAULT 1 NOT NULL
;
CREATE INDEX "a_b_index" ON "a" ("b")
;
CREATE INDEX "c_d_index" ON "c" ("d")
;
ALTER TABLE "x" RENAME TO "x_1"
;
ALTER TABLE "y" RENAME TO "y_2"
;
SELECT 'up'
;

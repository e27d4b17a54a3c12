ALTER TABLE "readers" ADD COLUMN "street" text DEFAULT '' NOT NULL, ADD COLUMN IF NOT EXISTS "zip" text, DROP COLUMN "nick" CASCADE, ALTER COLUMN "age" TYPE bigint, ALTER COLUMN "notes" TYPE jsonb USING CAST("notes" AS jsonb), ALTER COLUMN "code" TYPE text USING btrim(code), ALTER COLUMN "age" SET DEFAULT NULL, ALTER COLUMN "born" SET NOT NULL, ALTER COLUMN "email" DROP NOT NULL, ALTER COLUMN "hits" SET NOT NULL, ADD CONSTRAINT "has_zip" CHECK ("zip" IS NOT NULL) NOT VALID, ADD CONSTRAINT "short" CHECK (length(street) < 200), ADD CONSTRAINT "readers_age" FOREIGN KEY ("age") REFERENCES "ages" NOT VALID, ADD CONSTRAINT "one_zip" UNIQUE USING INDEX "zip_index", VALIDATE CONSTRAINT "has_zip", DROP CONSTRAINT "named" CASCADE
;
ALTER TABLE "archive"."loans" RENAME COLUMN "place" TO "spot"
;
ALTER TABLE "archive"."loans" ADD COLUMN "room_id" integer CONSTRAINT "loans_room" REFERENCES "rooms"
;
CREATE INDEX CONCURRENTLY IF NOT EXISTS "archive_loans_spot_index" ON "archive"."loans" ("spot")
;
DROP INDEX CONCURRENTLY "archive"."archive_loans_shelf_index"
;
ALTER TABLE "archive"."loans" ADD COLUMN "note" text
;
CREATE INDEX "archive_loans_note_index" ON "archive"."loans" ("note")
;
ALTER TABLE "archive"."loans" DROP CONSTRAINT "loans_places"
;
ALTER TABLE "archive"."loans" RENAME CONSTRAINT "one_loan_a_place" TO "single_loan"
;
ALTER TABLE "archive"."loans" ALTER CONSTRAINT "loans_room" DEFERRABLE INITIALLY IMMEDIATE, ADD CONSTRAINT "one_spot" EXCLUDE USING gist ("spot" WITH =)
;
ALTER TABLE "readers" ADD COLUMN "middle" text
;
ALTER TABLE "readers" DROP COLUMN "middle"
;
ALTER TABLE "readers" RENAME COLUMN "street" TO "road"
;
ALTER TABLE "readers" ALTER COLUMN "road" SET DEFAULT 'unknown'
;
ALTER TABLE "readers" ALTER COLUMN "road" TYPE varchar(40)
;
CREATE UNIQUE INDEX CONCURRENTLY "by_road" ON "readers" ("road", "zip") NULLS NOT DISTINCT
;
DROP INDEX CONCURRENTLY IF EXISTS "readers_name_age_index"
;
ALTER TABLE "newer" RENAME TO "newest"
;
DROP TABLE "once" CASCADE
;
DROP TABLE "again" CASCADE
;
DROP TABLE IF EXISTS "copy"
;
DROP TABLE "clubs_readers"
;
ALTER TYPE "shelf_state" ADD VALUE IF NOT EXISTS 'lent' AFTER 'open'
;
ALTER TYPE "shelf_state" RENAME VALUE 'lent' TO 'away'
;
ALTER TYPE "shelf_state" RENAME TO "reader_state"
;
CREATE SCHEMA IF NOT EXISTS "reports"
;
CREATE VIEW "reports"."active" AS SELECT * FROM "readers" WHERE ("active" IS TRUE) ORDER BY "name"
;
CREATE OR REPLACE VIEW "names" AS SELECT name FROM readers
;
CREATE MATERIALIZED VIEW "ages" AS SELECT "age", count(*) AS "n" FROM "readers" GROUP BY "age"
;
REFRESH MATERIALIZED VIEW CONCURRENTLY "ages"
;
DROP VIEW IF EXISTS "names"
;
        CREATE OR REPLACE FUNCTION touch()
        RETURNS trigger
        LANGUAGE plpgsql
        
        
        
        
        
        
        
        AS 'BEGIN NEW.seen_at := now(); RETURN NEW; END'

;
CREATE TRIGGER touched BEFORE UPDATE ON "readers" FOR EACH ROW EXECUTE PROCEDURE touch()
;
DROP TRIGGER IF EXISTS touched ON "readers"
;
DROP FUNCTION IF EXISTS touch()
;
DROP SCHEMA "reports" CASCADE
;
ANALYZE readers
;
SET lock_timeout = '2s'
;

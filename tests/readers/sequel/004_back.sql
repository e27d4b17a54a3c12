DROP INDEX CONCURRENTLY "readers_height_index"
;
DROP VIEW "v"
;
ALTER TABLE "h" RENAME TO "g"
;
ALTER TABLE "readers" DROP CONSTRAINT "readers_f", DROP COLUMN "f_id"
;
ALTER TABLE "readers" RENAME COLUMN "e" TO "d"
;
ALTER TABLE "readers" ALTER COLUMN "c" SET NOT NULL, ALTER COLUMN "b" DROP NOT NULL, DROP CONSTRAINT "positive"
;
DROP INDEX "by_a"
;
ALTER TABLE "readers" DROP COLUMN "a"
;
ALTER TABLE "readers" DROP COLUMN "height"
;
DROP TABLE "temporary"
;

UPDATE "readers" SET "state" = 'closed', "hits" = ("hits" + 1) WHERE ("active" IS FALSE)
;
DELETE FROM "readers" WHERE (("name" NOT IN ('x', 'y')) OR ("age" IS NOT NULL))
;
UPDATE "readers" SET "seen_at" = CURRENT_TIMESTAMP WHERE (("age" > 3) AND ("born" IS NULL))
;
UPDATE "readers" SET "credit" = 0 WHERE ("id" IN (SELECT "reader_id" FROM "loans" WHERE ("place" IS NULL)))
;
DELETE FROM "readers" WHERE (("email" LIKE '%@example.org') OR ("name" = 'z'))
;
UPDATE "readers" SET "hits" = 1 FROM "loans" WHERE ("readers"."id" = "loans"."reader_id")
;
INSERT INTO "readers" ("name", "age") VALUES ('a', 1)
;
INSERT INTO "readers" ("name", "age") VALUES ('b', 2)
;
INSERT INTO "readers" ("name", "age") SELECT "name", "age" FROM "others"
;
INSERT INTO "readers" ("name", "age") VALUES ('c', 3), ('d', 4)
;
INSERT INTO "readers" ("name", "age") VALUES ('a', 1), ('b', 2)
;
INSERT INTO "readers" ("name", "age") VALUES ('e', 5) ON CONFLICT ("name") DO UPDATE SET "age" = "excluded"."age"
;
INSERT INTO "readers" ("name") VALUES ('f') ON CONFLICT DO NOTHING
;
UPDATE "readers" SET "notes" = 'open' WHERE ("notes" = 'old')
;
UPDATE "readers" SET "notes" = 'closed' WHERE ("notes" = 'gone')
;
TRUNCATE TABLE "log"
;
UPDATE "readers" SET "notes" = (CASE WHEN ("age" = 4) THEN 'four' ELSE 'no' END) WHERE (age = 4 OR name IN ('p', 'q'))
;
UPDATE "readers" SET "lang" = ("name" || '!'), "code" = NULL WHERE (("state" != 'open') AND ("age" >= 1) AND ("age" < 5))
;
UPDATE readers SET age = 7
;
DELETE FROM log WHERE day < now()
;
WITH "old" AS (SELECT "id" FROM "readers") DELETE FROM "archive"."loans" WHERE ("reader_id" IN (SELECT "id" FROM "old"))
;
UPDATE readers
SET notes = 'x'

;
UPDATE "readers" SET "age" = 0 WHERE ("readers"."age" < 0)
;

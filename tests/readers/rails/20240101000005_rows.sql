ALTER TABLE "app_roles" ADD "level" integer
;
UPDATE "app_roles" SET "level" = $1 WHERE "app_roles"."name" IS NULL
;
UPDATE "app_roles" SET "level" = $1 WHERE "app_roles"."name" IN ($2, $3) AND "app_roles"."level" = $4
;
DELETE FROM "app_roles" WHERE "app_roles"."name" != $1 AND (level > 3)
;
DELETE FROM "app_roles" WHERE NOT ("app_roles"."name" IN ($1, $2) AND "app_roles"."level" = $3) AND "app_roles"."level" NOT IN ($4, $5) AND "app_roles"."level" IS NOT NULL
;
UPDATE "app_roles" SET level = level + 1
;
DELETE FROM "people" WHERE "people"."age" = $1
;
UPDATE "people" SET "age" = $1, "adult" = $2 WHERE (age IS NULL)
;
UPDATE "people" SET "age" = $1
;
ANALYZE people
;

ALTER TABLE "users" ADD "nick" character varying(20) DEFAULT '' NOT NULL
;
ALTER TABLE "users" ADD "at" timestamp(6)
;
ALTER TABLE "users" ADD "rank" integer DEFAULT 1
;
COMMENT ON COLUMN "users"."rank" IS 'the lower the better'
;
ALTER TABLE "shop_orders" ADD "state" order_state[]
;
ALTER TABLE "users" ADD "one" boolean DEFAULT TRUE
;
ALTER TABLE "users" ADD "two" boolean DEFAULT TRUE
;
ALTER TABLE "users" DROP COLUMN "nick"
;
ALTER TABLE "users" DROP COLUMN "one"
;
ALTER TABLE "users" DROP COLUMN "two"
;
ALTER TABLE "users" ALTER COLUMN "rank" TYPE bigint USING rank::bigint
;
ALTER TABLE "users" ALTER COLUMN "rank" TYPE text, ALTER COLUMN "rank" SET DEFAULT 'x', ALTER COLUMN "rank" SET NOT NULL
;
ALTER TABLE "users" ALTER COLUMN "rank" SET DEFAULT 'y'
;
ALTER TABLE "users" ALTER COLUMN "rank" DROP DEFAULT
;
ALTER TABLE "users" ALTER COLUMN "rank" SET NOT NULL
;
UPDATE "users" SET "rank"='z' WHERE "rank" IS NULL
;
ALTER TABLE "users" ALTER COLUMN "rank" SET NOT NULL
;
ALTER TABLE "users" ALTER COLUMN "rank" DROP NOT NULL
;
COMMENT ON COLUMN "users"."rank" IS 'how high'
;
COMMENT ON TABLE "users" IS 'people'
;
ALTER TABLE "users" ADD "created_at" timestamp(6)
;
ALTER TABLE "users" ADD "updated_at" timestamp(6)
;
ALTER TABLE "users" DROP COLUMN "updated_at"
;
ALTER TABLE "users" DROP COLUMN "created_at"
;
CREATE INDEX "index_users_on_name" ON "users" ("name")
;
CREATE UNIQUE INDEX "index_users_on_name_and_age" ON "users" ("name", "age") WHERE age > 1
;
CREATE INDEX "nameless" ON "users" USING gin ("name" gin_trgm_ops)
;
CREATE INDEX "ordered" ON "users" ("name", "age" DESC)
;
CREATE INDEX "index_users_on_lower_name" ON "users" (lower(name))
;
CREATE INDEX IF NOT EXISTS "index_users_on_email" ON "users" ("email")
;
ALTER INDEX "old_name" RENAME TO "new_name"
;
DROP INDEX  "index_users_on_name"
;
DROP INDEX  "index_users_on_name_and_age"
;
DROP INDEX  "nameless"
;
ALTER TABLE "users" ADD "city_id" bigint NOT NULL
;
CREATE INDEX "index_users_on_city_id" ON "users" ("city_id")
;
ALTER TABLE "users" ADD CONSTRAINT "fk_rails_9c7442481a"
FOREIGN KEY ("city_id")
  REFERENCES "cities" ("id")

;
ALTER TABLE "users" ADD "item_type" character varying
;
ALTER TABLE "users" ADD "item_id" bigint
;
CREATE INDEX "by_item" ON "users" ("item_type", "item_id")
;
ALTER TABLE "users" ADD "boss_id" uuid
;
ALTER TABLE "users" ADD CONSTRAINT "fk_rails_8c260d5f7b"
FOREIGN KEY ("boss_id")
  REFERENCES "users" ("id")

;
ALTER TABLE "users" DROP CONSTRAINT "fk_rails_9c7442481a"
;
ALTER TABLE "users" DROP COLUMN "city_id"
;
ALTER TABLE "users" DROP COLUMN "item_id"
;
ALTER TABLE "users" DROP COLUMN "item_type"
;
ALTER TABLE "users" ADD CONSTRAINT "fk_rails_7682a3bdfe"
FOREIGN KEY ("company_id")
  REFERENCES "companies" ("id")

;
ALTER TABLE "users" ADD CONSTRAINT "fk_friend"
FOREIGN KEY ("friend_id")
  REFERENCES "people" ("id")
 ON DELETE SET NULL ON UPDATE CASCADE
;
ALTER TABLE "users" ADD CONSTRAINT "fk_rails_829251d812"
FOREIGN KEY ("category_id")
  REFERENCES "categories" ("code")
 NOT VALID
;
ALTER TABLE "users" DROP CONSTRAINT "fk_rails_7682a3bdfe"
;
ALTER TABLE "users" DROP CONSTRAINT "fk_friend"
;
ALTER TABLE "users" DROP CONSTRAINT "fk_friend"
;
ALTER TABLE "users" VALIDATE CONSTRAINT "fk_rails_829251d812"
;
ALTER TABLE "users" VALIDATE CONSTRAINT "some_check"
;
ALTER TABLE "users" ADD CONSTRAINT adult CHECK (age > 18) NOT VALID
;
ALTER TABLE "users" ADD CONSTRAINT chk_rails_03d76daac2 CHECK (age < 180)
;
ALTER TABLE "users" DROP CONSTRAINT "adult"
;
ALTER TABLE "users" RENAME COLUMN "at" TO "seen"
;
ALTER TABLE "users" RENAME TO "people"
;
CREATE EXTENSION IF NOT EXISTS "pg_trgm"
;
DROP EXTENSION IF EXISTS "hstore" CASCADE
;
CREATE SCHEMA "shop"
;
DROP SCHEMA "shop" CASCADE
;
ALTER TABLE "orders" ADD "code" character varying
;
ALTER TABLE "orders" ADD "a" integer DEFAULT 0
;
ALTER TABLE "orders" ADD "b" integer DEFAULT 0
;
ALTER TABLE "orders" ADD "user_id" bigint
;
CREATE INDEX "index_orders_on_user_id" ON "orders" ("user_id")
;
CREATE INDEX "index_orders_on_code" ON "orders" ("code")
;
ALTER TABLE "orders" RENAME COLUMN "a" TO "c"
;
ALTER TABLE "orders" ALTER COLUMN "b" TYPE bigint
;
ALTER TABLE "orders" ALTER COLUMN "b" SET DEFAULT 3
;
ALTER TABLE "orders" ALTER COLUMN "b" SET NOT NULL
;
ALTER TABLE "orders" DROP COLUMN "c"
;
DROP INDEX  "index_orders_on_code"
;
ALTER TABLE "orders" ADD CONSTRAINT "fk_rails_f868b47f6a"
FOREIGN KEY ("user_id")
  REFERENCES "users" ("id")

;
ALTER TABLE "orders" ADD "created_at" timestamp(6) NOT NULL
;
ALTER TABLE "orders" ADD "updated_at" timestamp(6) NOT NULL
;
ALTER TABLE "orders" ADD "first" character varying, ADD "second" integer DEFAULT 0 NOT NULL, DROP COLUMN "third", DROP COLUMN "fourth", ALTER COLUMN "fifth" TYPE text, ALTER COLUMN "fifth" SET DEFAULT 'x'
;

CREATE TABLE "things" ("id" serial NOT NULL PRIMARY KEY, "name" character varying, "user_id" integer, "thing_type" character varying, "thing_id" integer, "created_at" timestamp NOT NULL, "updated_at" timestamp NOT NULL)
;
CREATE INDEX "index_things_on_user_id" ON "things" ("user_id")
;
CREATE INDEX "index_things_on_thing_type_and_thing_id" ON "things" ("thing_type", "thing_id")
;
CREATE TABLE "keys" ("id" uuid DEFAULT uuid_generate_v4() NOT NULL PRIMARY KEY, "at" timestamp)
;
ALTER TABLE "things" ADD "maker_id" integer
;
CREATE INDEX "index_things_on_maker_id" ON "things" ("maker_id")
;
ALTER TABLE "things" ADD CONSTRAINT "fk_rails_6f053941c6"
FOREIGN KEY ("maker_id")
  REFERENCES "users" ("id")

;
CREATE UNIQUE INDEX "index_things_on_name_and_user_id" ON "things" ("name", "user_id")
;

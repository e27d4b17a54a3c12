#pragma once
// A migration file of each format whose migrations are code, around a step's code.

#include <map>
#include <string>
#include <string_view>

namespace pgfence::author_testing {

struct Around {
    std::string path, before, behind, indentation = "";
};

inline const std::map<std::string, Around>& files_of_code() {
    static const std::map<std::string, Around> all{
        {"rails",
         {"db/migrate/20240101000000_step.rb", "class Step < ActiveRecord::Migration[7.1]\n  def up\n",
          "\n  end\n\n  def down\n  end\nend\n"}},
        {"sequel",
         {"db/migrations/20240101000000_step.rb", "Sequel.migration do\n  up do\n",
          "\n  end\n\n  down do\n  end\nend\n"}},
        {"django",
         {"shop/migrations/0002_step.py",
          "from django.db import migrations, models\n"
          "from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently\n\n\n"
          "class Migration(migrations.Migration):\n    dependencies = []\n\n    operations = [\n",
          "\n    ]\n"}},
        {"alembic",
         {"versions/1a2b_step.py",
          "from alembic import op\nimport sqlalchemy as sa\n\nrevision = '1a2b'\ndown_revision = None\n\n\n"
          "def upgrade():\n",
          "\n\n\ndef downgrade():\n    op.execute('SELECT 1')\n", "    "}},
        {"ecto",
         {"priv/repo/migrations/20240101000000_step.exs",
          "defmodule MyApp.Repo.Migrations.Step do\n  use Ecto.Migration\n\n  def up do\n",
          "\n  end\n\n  def down, do: :ok\nend\n"}},
        {"fizz", {"migrations/20240101000000_step.up.fizz", "", "\n"}},
        {"knex",
         {"migrations/1_step.js", "exports.up = async (knex) => {\n", "\n};\nexports.down = async () => {};\n"}},
        {"sequelize",
         {"migrations/1-step.js", "module.exports = {\n  async up(queryInterface, Sequelize) {\n",
          "\n  },\n  async down() {},\n};\n"}},
        {"typeorm",
         {"src/migrations/1700000000000-Step.ts",
          "import { MigrationInterface, QueryRunner } from \"typeorm\";\n\n"
          "export class Step1700000000000 implements MigrationInterface {\n"
          "  public async up(queryRunner: QueryRunner): Promise<void> {\n",
          "\n  }\n  public async down(queryRunner: QueryRunner): Promise<void> {}\n}\n"}},
        {"js-client", {"migrations/1700000000000-step.js", "exports.up = async (db) => {\n", "\n};\n"}},
        {"mikro-orm",
         {"migrations/Migration20240101000000.ts",
          "import { Migration } from '@mikro-orm/migrations';\n\n"
          "export class Migration20240101000000 extends Migration {\n  async up(): Promise<void> {\n",
          "\n  }\n}\n"}},
        {"kysely",
         {"migrations/2024_step.ts",
          "import { Kysely, sql } from 'kysely';\n\nexport async function up(db: Kysely<any>): Promise<void> {\n",
          "\n}\n\nexport async function down(db: Kysely<any>): Promise<void> {}\n"}},
        {"node-pg-migrate",
         {"migrations/1700000000000_step.js", "exports.up = async (pgm) => {\n",
          "\n};\nexports.down = async (pgm) => {};\n"}},
        {"db-migrate",
         {"migrations/20240101000000-step.js",
          "'use strict';\nexports.setup = function () {};\nexports.up = async function (db) {\n",
          "\n};\nexports.down = async function (db) {};\n"}},
        {"liquibase",
         {"db/changelog.xml",
          "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
          "<databaseChangeLog xmlns=\"http://www.liquibase.org/xml/ns/dbchangelog\">\n"
          "  <changeSet id=\"1\" author=\"a\" runInTransaction=\"false\">\n",
          "\n  </changeSet>\n</databaseChangeLog>\n"}},
        {"liquibase-yaml",
         {"db/changelog.yaml",
          "databaseChangeLog:\n- changeSet:\n    id: 1\n    author: a\n    runInTransaction: false\n    changes:\n",
          "\n", "    "}},
    };
    return all;
}

/// Lines that do not begin inside a text of the code are indented by the caller's own indentation.
inline std::string file_with(const Around& around, std::string_view code) {
    return around.before + std::string(code) + around.behind;
}

}  // namespace pgfence::author_testing

"""The same SQL as a migration of several tools: (path, text, how its runner sends it)."""
import re

PSQL = re.compile(r"(?:^|\s)\\[a-z!][^;]*$")


def lines(sql, indent=""):
    return "".join(indent + line + "\n" for line in sql.split("\n"))


def ended(sql):
    """A command of psql goes on to the end of its line: a semicolon would be part of it."""
    return sql if PSQL.search(sql.rsplit("\n", 1)[-1]) else sql + ";"


def plain(sql):
    return ended(sql) + "\n"


FORMATS = {
    "plain-sql": ("migrations/0002_change.sql", plain, "alone"),
    "goose": ("migrations/00002_change.sql", lambda sql: "-- +goose Up\n-- +goose StatementBegin\n%s-- +goose "
              "StatementEnd\n\n-- +goose Down\nSELECT 1;\n" % plain(sql), "together"),
    "dbmate": ("db/migrations/20240102000000_change.sql", lambda sql: "-- migrate:up\n%s\n-- migrate:down\n"
               % plain(sql), "together"),
    "flyway": ("sql/V2__change.sql", plain, "together"),
    "sqlx": ("migrations/20240102000000_change.sql", plain, "together"),
    "golang-migrate": ("migrations/000002_change.up.sql", plain, "together"),
    "alembic": ("migrations/versions/0002_change.py", lambda sql: 'revision = "0002"\ndown_revision = "0001"\nfrom alembic import op\n\n\ndef upgrade():\n    op.execute(\n        r"""%s"""\n    )\n\n\ndef downgrade():\n    pass\n' % sql, "together"),
    "django": ("shop/migrations/0002_change.py", lambda sql: 'from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n    dependencies = [("shop", "0001_initial")]\n    operations = [\n        migrations.RunSQL(\n            r"""%s"""\n        ),\n    ]\n' % sql, "together"),
    "rails": ("db/migrate/20240102000000_change.rb", lambda sql: "class Change < ActiveRecord::Migration[7.1]\n  def "
              "up\n    execute <<~'SQL'\n%s    SQL\n  end\n\n  def down\n  end\nend\n" % lines(sql, "      "), "together"),
    "knex": ("migrations/20240102000000_change.js", lambda sql: "exports.up = async function (knex) {\n  await "
             "knex.raw(`%s`);\n};\n\nexports.down = async function () {};\n" % sql.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${"), "together"),
}
# The migration before it, which makes the schema.
FIRST = {"plain-sql": "migrations/0001_schema.sql", "goose": "migrations/00001_schema.sql",
         "dbmate": "db/migrations/20240101000000_schema.sql",
         "flyway": "sql/V1__schema.sql", "sqlx": "migrations/20240101000000_schema.sql", "golang-migrate": "migrations/000001_schema.up.sql"}
# What another language or tool reads otherwise: a colon that begins a bind parameter, a question mark, three quotes.
UNFIT = {"alembic": [":x", '"""', " :", "\\"], "knex": ["?"], "django": ['"""', "%"], "rails": ["\nSQL"]}


def fits(name, sql):
    return not any(word in sql for word in UNFIT.get(name, []))

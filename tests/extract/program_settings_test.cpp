// What helpers of gems, the settings of an application, SQLAlchemy Core and strong_migrations make of a program's
// migration.
#include <catch2/catch_test_macros.hpp>
#include <map>
#include <string>
#include <vector>

#include "core/table_parts.h"
#include "extract/extract.h"
#include "tests/extract/programs.h"

using namespace pgfence;
using test::alembic;
using test::rails;
using test::read;
using test::unread_of;

TEST_CASE("Rails: helpers of gems add the columns that they add, and others are named") {
    std::map<std::string, std::string> app;
    const auto read_in = [&](const std::string& body) {
        extract::Hints hints;
        hints.read = [&](std::string_view path) {
            const auto found = app.find(std::string(path));
            return found == app.end() ? std::nullopt : std::optional(found->second);
        };
        MigrationFile file;
        file.path = "db/migrate/20240101000000_a.rb";
        file.text = rails(body);
        return extract::script(file, hints);
    };
    const auto add = [](const std::string& column) { return "ALTER TABLE \"users\" ADD " + column + ";\n"; };
    const std::string attached = add("\"avatar_file_name\" character varying") +
                                 add("\"avatar_content_type\" character varying") +
                                 add("\"avatar_file_size\" integer") + add("\"avatar_updated_at\" timestamp(6)");
    CHECK(read_in("    add_attachment :users, :avatar\n").sql == attached);
    CHECK(read_in("    change_table(:users) { |t| t.attachment :avatar }\n").sql == attached);
    CHECK(read_in("    remove_attachment :users, :avatar\n").sql ==
          "ALTER TABLE \"users\" DROP COLUMN \"avatar_file_name\";\n"
          "ALTER TABLE \"users\" DROP COLUMN \"avatar_content_type\";\n"
          "ALTER TABLE \"users\" DROP COLUMN \"avatar_file_size\";\n"
          "ALTER TABLE \"users\" DROP COLUMN \"avatar_updated_at\";\n");
    const Script made = read_in(
        "    create_table(:users, id: false) { |t| t.attachment :a, :b, null: false, "
        "file_size: { null: true } }\n");
    CHECK(made.unread.empty());
    CHECK(made.sql.find("\"a_file_name\" character varying NOT NULL, \"a_content_type\" character varying NOT NULL, "
                        "\"a_file_size\" integer, \"a_updated_at\" timestamp(6) NOT NULL, \"b_file_name\"") !=
          std::string::npos);
    // As wide as the gem of the application makes it.
    app["Gemfile.lock"] = "GEM\n  specs:\n    paperclip (6.1.0)\n";
    CHECK(read_in("    add_attachment :users, :avatar\n").sql.find("\"avatar_file_size\" bigint") != std::string::npos);
    app["Gemfile.lock"] = "GEM\n  specs:\n    paperclip (6.0.0)\n";
    CHECK(read_in("    add_attachment :users, :avatar\n").sql == attached);

    CHECK(read_in("    add_monetize :users, :price\n").sql ==
          add("\"price_cents\" integer DEFAULT 0 NOT NULL") +
              add("\"price_currency\" character varying DEFAULT 'USD' NOT NULL"));
    app["config/initializers/money.rb"] =
        "MoneyRails.configure do |config|\n  # config.amount_column = { }\n"
        "  config.default_currency = :eur\nend\n";
    CHECK(read_in("    add_monetize :users, :price, amount: { null: true, default: nil }, "
                  "currency: { present: false }\n")
              .sql == add("\"price_cents\" integer DEFAULT NULL"));
    CHECK(read_in("    add_monetize :users, :price\n").sql.find("'EUR'") != std::string::npos);
    CHECK(read_in("    remove_monetize :users, :price\n").sql ==
          "ALTER TABLE \"users\" DROP COLUMN \"price_cents\";\nALTER TABLE \"users\" DROP COLUMN "
          "\"price_currency\";\n");
    app["config/initializers/money.rb"] = "config.amount_column = { type: :bigint }\n";
    CHECK(read_in("    add_monetize :users, :price\n").unread.size() == 1);

    // online_migrations, where the application has it: another gem's helper of that name does something else.
    const std::string not_null = "    add_not_null_constraint :users, :a, name: 'k'\n",
                      added = "ALTER TABLE \"users\" ADD CONSTRAINT \"k\" CHECK (\"a\" IS NOT NULL) NOT VALID;\n";
    CHECK(read_in(not_null.c_str()).unread.size() == 1);
    app["Gemfile.lock"] = "GEM\n  specs:\n    online_migrations (0.19.0)\n";
    CHECK(read_in(not_null.c_str()).sql == added + "ALTER TABLE \"users\" VALIDATE CONSTRAINT \"k\";\n");
    CHECK(read_in("    add_not_null_constraint :users, :a, name: 'k', validate: false\n").sql == added);
    CHECK(read_in("    validate_not_null_constraint :users, :a, name: 'k'\n").sql ==
          "ALTER TABLE \"users\" VALIDATE CONSTRAINT \"k\";\n");
    CHECK(read_in("    remove_text_limit_constraint :users, :a, name: 'k'\n").sql ==
          "ALTER TABLE \"users\" DROP CONSTRAINT \"k\";\n");
    CHECK(read_in("    add_text_limit_constraint :users, :a, 10, name: 'k', validate: false\n").sql ==
          "ALTER TABLE \"users\" ADD CONSTRAINT \"k\" CHECK (char_length(a) <= 10) NOT VALID;\n");
    // printf 'users_a_not_null_chk' | sha256sum
    CHECK(read_in("    validate_not_null_constraint :users, :a\n").sql ==
          "ALTER TABLE \"users\" VALIDATE CONSTRAINT \"chk_rails_8b4af91236\";\n");
    CHECK(read_in("    add_column_with_default :users, :b, :integer, default: 7, null: false, batch_size: 10\n").sql ==
          "ALTER TABLE \"users\" ADD \"b\" integer DEFAULT 7 NOT NULL;\n");
    CHECK(
        read_in("    add_column_with_default :users, :b, :uuid, default: -> { 'gen_random_uuid()' }\n").unread.size() ==
        1);

    CHECK(read_in("    unsafe_remove_column :users, :a\n").sql == "ALTER TABLE \"users\" DROP COLUMN \"a\";\n");
    CHECK(read_in("    safe_add_concurrent_index :users, :a\n").sql ==
          "CREATE INDEX CONCURRENTLY \"index_users_on_a\" ON \"users\" (\"a\");\n");
    for (const char* other : {"create_table(:users) { |t| t.database_authenticatable null: false }",
                              "change_table(:users) { |t| t.database_authenticatable }",
                              "Post.create_translation_table! title: :string", "create_hypertable :users, 'at'"}) {
        const Script script = read_in("    " + std::string(other) + "\n");
        INFO(other);
        REQUIRE(script.unread.size() == 1);
        CHECK(script.unread.front().why.starts_with("it is a helper of the gem "));
    }
}

namespace {

/// As above, with the settings of an application.
Script with_settings(const std::string& body) {
    return read(
        "versions/1_a.py",
        "import os\nfrom alembic import context\nfrom app.config import Settings, other, settings\n" + alembic(body));
}

}  // namespace

TEST_CASE("Alembic: a schema that only the settings tell is one schema, the same wherever it is written so") {
    for (const char* schema :
         {"settings.DB_SCHEMA", "settings.db.schema", "Settings().schema", "os.environ['SCHEMA']",
          "os.environ.get('SCHEMA', 'app')", "os.getenv('SCHEMA')", "op.get_context().version_table_schema",
          "context.get_x_argument(as_dictionary=True)['schema']", "context.config.get_main_option('schema')"}) {
        INFO(schema);
        const std::string name(schema);
        const Script script =
            with_settings("    op.add_column('t', sa.Column('a', sa.Integer(), sa.ForeignKey(f\"{" + name +
                          "}.u.id\")), schema=" + name + ")\n    op.execute(f\"UPDATE {" + name +
                          "}.t SET a = 1\")\n    with op.batch_alter_table('t', schema=" + name +
                          ") as batch:\n        batch.drop_column('b')\n");
        CHECK(unread_of(script) == "");
        REQUIRE(script.stand_ins.size() >= 1);
        const std::string ours = script.stand_ins[0].name;
        CHECK(script.stand_ins[0].is_code);
        CHECK(script.sql.find("ALTER TABLE \"" + ours + "\".\"t\" ADD COLUMN \"a\" INTEGER") != std::string::npos);
        CHECK(script.sql.find("REFERENCES \"" + ours + "\".\"u\" (\"id\")") != std::string::npos);
        CHECK(script.sql.find("UPDATE " + ours + ".t SET a = 1") != std::string::npos);
        CHECK(script.sql.find("ALTER TABLE \"" + ours + "\".\"t\" DROP COLUMN \"b\"") != std::string::npos);
        // Each statement tells what it depends on.
        CHECK(script.uncertainties.size() == 5);
        for (const Uncertainty& one : script.uncertainties) CHECK(one.what.starts_with("the value of "));
    }
    // A variable is the value that it was given, and two of the same value are one.
    CHECK(unread_of(with_settings("    schema = settings.DB_SCHEMA\n    op.drop_table('t', schema=schema)\n"
                                  "    op.drop_table('u', schema=settings.DB_SCHEMA)\n")) == "");
}

TEST_CASE("Alembic: what is no schema of the settings is said") {
    for (const char* body :
         {"    op.drop_table('t', schema=settings.A)\n    op.drop_table('t', schema=settings.B)\n",
          "    op.execute(f'DROP TABLE {settings.A}.t')\n    op.execute(f'DROP TABLE {settings.B}.t')\n",
          "    op.drop_table('t', schema=settings.A)\n    op.drop_table('u', schema=f'{settings.A}_b')\n",
          "    for schema in settings.SCHEMAS:\n        op.drop_table('t', schema=schema)\n",
          "    op.drop_table('t', schema=next(settings.SCHEMAS))\n",
          "    op.drop_table('t', schema=other())\n",
          "    op.drop_table('t', schema=op.get_bind().execute('SELECT 1').scalar())\n",
          "    op.drop_table(settings.TABLE)\n",
          "    op.execute(f'DROP TABLE {settings.TABLE}')\n",
          "    op.execute(f'DROP TABLE {settings.A}.{settings.B}')\n",
          "    op.execute(f'DROP TABLE a.{settings.A}.t')\n",
          "    op.execute(f'SET search_path TO {settings.A}')\n",
          "    op.execute(f'DROP SCHEMA {settings.A} CASCADE')\n",
          "    op.execute(f'{settings.A}.t')\n",
          "    op.execute(f'DROP TABLE {settings.A}.t; {settings.SQL}')\n",
          "    op.execute(f'DROP TABLE {settings.A}.t -- {settings.B}')\n",
          "    op.execute(f'drop table {settings.A}.t'.upper())\n",
          "    op.execute(f'drop table {settings.A}.t'.replace('value', 'x'))\n",
          "    op.execute(f'drop table {settings.A}.\\u0074')\n",
          "    op.add_column('t', sa.Column('a', sa.Integer(), sa.ForeignKey(f'{settings.A}.id')))\n"}) {
        INFO(body);
        CHECK_FALSE(with_settings(body).unread.empty());
    }
}

namespace {

/// What is sent beside the SQL of the tables, one statement a line.
std::string rows_of(const std::string& body) {
    const Script script =
        read("versions/1_a.py",
             "from datetime import datetime\nfrom sqlalchemy import orm, select, update\nfrom "
             "sqlalchemy.dialects.postgresql "
             "import insert\nfrom sqlalchemy.orm import Session, declarative_base\nBase = declarative_base()\n\n\n"
             "class User(Base):\n    __tablename__ = 'users'\n    id = sa.Column(sa.Integer, primary_key=True)\n"
             "    name = sa.Column('full_name', sa.Text)\n\n\n" +
                 alembic("    t = sa.table('users', sa.column('id'), sa.column('name'))\n"
                         "    o = sa.Table('orders', sa.MetaData(), sa.Column('id', sa.Integer), schema='shop')\n"
                         "    conn = op.get_bind()\n    session = orm.Session(bind=conn)\n" +
                         body));
    std::string all;
    for (std::size_t at = 0, end; (end = script.sql.find(";\n", at)) != std::string::npos; at = end + 2)
        all += script.sql.substr(at, end - at) + "\n";
    for (const Unread& unread : script.unread) all += "! " + unread.what + "\n";
    return all;
}

}  // namespace

TEST_CASE("Alembic: plain statements of SQLAlchemy Core are written as the SQL that they are") {
    for (const auto& [body, sql] : std::vector<std::pair<std::string, std::string>>{
             {"op.execute(t.update().values(name='x'))", "UPDATE \"users\" SET \"name\" = 'x'"},
             {"op.execute(t.update().where(t.c.id == 1).values(name='x'))",
              "UPDATE \"users\" SET \"name\" = 'x' WHERE \"id\" = 1"},
             {"op.execute(sa.update(o).where(o.c.id != None).values({'a': None, o.c.b: o.c.c}))",
              "UPDATE \"shop\".\"orders\" SET \"a\" = NULL, \"b\" = \"c\" WHERE \"id\" IS NOT NULL"},
             {"op.execute(t.update().values(name=t.c.name.concat('-')))",
              "UPDATE \"users\" SET \"name\" = (\"name\" || '-')"},
             {"op.execute(t.update().values(name=sa.func.coalesce(t.c.name, 'x').concat('-').concat(t.c.name)))",
              "UPDATE \"users\" SET \"name\" = ((coalesce(\"name\", 'x') || '-') || \"name\")"},
             {"op.execute(t.update().values(name=sa.func.concat(t.c.name, '-')))",
              "UPDATE \"users\" SET \"name\" = concat(\"name\", '-')"},
             {"op.execute(update(t).where(t.c.id > 1, t.c.name.is_(None)).values(name=sa.func.lower(t.c.name)))",
              "UPDATE \"users\" SET \"name\" = lower(\"name\") WHERE (\"id\" > 1) AND (\"name\" IS NULL)"},
             {"conn.execute(t.update().where(t.c.id.in_([1, 2])).where(t.c['name'] == "
              "'x').values(name=datetime.now()))",
              "UPDATE \"users\" SET \"name\" = $1 WHERE (\"id\" IN (1, 2)) AND (\"name\" = 'x')"},
             {"conn.execute(sa.delete(t).where((t.c.id == 1) | ~t.c.name.like('a%')))",
              "DELETE FROM \"users\" WHERE (\"id\" = 1) OR (NOT (\"name\" LIKE 'a%'))"},
             {"op.execute(t.update().values(id=t.c.id + 1))", "UPDATE \"users\" SET \"id\" = (\"id\" + 1)"},
             {"conn.execute(t.delete())", "DELETE FROM \"users\""},
             {"conn.execute(t.delete().where(sa.and_(t.c.id == 1, sa.text('a = b'))))",
              "DELETE FROM \"users\" WHERE (\"id\" = 1) AND (a = b)"},
             {"conn.execute(t.delete().where(t.c.id.in_(select(o.c.id).where(o.c.a == True))))",
              "DELETE FROM \"users\" WHERE \"id\" IN (SELECT \"id\" FROM \"shop\".\"orders\" WHERE \"a\" = true)"},
             {"conn.execute(t.insert(), [{'id': 1}, {'id': 2, 'name': 'b'}])",
              "INSERT INTO \"users\" (\"id\") VALUES (1)\nINSERT INTO \"users\" (\"id\", \"name\") VALUES (2, 'b')"},
             {"conn.execute(insert(t).values(id=1).on_conflict_do_nothing())",
              "INSERT INTO \"users\" (\"id\") VALUES (1) ON CONFLICT DO NOTHING"},
             {"op.bulk_insert(t, [{'id': 1, 'name': datetime.now()}])",
              "INSERT INTO \"users\" (\"id\", \"name\") VALUES (1, $1)"},
             {"conn.execute(sa.select([t.c.id]).where(t.c.name == None))",
              "SELECT \"id\" FROM \"users\" WHERE \"name\" IS NULL"},
             {"session.query(User).filter(User.id == 1).update({'name': 'x'}, synchronize_session=False)",
              "UPDATE \"users\" SET \"full_name\" = 'x' WHERE \"id\" = 1"},
             {"session.query(User).filter_by(name='y').update({'name': 'x'})",
              "UPDATE \"users\" SET \"full_name\" = 'x' WHERE \"full_name\" = 'y'"},
             {"session.query(User).filter_by(id=1).update({User.name: 'x'})",
              "UPDATE \"users\" SET \"full_name\" = 'x' WHERE \"id\" = 1"},
             {"session.query(User).delete()", "DELETE FROM \"users\""},
             {"session.execute(update(User).where(User.name == 'x').values(id=1))",
              "UPDATE \"users\" SET \"id\" = 1 WHERE \"full_name\" = 'x'"},
             // What a call makes is another statement: this one stays as it was.
             {"q = t.delete()\n    q.where(t.c.id == 1)\n    conn.execute(q)", "DELETE FROM \"users\""},
         }) {
        INFO(body);
        CHECK(rows_of("    " + body + "\n") == sql + "\n");
    }
}

TEST_CASE("Alembic: a statement of SQLAlchemy Core that is not plain is not read") {
    for (const char* body :
         {"op.execute(t.update().where(condition).values(name='x'))",
          "op.execute(t.update().where(*conditions).values(name='x'))",
          "op.execute(t.update().where(t.c.id == 1 and t.c.name == 'x').values(name='x'))",
          "op.execute(t.update().where(t.c.id == o.c.id).values(name='x'))",
          "from app.config import settings\n    op.execute(t.delete().where(settings.A == 1))",
          "op.execute(t.delete().where((t.c.id == 1) | (datetime.now() == datetime.min)))",
          "session.query(User).update({'full_name': 'x'})",
          "session.query(User).filter_by(full_name='x').delete()",
          "op.execute(t.update(t.c.id == 1).values(name='x'))",
          "op.execute(t.update().where(t.c.id == 1))",
          "op.execute(t.update().where(t.c.id == 1).values(**names))",
          "op.execute(t.delete().where(t.c.id.notin_([])))",
          "op.execute(t.delete().where(t.c.name.op('~')('x')))",
          "op.execute(t.delete().where(sa.exists(sa.select(o.c.id))))",
          "op.execute(t.delete().where(sa.text('id = :id')))",
          "op.execute(t.alias('a').delete())",
          "op.execute(other.delete())",
          "op.execute(t.delete().with_dialect_options(x=1))",
          "q = t.delete()\n    if condition:\n        q = q.where(t.c.id == 1)\n    op.execute(q)",
          "conn.execute(sa.select([t.c.id, o.c.id]))",
          "conn.execute(sa.select([t.c.id]).with_for_update())",
          "conn.execute(t.insert().from_select(['id'], sa.select(o.c.id)))",
          "conn.execute(insert(t).values(id=1).on_conflict_do_update(index_elements=['id'], set_={'id': 1}))",
          "session.query(User).join(o).update({'name': 'x'})",
          "session.query(User).filter(x).delete()",
          "session.query(User, o).delete()",
          "session.query(Other).delete()",
          "session.query(User).limit(1).delete()",
          "for user in session.query(User):\n        user.name = 'x'\n    session.commit()",
          "q = session.query(User)\n    q.update({'name': 'x'})\n    for user in q:\n        user.name = 'x'",
          "session.query(User).filter(User.id == 1).one().name = 'x'"}) {
        INFO(body);
        const std::string rows = rows_of("    " + std::string(body) + "\n");
        CHECK(rows.find("! ") != std::string::npos);
        CHECK(rows.find("DELETE") == std::string::npos);
    }
}

TEST_CASE("Rails: a column that a create_table of before Rails 6 defines twice is the second one") {
    const auto of = [](const std::string& version, const std::string& body) {
        return read("db/migrate/20170101000000_a.rb", "class A < ActiveRecord::Migration[" + version +
                                                          "]\n  def change\n    create_table :a, id: false do |t|\n" +
                                                          body + "\n    end\n  end\nend\n")
            .sql;
    };
    const std::string twice = "t.integer :user_id\nt.text :b\nt.bigint :user_id, null: false";
    CHECK(of("5.2", twice).starts_with("CREATE TABLE \"a\" (\"user_id\" bigint NOT NULL, \"b\" text)"));
    CHECK(of("6.0", twice)
              .starts_with("CREATE TABLE \"a\" (\"user_id\" integer, \"b\" text, \"user_id\" bigint NOT NULL)"));
    CHECK(of("5.0", "t.references :user, index: false\nt.integer :user_id")
              .starts_with("CREATE TABLE \"a\" (\"user_id\" integer)"));
    CHECK(of("4.2", "t.timestamps null: true\nt.timestamps null: false").find("NOT NULL, \"updated_at\"") !=
          std::string::npos);
}

namespace {

/// The SQL of a migration in an application with strong_migrations, one statement a line.
std::string made_safe(const std::string& body,
                      const std::string& initializer = "StrongMigrations.safe_by_default = true\n",
                      const std::string& head = "",
                      const std::string& lock = "GEM\n  specs:\n    strong_migrations (2.0.0)\n") {
    MigrationFile file;
    file.path = "app/db/migrate/20240101000000_a.rb";
    file.text = "class A < ActiveRecord::Migration[7.1]\n" + head + "  def change\n" + body + "\n  end\nend\n";
    extract::Hints hints;
    hints.read = [&](std::string_view path) -> std::optional<std::string> {
        if (path == "app/Gemfile.lock") return lock;
        if (path == "app/config/initializers/strong_migrations.rb") return initializer;
        return std::nullopt;
    };
    extract::Memory memory;
    const Script script = extract::script(file, hints, memory);
    std::string all;
    for (std::size_t at = 0, end; (end = script.sql.find(";\n", at)) != std::string::npos; at = end + 2)
        all += script.sql.substr(at, end - at) + "\n";
    for (const Unread& unread : script.unread) all += "! " + unread.what + "\n";
    return all + std::string(name_of(script.transaction));
}

}  // namespace

TEST_CASE("Rails: what strong_migrations makes safe runs as it makes it") {
    const std::string index = "CREATE INDEX CONCURRENTLY \"index_a_on_b\" ON \"a\" (\"b\")\n";
    CHECK(made_safe("add_column :a, :b, :text\nadd_index :a, :b\nremove_index :a, :c") ==
          "BEGIN\nALTER TABLE \"a\" ADD \"b\" text\nCOMMIT\n" + index +
              "DROP INDEX CONCURRENTLY \"index_a_on_c\"\nper-statement");
    CHECK(made_safe("safety_assured { add_index :a, :b }") == "BEGIN\nCOMMIT\n" + index + "per-statement");
    CHECK(made_safe("add_foreign_key :a, :users").find("NOT VALID\nCOMMIT\nALTER TABLE \"a\" VALIDATE CONSTRAINT ") !=
          std::string::npos);
    const std::string reference = made_safe("add_reference :a, :user, foreign_key: true");
    CHECK(reference.find("COMMIT\nALTER TABLE \"a\" ADD \"user_id\" bigint\nCREATE INDEX CONCURRENTLY ") !=
          std::string::npos);
    CHECK(reference.find("REFERENCES \"users\" (\"id\") NOT VALID\nALTER TABLE \"a\" VALIDATE CONSTRAINT ") !=
          std::string::npos);
    CHECK(made_safe("add_check_constraint :a, 'b > 0', name: 'c'") ==
          "BEGIN\nALTER TABLE \"a\" ADD CONSTRAINT \"c\" CHECK (b > 0) NOT VALID\nCOMMIT\nALTER TABLE \"a\" VALIDATE "
          "CONSTRAINT \"c\"\nper-statement");
    CHECK(made_safe("change_column_null :a, :b, false") ==
          "BEGIN\nALTER TABLE \"a\" ADD CONSTRAINT \"a_b_null\" CHECK (\"b\" IS NOT NULL) NOT VALID\nCOMMIT\nBEGIN\n"
          "ALTER TABLE \"a\" VALIDATE CONSTRAINT \"a_b_null\"\nALTER TABLE \"a\" ALTER COLUMN \"b\" SET NOT NULL\n"
          "ALTER TABLE \"a\" DROP CONSTRAINT \"a_b_null\"\nCOMMIT\nper-statement");
    CHECK(made_safe("add_index :a, :b", "StrongMigrations.safe_by_default = true", "disable_ddl_transaction!\n") ==
          index + "per-statement");
}

TEST_CASE("Rails: online_migrations' constraints are a CHECK and its validation") {
    const std::string gem = "GEM\n  specs:\n    online_migrations (0.9.2)\n";
    const auto of = [&](const std::string& body, const std::string& lock) {
        return made_safe("    " + body, "", "  disable_ddl_transaction!\n", lock);
    };
    CHECK(of("add_not_null_constraint :notes, :content, name: 'n', validate: false", gem) ==
          "ALTER TABLE \"notes\" ADD CONSTRAINT \"n\" CHECK (\"content\" IS NOT NULL) NOT VALID\nper-statement");
    CHECK(of("validate_not_null_constraint :notes, :content, name: 'n'", gem) ==
          "ALTER TABLE \"notes\" VALIDATE CONSTRAINT \"n\"\nper-statement");
    CHECK(of("remove_not_null_constraint :notes, :content, name: 'n'", gem) ==
          "ALTER TABLE \"notes\" DROP CONSTRAINT \"n\"\nper-statement");
    CHECK(of("add_text_limit_constraint :notes, :title, 255, name: 'n'", gem) ==
          "ALTER TABLE \"notes\" ADD CONSTRAINT \"n\" CHECK (char_length(title) <= 255) NOT VALID\n"
          "ALTER TABLE \"notes\" VALIDATE CONSTRAINT \"n\"\nper-statement");
    // The name that the gem gives it is the same when it is validated and dropped.
    const std::string added = of("add_not_null_constraint :notes, :content", gem);
    const std::string dropped = of("remove_not_null_constraint :notes, :content", gem);
    const auto at = added.find("chk_rails_");
    REQUIRE(at != std::string::npos);
    CHECK(dropped.find(added.substr(at, 20)) != std::string::npos);
    // GitLab has a helper of that name as well; and a migration may have its own.
    CHECK(of("add_not_null_constraint :notes, :content", "GEM\n  specs:\n    rails (7.1.0)\n")
              .starts_with("! add_not_null_constraint"));
}

TEST_CASE("Rails: what strong_migrations leaves alone runs as it is written") {
    const std::string plain = "CREATE INDEX \"index_a_on_b\" ON \"a\" (\"b\")\nper-file";
    const std::string body = "add_index :a, :b";
    CHECK(made_safe(body, "StrongMigrations.safe_by_default = false") == plain);
    CHECK(made_safe(body, "# StrongMigrations.safe_by_default = true") == plain);
    CHECK(made_safe(body, "StrongMigrations.safe_by_default = true if Rails.env.test?") == plain);
    CHECK(made_safe(body, "StrongMigrations.safe_by_default = true\nStrongMigrations.safe_by_default = false") ==
          plain);
    CHECK(made_safe(body, "StrongMigrations.safe_by_default = true", "", "GEM\n  specs:\n    rails (7.1.0)\n") ==
          plain);
    // Before the first that it looks at.
    CHECK(
        made_safe(body, "StrongMigrations.safe_by_default = true\nStrongMigrations.start_after = 2024_01_01_000000") ==
        plain);
    CHECK(made_safe(body, "StrongMigrations.safe_by_default = true\nStrongMigrations.start_after = 20230101000000") !=
          plain);
    // Tables of its own, and calls that do not go through the migration.
    CHECK(made_safe("create_table(:a) { |t| t.text :b }\nadd_index :a, :b").ends_with(plain));
    CHECK(made_safe("connection.add_index :a, :b") == plain);
    CHECK(made_safe("change_table(:a) { |t| t.index :b }") == plain);
    CHECK(made_safe("add_foreign_key :a, :users, validate: false").ends_with(" NOT VALID\nper-file"));
    // Whether it commits is not known.
    CHECK(made_safe("add_index :a, :b if ENV['B']\nadd_column :a, :c, :text")
              .find("! whether strong_migrations commits") != std::string::npos);
    CHECK(made_safe("change_column_null :a, :b, false, 0").find("! change_column_null") != std::string::npos);
}

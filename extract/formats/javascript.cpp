// Migrations that are JavaScript or TypeScript programs. They are told by what only their ORM's migrations name; their
// SQL is what they send when they run (orm/), so that here nothing of the text is left.

#include <algorithm>
#include <array>
#include <span>

#include "extract/blank.h"
#include "extract/formats/format.h"
#include "extract/sql_lexer.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

bool is_program(const Source& source) {
    static constexpr std::array kEndings{".js"sv, ".ts"sv, ".mjs"sv, ".cjs"sv, ".mts"sv, ".cts"sv};
    return !source.name.ends_with(".d.ts") &&
           std::any_of(kEndings.begin(), kEndings.end(), [&](auto ending) { return source.name.ends_with(ending); });
}

bool has_word(std::string_view text, std::string_view word) {
    for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
        const bool begins = at == 0 || !continues_name(text[at - 1]);
        const auto behind = at + word.size();
        if (begins && (behind == text.size() || !continues_name(text[behind]))) return true;
    }
    return false;
}

/// All of one of the groups.
bool names(const Source& source, std::initializer_list<std::initializer_list<std::string_view>> groups) {
    if (!is_program(source)) return false;
    return std::any_of(groups.begin(), groups.end(), [&](const auto& group) {
        return std::all_of(group.begin(), group.end(), [&](auto word) { return has_word(source.body(), word); });
    });
}

/// Its text is no SQL. What it sends takes the place of this (extract/recorded.h).
void leave_to_its_run(const Source& source, Script& script) {
    blank(script.sql, 0, script.sql.size());
    script.unread.push_back({source.whole(), "a program", "it has to be run for its SQL"});
}

Scope whole_run(const Source& source, Script& script, std::string reason) {
    leave_to_its_run(source, script);
    return {TransactionMode::whole_run, std::move(reason), Scope::From::assumed};
}

}  // namespace

extern const Format knex, sequelize, typeorm, node_pg_migrate, mikro_orm, kysely, db_migrate;

const Format typeorm{
    "typeorm", "TypeORM", "a JavaScript or TypeScript file that names MigrationInterface or queryRunner",
    [](const Source& s) {
        return names(s, {{"MigrationInterface"}, {"QueryRunner", "up"}, {"queryRunner", "up"}});
    },
    [](const Source& s, Script& script) {
        return whole_run(s, script, "TypeORM runs all pending migrations in one transaction by default");
    }};

const Format mikro_orm{"mikro-orm", "MikroORM", "a JavaScript or TypeScript file that names @mikro-orm/migrations",
                       [](const Source& s) {
                           return names(s, {{"@mikro-orm/migrations"}, {"Migration", "addSql"}});
                       },
                       [](const Source& s, Script& script) {
                           return whole_run(s, script,
                                            "MikroORM runs all pending migrations in one transaction by default");
                       }};

const Format sequelize{
    "sequelize", "Sequelize", "a JavaScript or TypeScript file that names queryInterface or Sequelize",
    [](const Source& s) {
        return names(s, {{"queryInterface"}, {"QueryInterface"}, {"Sequelize", "up"}, {"sequelize", "up"}});
    },
    [](const Source& s, Script& script) {
        leave_to_its_run(s, script);
        return Scope{TransactionMode::per_statement,
                     "Sequelize opens no transaction that the migration does not ask for", Scope::From::tool};
    }};

const Format node_pg_migrate{
    "node-pg-migrate", "node-pg-migrate",
    "a JavaScript or TypeScript file that names pgm, MigrationBuilder or node-pg-migrate",
    [](const Source& s) {
        return names(s, {{"pgm"}, {"MigrationBuilder"}, {"node-pg-migrate"}});
    },
    [](const Source& s, Script& script) {
        return whole_run(s, script, "node-pg-migrate runs all pending migrations in one transaction by default");
    }};

const Format kysely{"kysely", "Kysely", "a JavaScript or TypeScript file that names Kysely",
                    [](const Source& s) {
                        return names(s, {{"Kysely"}, {"kysely"}});
                    },
                    [](const Source& s, Script& script) {
                        return whole_run(s, script, "Kysely runs all pending migrations in one transaction by default");
                    }};

const Format db_migrate{
    "db-migrate", "db-migrate", "a JavaScript file that names dbm, dbmigrate or db-migrate",
    [](const Source& s) {
        return names(s, {{"dbm"}, {"dbmigrate"}, {"db-migrate"}, {"db", "runSql"}});
    },
    [](const Source& s, Script& script) {
        leave_to_its_run(s, script);
        return Scope{TransactionMode::per_file, "db-migrate runs each file in a transaction", Scope::From::assumed};
    }};

const Format knex{"knex", "Knex", "a JavaScript or TypeScript file that names knex and exports up",
                  [](const Source& s) {
                      return names(s, {{"knex", "up"}, {"Knex", "up"}});
                  },
                  [](const Source& s, Script& script) {
                      return whole_run(s, script,
                                       "Knex runs all pending migrations in one transaction unless one opts out");
                  }};

}  // namespace pgfence::extract

#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule drop_database{
    .title = "DROP DATABASE drops everything in it",
    .category = Category::destructive,
    .why = R"(
Every table of the database is gone, and nothing but a backup brings it back. It cannot run in a transaction, and fails
while anybody is connected (unless `WITH (FORCE)` throws them out).

This is no work for a migration: do it by hand, after a backup.
)",
    .bad = {R"(
CREATE DATABASE shop;
-- migration:
DROP DATABASE shop;
)",
            R"(
DROP DATABASE IF EXISTS shop WITH (FORCE);
)"},
    .good = {R"(
DROP SCHEMA shop;
)",
             R"(
ALTER DATABASE shop SET log_statement = 'ddl';
)"},
    .about = kinds<Drop>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* drop = step.is<Drop>();
        if (!drop || drop->object != ObjectType::database) return {};
        Consequence consequence;
        consequence.message =
            fmt::format("Database {} is dropped with every table in it", in_code(drop->names.front()));
        return {std::move(consequence)};
    },
    .aliases = "ban-drop-database",
};

}  // namespace pgfence::rules

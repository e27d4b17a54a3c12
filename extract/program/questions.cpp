#include "extract/program/questions.h"

#include <algorithm>
#include <array>

#include "core/text.h"
#include "extract/program/sql_text.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

/// The name that a column has to be equal to in what the migration wrote; empty where that is not asked for.
std::string_view asked_for(std::string_view question, std::string_view column) {
    const std::string before = std::string(column) + " = '";
    const auto at = question.find(before);
    if (at == question.npos) return {};
    const auto begin = at + before.size();
    return question.substr(begin, question.find('\'', begin) - begin);
}

bool names(std::string_view statement, std::string_view name) { return contains(statement, quoted(name)); }

/// It changes no more than the table that it names first. DROP would take partitions along, or what is in a schema.
bool is_of_one_table(std::string_view statement) {
    constexpr std::array kKinds{"ALTER TABLE "sv,         "CREATE TABLE "sv, "CREATE INDEX "sv,
                                "CREATE UNIQUE INDEX "sv, "CREATE TYPE "sv,  "COMMENT ON "sv,
                                "INSERT INTO "sv,         "UPDATE "sv,       "DELETE FROM "sv};
    return std::any_of(kKinds.begin(), kKinds.end(), [&](auto kind) { return statement.starts_with(kind); });
}

bool makes_or_moves_it(std::string_view statement) {
    return statement.starts_with("CREATE TABLE") || contains(statement, " RENAME TO ");
}

}  // namespace

bool says_also(const SchemaQuestion& question, const SchemaQuestion& other) {
    using Asks = SchemaQuestion::Asks;
    if (question == other) return true;
    if (other.asks != Asks::table || (question.asks != Asks::column && question.asks != Asks::constraint)) return false;
    return question.is_so && other.is_so && question.behind == other.behind && question.schema == other.schema &&
           question.table == other.table;
}

bool leaves_answer(std::string_view statement, const SchemaQuestion& question) {
    std::string_view table = question.table;
    std::string_view column = question.asks == SchemaQuestion::Asks::column ? std::string_view(question.part) : "";
    if (table.empty()) {
        table = asked_for(question.sql, "table_name");
        column = asked_for(question.sql, "column_name");
    }
    if (table.empty()) table = asked_for(question.sql, "tablename");
    if (table.empty() || !is_of_one_table(statement)) return false;
    if (!names(statement, table)) return true;
    // An index or constraint may come and go with a column, unnamed.
    return !column.empty() && !names(statement, column) && !makes_or_moves_it(statement);
}

}  // namespace pgfence::extract

#include "extract/program/questions.h"

#include <algorithm>
#include <array>

#include "core/text.h"
#include "extract/program/sql_text.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kBegin = "EXISTS (SELECT 1 FROM information_schema.";

/// The name that a column has to be equal to; empty where that is not asked for.
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

std::string exists(std::string_view view, const Conditions& conditions) {
    std::string sql;
    for (const auto& [column, value] : conditions)
        sql += (sql.empty() ? "" : " AND ") + std::string(column) + " = " + value;
    return "EXISTS (SELECT 1 FROM " + std::string(view) + " WHERE " + sql + ")";
}

bool says_also(std::string_view question, std::string_view other) {
    const std::string table = std::string(kBegin) + "tables WHERE ";
    if (question == other) return true;
    if (!other.starts_with(table)) return false;
    const auto close = other.rfind(')');
    const std::string_view conditions = other.substr(table.size(), close - table.size());
    for (const std::string_view view : {"columns WHERE "sv, "table_constraints WHERE "sv})
        if (question.starts_with(std::string(kBegin) + std::string(view) + std::string(conditions) + " AND "))
            return question.substr(question.rfind(')')) == other.substr(close);
    return false;
}

bool leaves_answer(std::string_view statement, std::string_view question) {
    std::string_view table = asked_for(question, "table_name"), part = asked_for(question, "column_name");
    if (table.empty()) table = asked_for(question, "tablename");
    if (table.empty() || !is_of_one_table(statement)) return false;
    if (!names(statement, table)) return true;
    // An index or constraint may come and go with a column, unnamed.
    return !part.empty() && !names(statement, part) && !makes_or_moves_it(statement);
}

}  // namespace pgfence::extract

#include <fmt/format.h>

#include "policy/inputs.h"
#include "policy/own_rule.h"
#include "policy/own_rules.h"

namespace pgfence::policy::rules {
namespace {

void judge(const Inputs& inputs, const OptionValues&, std::vector<Finding>& found) {
    for (const AnalyzedFile& file : inputs.analysis.files) {
        if (file.no_way_back.empty() || file.statements.empty()) continue;
        Finding finding;
        finding.span = file.statements.front().span;
        finding.message = fmt::format("No rollback: {}", file.no_way_back);
        found.push_back(std::move(finding));
    }
}

}  // namespace

extern const OwnRule missing_down_migration{
    .info =
        {.id = std::string(kMissingDownMigration),
         .title = "Migration that its tool cannot roll back",
         .why =
             "goose, dbmate, sql-migrate, golang-migrate, sqlx and Diesel undo a migration with its down part. Where "
             "that is absent or empty, a deployment that went wrong can only be mended forward. Tools without a way "
             "back are not held to one.",
         .category = Category::policy,
         .default_severity = Severity::off},
    .bad = {{{
                {"migrations/1.sql", "-- +goose Up\nCREATE TABLE orders (id bigint PRIMARY KEY);\n"},
            }},
            {{
                {"migrations/1.sql", R"(-- +goose Up
CREATE TABLE orders (id bigint PRIMARY KEY);
-- +goose Down
)"},
            }}},
    .good = {{{
        {"migrations/1.sql", R"(-- +goose Up
CREATE TABLE orders (id bigint PRIMARY KEY);
-- +goose Down
DROP TABLE orders;
)"},
    }}},
    .judge = judge,
};

}  // namespace pgfence::policy::rules

// Liquibase's changelogs in YAML: items of a change set's `changes`.

#include "author/tool.h"
#include "author/written.h"

namespace pgfence::author {
namespace {

std::string sql_change(std::string_view sql) {
    return "- sql:\n    splitStatements: false\n    sql: |-\n" + indented(sql, "      ");
}

// ${x} would be a property.
std::string code(const Step& step) { return holds(step, "${") ? "" : each(step, sql_change); }

}  // namespace

extern const Tool liquibase_yaml;
const Tool liquibase_yaml{.format = "liquibase-yaml",
                          .without_transaction = "give it a `changeSet` of its own with `runInTransaction: false`",
                          .gives_own_file = true,
                          .unit = "change set",
                          .language = "yaml",
                          .code = code};

}  // namespace pgfence::author

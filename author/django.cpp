// Django's migrations: items of the list `operations`.

#include "author/native.h"
#include "author/tool.h"
#include "author/written.h"
#include "core/number_text.h"
#include "core/text.h"

namespace pgfence::author {
namespace {

std::string run_sql(std::string_view sql) { return "migrations.RunSQL(" + in_python(sql) + "),"; }

/// The author's own operation does it, or its twin with CONCURRENTLY (django.contrib.postgres.operations, since 3.0).
std::string as_written(const Statement& statement, const Written& written, std::string_view version) {
    const std::string_view name = callee(written.call);
    if (!stands_alone(written.call)) return "";
    if (same_sql(statement.sql, written.sql)) return std::string(written.call) + ",";
    const std::string twin = name == "migrations.AddIndex"      ? "AddIndexConcurrently"
                             : name == "migrations.RemoveIndex" ? "RemoveIndexConcurrently"
                                                                : "";
    if (twin.empty() || is_version_before(version, "3.0") || !only_adds_concurrently(written.sql, statement.sql))
        return "";
    return "# from django.contrib.postgres.operations import " + twin + "\n" + twin +
           std::string(written.call.substr(name.size())) + ",";
}

bool is_sql(std::string_view call) { return callee(call).starts_with("migrations.Run"); }

std::string code(const Step& step) {
    const bool one = step.statements.size() == 1;
    if (one)
        if (std::string said = as_written(step.statements.front(), step.written, step.version); !said.empty())
            return said;
    // The models change all the same: else makemigrations would find the change again.
    if (!step.changes_state || step.written.call.empty() || is_sql(step.written.call)) return each(step, run_sql);
    std::string out = "migrations.SeparateDatabaseAndState(\n    database_operations=[\n";
    for (const Statement& statement : step.statements) out += "        " + run_sql(statement.sql) + "\n";
    // Names of the author's own are not there in another file: he has to look.
    const std::string_view own = stands_alone(step.written.call) ? "" : "  # with what it needs of this file";
    return out + "    ],\n    state_operations=[" + std::string(own) + "\n" + indented(step.written.call, "        ") +
           ",\n    ],\n),";
}

/// Its state has to hold what the operation says, whoever runs the SQL.
std::string leave_out(const Written& written) {
    const std::string_view call = written.shared;
    if (is_sql(call)) return "take this statement out of the operation that sends it";
    const std::string name = "`" + std::string(callee(call)) + "`";
    if (written.builds_index && callee(call) == "migrations.AddField")
        return name +
               " here builds this index too: make it a `SeparateDatabaseAndState`, with the operation as it is in "
               "`state_operations` and with `db_index=False` in `database_operations`";
    return name +
           " here sends other statements too: make it a `SeparateDatabaseAndState`, with the operation in "
           "`state_operations` and a `RunSQL` for each of its other statements in `database_operations`";
}

}  // namespace

extern const Tool django;
const Tool django{.format = "django",
                  .without_transaction = "put `atomic = False` into its class `Migration`",
                  .since = "1.10",
                  .language = "python",
                  .code = code,
                  .leave_out = leave_out};

}  // namespace pgfence::author

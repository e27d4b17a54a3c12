#include "trace/base.h"

#include <algorithm>
#include <iterator>

namespace pgfence::trace {
namespace {

constexpr std::size_t kMostNotes = 5;
constexpr std::string_view kUndefinedObject = "42704";

/// Images that their projects publish for each major of PostgreSQL: NAME + major + the rest of the tag.
struct ImageWith {
    std::string_view extension, image, variant = "";
};
constexpr ImageWith kImages[] = {{"vector", "pgvector/pgvector:pg"},
                                 {"postgis", "postgis/postgis:", "-3.5"},
                                 {"postgis_topology", "postgis/postgis:", "-3.5"},
                                 {"timescaledb", "timescale/timescaledb:latest-pg"}};

/// One that fails must not take its whole transaction along.
Answer ask_under_savepoint(Session& session, const std::string& sql) {
    if (!session.in_block()) return session.ask(sql);
    session.ask("SAVEPOINT pgfence_base");
    Answer answer = session.ask(sql);
    if (!answer.error.empty())
        session.ask("ROLLBACK TO SAVEPOINT pgfence_base");
    else if (session.in_block())
        session.ask("RELEASE SAVEPOINT pgfence_base");
    return answer;
}

bool is_control(std::string_view kind) {
    return kind == "BEGIN" || kind == "COMMIT" || kind == "ROLLBACK" || kind == "SAVEPOINT" || kind == "RELEASE" ||
           kind == "SET TRANSACTION";
}

Answer run(Session& session, const AnalyzedStatement& statement) {
    if (is_control(statement.kind)) return session.ask(statement.sql);
    Answer answer = ask_under_savepoint(session, statement.sql);
    const std::string role = missing_role(answer.sqlstate, answer.error);
    if (role.empty() || !session.ask("CREATE ROLE " + quoted(role)).error.empty()) return answer;
    return ask_under_savepoint(session, statement.sql);
}

}  // namespace

std::string missing_role(std::string_view sqlstate, std::string_view error) {
    constexpr std::string_view kBegin = "role \"", kEnd = "\" does not exist";
    if (sqlstate != kUndefinedObject || !error.starts_with(kBegin) || !error.ends_with(kEnd)) return {};
    return std::string(error.substr(kBegin.size(), error.size() - kBegin.size() - kEnd.size()));
}

std::string image_hint(std::string_view error, int major) {
    const auto found = std::find_if(std::begin(kImages), std::end(kImages), [&](const auto& one) {
        return error.find("\"" + std::string(one.extension) + "\"") != std::string_view::npos ||
               error.find("/" + std::string(one.extension) + ".control") != std::string_view::npos;
    });
    const bool missing =
        error.find("extension") != std::string_view::npos &&
        (error.find("not available") != std::string_view::npos || error.find("control file") != std::string_view::npos);
    if (!missing) return {};
    if (found == std::end(kImages))
        return "the server lacks this extension: name an image that has it with --docker-image, or a database of yours "
               "with --db-url";
    return "the server lacks this extension: --docker-image " + std::string(found->image) + std::to_string(major) +
           std::string(found->variant) + " has it";
}

Base build_base(Session& session, const Report& base) {
    Base built;
    for (const FileReport& file : base.files)
        for (const StatementReport& report : file.statements) {
            ++built.statements;
            const Answer answer = run(session, report.statement);
            if (answer.error.empty()) continue;
            if (++built.failed > kMostNotes) continue;
            const std::string hint = image_hint(answer.error, session.major());
            built.notes.push_back("base schema, " + file.path + ": " + report.statement.kind +
                                  " failed: " + answer.error + (hint.empty() ? "" : " (" + hint + ")"));
        }
    if (!session.idle()) session.ask("COMMIT");
    return built;
}

}  // namespace pgfence::trace

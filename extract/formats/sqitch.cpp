// Sqitch: scripts in deploy/, revert/ and verify/ below the folder of sqitch.plan, run by psql
// (App::Sqitch::Engine::pg).

#include "extract/formats/format.h"
#include "extract/psql.h"

namespace pgfence::extract {
namespace {

/// The script's folder inside the project: "deploy" of src/deploy/tables/a.sql.
std::string_view role(const Source& source) {
    const auto project = nearest_folder_with(source.hints, source.folder, "sqitch.plan");
    if (!project) return {};
    std::string_view inside = source.folder.substr(project->size());
    if (inside.starts_with('/')) inside.remove_prefix(1);
    return inside.substr(0, inside.find('/'));
}

bool recognises(const Source& source) {
    const std::string_view folder = role(source);
    return folder == "deploy" || folder == "revert" || folder == "verify";
}

bool is_revert(std::string_view path) { return path.starts_with("revert/") || contains(path, "/revert/"); }

Scope read(const Source& source, Script& script) {
    if (role(source) == "deploy")
        read_psql(source, script);
    else
        blank(script.sql, 0, script.sql.size());
    return {TransactionMode::per_statement, "Sqitch gives each script to psql, which opens no transaction",
            Scope::From::tool};
}

}  // namespace

extern const Format sqitch;
const Format sqitch{.id = "sqitch",
                    .title = "Sqitch",
                    .decides = "a folder deploy below the one of sqitch.plan",
                    .recognises = recognises,
                    .read = read,
                    .known = Known::place,
                    .habits = {.is_known = true,
                               .leads_back = is_revert,
                               .late = Runner::Late::unordered,
                               .edited = Runner::Edited::ignored},
                    .marks_as_run = "sqitch deploy --log-only",
                    .is_planned = true};

}  // namespace pgfence::extract

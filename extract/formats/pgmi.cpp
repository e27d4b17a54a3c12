// pgmi: the files below the folder of deploy.sql are data to it; it decides which of them run, in which order and in
// which transactions. Its head up to the first COMMIT is one transaction, what follows commits statement by statement.

#include "extract/formats/code.h"
#include "extract/psql.h"

namespace pgfence::extract {
namespace {

constexpr std::string_view kDeploy = "deploy.sql";

std::optional<std::string> deploy_script(const Source& source) {
    const auto project = nearest_folder_with(source.hints, source.folder, kDeploy);
    return project ? text_of(source.hints, join(*project, kDeploy)) : std::nullopt;
}

bool recognises(const Source& source) {
    if (source.name == kDeploy) return contains(source.text, "pgmi_");
    if (contains(source.text, "<pgmi-meta")) return true;
    const auto deploy = deploy_script(source);
    return deploy && contains(*deploy, "pgmi_");
}

Scope read(const Source& source, Script& script) {
    read_psql(source, script);
    if (source.name == kDeploy)
        return {TransactionMode::per_statement, "pgmi runs deploy.sql as psql would", Scope::From::tool};
    const auto deploy = deploy_script(source);
    if (deploy && !contains_word(*deploy, "COMMIT"))
        return {TransactionMode::whole_run, "deploy.sql has no COMMIT: all files are in one transaction",
                Scope::From::file};
    return {TransactionMode::per_file, "deploy.sql decides when it runs: a transaction for each file is assumed",
            Scope::From::assumed};
}

}  // namespace

extern const Format pgmi;
const Format pgmi{"pgmi", "pgmi", "below the folder of pgmi's deploy.sql", recognises, read, Known::place};

}  // namespace pgfence::extract

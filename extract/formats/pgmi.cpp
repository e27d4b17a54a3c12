// pgmi: the files below the folder of deploy.sql are data to it; it decides which of them run, in which order and in
// which transactions. Its head up to the first COMMIT is one transaction, what follows commits statement by statement.

#include <pugixml.hpp>

#include "core/path_text.h"
#include "extract/formats/code.h"
#include "extract/psql.h"

namespace pgfence::extract {
namespace {

constexpr std::string_view kDeploy = "deploy.sql";

std::optional<std::string> deploy_script(const Source& source) {
    const auto project = nearest_folder_with(source.hints, source.folder, kDeploy);
    return project ? text_of(source.hints, path_in(*project, kDeploy)) : std::nullopt;
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

/// The XML that a comment of the file holds; empty without one.
std::string_view meta_of(std::string_view text) {
    constexpr std::string_view kEnd = "</pgmi-meta>";
    const auto begin = text.find("<pgmi-meta");
    if (begin == std::string_view::npos) return {};
    text = text.substr(begin);
    text = text.substr(0, text.find("*/"));
    const auto end = text.find(kEnd);
    return end == std::string_view::npos ? text : text.substr(0, end + kEnd.size());
}

/// As pgmi_plan_view has it: by the keys of <pgmi-meta>, of which the first is where a file runs first, else by the
/// path; what is idempotent runs at each deployment (pgmi's docs/METADATA.md).
RunOrder run_order(const MigrationFile& file) {
    const std::string_view text = meta_of(file.text);
    pugi::xml_document document;
    document.load_buffer(text.data(), text.size());
    const pugi::xml_node meta = document.child("pgmi-meta");
    const std::string key = meta.child("sortKeys").child("key").text().as_string();
    return {key.empty() ? "./" + file.path : key, meta.attribute("idempotent").as_bool()};
}

}  // namespace

extern const Format pgmi;
const Format pgmi{.id = "pgmi",
                  .title = "pgmi",
                  .decides = "below the folder of pgmi's deploy.sql",
                  .recognises = recognises,
                  .read = read,
                  .known = Known::place,
                  .run_order = run_order};

}  // namespace pgfence::extract

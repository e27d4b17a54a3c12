// Yuniql: a folder for each version, v0.01, v0.02, ..., and beside them _init, _pre, _draft and _post, whose files run
// with the first or with every deployment; _erase is run by hand (MigrationService.cs). All of a deployment is one
// transaction unless it is told otherwise.

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "extract/formats/format.h"
#include "extract/placeholders.h"
#include "locate/layout.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

/// In the order in which they run; versions are between the second and the third.
constexpr std::array kReserved{"_init"sv, "_pre"sv, "_draft"sv, "_post"sv, "_erase"sv, "_drop"sv};

bool is_version(std::string_view folder) {
    return folder.size() > 1 && (folder[0] == 'v' || folder[0] == 'V') && is_digit(folder[1]);
}
bool is_reserved(std::string_view folder) {
    return std::find(kReserved.begin(), kReserved.end(), folder) != kReserved.end();
}

/// Where a file lies in a workspace.
struct WorkspaceFolder {
    std::string workspace, folder;  ///< "db", "v0.01"; no folder: it is beside the versions
};

/// The outermost folder that a workspace may have.
std::optional<WorkspaceFolder> workspace_folder_of(std::string_view path) {
    std::string around;
    for (const std::string_view part : path_parts(folder_of(path))) {
        if (is_version(part) || is_reserved(part)) return WorkspaceFolder{around, std::string(part)};
        around = path_in(around, part);
    }
    return std::nullopt;
}

bool is_workspace(const Hints& hints, const std::string& folder) {
    const auto there = std::count_if(kReserved.begin(), kReserved.end(), [&](std::string_view reserved) {
        return has_folder(hints, path_in(folder, reserved));
    });
    return there >= 2;
}

/// Texts beside the versions of which the build makes a file in one of them: Migration/FunctionsAndProcedures/a.sql.
bool is_beside_versions(const Source& source) {
    const std::string_view around = folder_of(source.folder);
    return !around.empty() && !workspace_folder_of(source.path) && is_workspace(source.hints, std::string(around));
}

bool recognises(const Source& source) {
    const auto place = workspace_folder_of(source.path);
    return place ? is_workspace(source.hints, place->workspace) : is_beside_versions(source);
}

/// "v0.9" before "v0.10", and a file of a version before those in folders below it.
RunOrder run_order(const MigrationFile& file) {
    const auto place = workspace_folder_of(file.path);
    if (!place) return {std::string(folder_of(folder_of(file.path))) + "\n7 " + file.path, true};
    std::string key = place->workspace + "\n";
    const auto reserved = std::find(kReserved.begin(), kReserved.end(), place->folder);
    if (reserved != kReserved.end()) {
        const auto at = reserved - kReserved.begin();
        return {key + std::to_string(at < 2 ? at : at + 1) + " " + file.path, place->folder != "_init"};
    }
    key += "2 ";
    constexpr std::size_t kDigits = 12;
    for (const std::string_view number : split(std::string_view(place->folder).substr(1), ".-"))
        key.append(number.size() < kDigits ? kDigits - number.size() : 0, '0').append(number).append(".");
    return {key + " " + file.path, false};
}

bool leads_back(std::string_view path) {
    const auto place = workspace_folder_of(path);
    return place && (place->folder == "_erase" || place->folder == "_drop");
}

Scope read(const Source& source, Script& script) {
    Placeholders tokens(source, script);
    tokens.fill_all(source.begin, script.sql.size(), "${", "}");
    tokens.list("tokens", "Yuniql replaces them when it runs: a name is read in their place");
    return {TransactionMode::whole_run,
            "Yuniql runs all pending versions in one transaction unless it is told otherwise", Scope::From::assumed};
}

}  // namespace

extern const Format yuniql;
const Format yuniql{.id = "yuniql",
                    .title = "Yuniql",
                    .decides = "a folder like v0.01 beside _init, _pre, _draft and _post",
                    .recognises = recognises,
                    .read = read,
                    .known = Known::place,
                    .sends_as_is = true,
                    .run_order = run_order,
                    .habits = {.is_known = true,
                               .recursive = true,
                               .leads_back = leads_back,
                               .late = Runner::Late::skipped,
                               .edited = Runner::Edited::ignored}};

}  // namespace pgfence::extract

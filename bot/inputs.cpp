#include "bot/inputs.h"

#include <algorithm>
#include <filesystem>

#include "bot/workflow_text.h"
#include "core/number_text.h"
#include "core/server_version.h"
#include "core/text.h"

namespace pgfence {
namespace {

std::string variable_of(std::string_view input) {
    std::string name = "INPUT_";
    for (const char c : input) name += to_upper(c);
    return name;
}

std::string input(const Environment& environment, std::string_view name) {
    return std::string(trim(environment.get(variable_of(name)), kBlanks));
}

tl::unexpected<Error> bad_value(std::string_view name, std::string_view value, std::string_view wanted) {
    return usage_error("input " + std::string(name) + " is \"" + as_log_text(value.substr(0, 100)) + "\": give " +
                       std::string(wanted));
}

// The spellings of YAML 1.2's core schema, as GitHub's own toolkit reads booleans.
Result<bool> boolean(const Environment& environment, std::string_view name, bool otherwise) {
    const auto value = input(environment, name);
    if (value.empty()) return otherwise;
    if (value == "true" || value == "True" || value == "TRUE") return true;
    if (value == "false" || value == "False" || value == "FALSE") return false;
    return bad_value(name, value, "true or false");
}

Result<std::optional<int>> postgres_version(const Environment& environment) {
    const auto value = input(environment, "pg-version");
    if (value.empty()) return std::optional<int>();
    const auto major = number_in<int>(value);
    if (!major || !is_answered_for(*major))
        return bad_value("pg-version", value, "PostgreSQL's major version, " + servers_in_words());
    return major;
}

Result<std::optional<Risk>> max_risk(const Environment& environment) {
    const auto value = input(environment, "max-risk");
    if (value.empty()) return std::optional<Risk>();
    const auto risk = parse_risk(value);
    if (!risk) return bad_value("max-risk", value, "safe, low, medium, high or critical");
    return risk;
}

Result<std::optional<Unanalyzed>> unanalyzed(const Environment& environment) {
    const auto value = input(environment, "unanalyzed");
    if (value.empty()) return std::optional<Unanalyzed>();
    const auto choice = parse_unanalyzed(value);
    if (!choice) return bad_value("unanalyzed", value, "fail, neutral or ignore");
    return choice;
}

std::vector<std::string> lines(std::string_view text) {
    std::vector<std::string> found;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        if (const auto line = trim(text.substr(0, end), kBlanks); !line.empty()) found.emplace_back(line);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return found;
}

Result<std::string> inside_workspace(const Environment& environment, std::string_view name) {
    const auto value = input(environment, name);
    if (value.empty()) return std::string();
    const auto path = std::filesystem::path(value).lexically_normal();
    if (path.is_absolute() || (!path.empty() && *path.begin() == ".."))
        return bad_value(name, value, "a path inside the workspace, relative to it");
    auto text = path.generic_string();
    while (text.ends_with('/')) text.pop_back();
    return text == "." ? std::string() : text;
}

// It travels in a header: a line break in it would add headers of somebody's choice.
Result<Secret> token(const Environment& environment) {
    auto value = input(environment, "token");
    const bool plain = std::all_of(value.begin(), value.end(), [](char c) { return c > ' ' && c < 0x7F; });
    if (!plain) return usage_error("input token holds blanks or control characters: give the token alone");
    return Secret(std::move(value));
}

}  // namespace

Result<Inputs> parse_inputs(const Environment& environment) {
    Inputs inputs;
    inputs.token = TRY(token(environment));
    inputs.base = input(environment, "base");
    inputs.config = input(environment, "config");
    inputs.paths = lines(environment.get("INPUT_PATHS"));
    inputs.pg_version = TRY(postgres_version(environment));
    inputs.max_risk = TRY(max_risk(environment));
    inputs.unanalyzed = TRY(unanalyzed(environment));
    inputs.stats_file = input(environment, "stats-file");
    inputs.snapshot = input(environment, "snapshot");
    inputs.schema = input(environment, "schema");
    inputs.sarif_file = TRY(inside_workspace(environment, "sarif-file"));
    inputs.report_file = TRY(inside_workspace(environment, "report-file"));
    inputs.comment = TRY(boolean(environment, "comment", true));
    inputs.check = TRY(boolean(environment, "check", true));
    inputs.suggestions = TRY(boolean(environment, "suggestions", false));
    inputs.trace = TRY(boolean(environment, "trace", false));
    inputs.upload_sarif = TRY(boolean(environment, "upload-sarif", false));
    if (auto name = input(environment, "check-name"); !name.empty()) inputs.check_name = std::move(name);
    inputs.dry_run = TRY(boolean(environment, "dry-run", false));
    inputs.working_directory = TRY(inside_workspace(environment, "working-directory"));
    return inputs;
}

}  // namespace pgfence

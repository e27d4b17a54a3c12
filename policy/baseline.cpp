#include "policy/baseline.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/date.h"
#include "policy/toml.h"

namespace pgfence::policy {
namespace {

constexpr std::string_view kHead =
    "# Findings that were there when pgfence came: `pgfence baseline` writes this file, docs/config.md describes it.\n"
    "# Take out a line, and its findings count again.\n";

/// A TOML basic string.
std::string in_quotes(std::string_view text) {
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            quoted += fmt::format("\\{}", c);
        else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            quoted += fmt::format("\\u{:04X}", static_cast<unsigned char>(c));
        else
            quoted += c;
    }
    return quoted + '"';
}

tl::unexpected<Error> wrong(std::string_view file, const toml::source_region& where, std::string_view what) {
    return usage_error(fmt::format("{} line {}: {}", file, where.begin.line, what));
}

Result<std::set<std::string>> fingerprints(std::string_view file, const toml::node& value) {
    const auto* array = value.as_array();
    if (!array) return wrong(file, value.source(), "a rule's fingerprints stand in an array");
    std::set<std::string> all;
    for (const toml::node& element : *array) {
        const auto* digits = element.as_string();
        if (!digits || !is_fingerprint(digits->get()))
            return wrong(file, element.source(), "a fingerprint has 16 hex digits");
        all.insert(digits->get());
    }
    return all;
}

Result<Baseline::Rules> rules(std::string_view file, const toml::node& value) {
    const auto* table = value.as_table();
    if (!table) return wrong(file, value.source(), "expected reason, until, or a table named after a migration");
    Baseline::Rules all;
    for (const auto& [rule, accepted] : *table) all.emplace(std::string(rule.str()), TRY(fingerprints(file, accepted)));
    return all;
}

}  // namespace

std::size_t Baseline::size() const {
    std::size_t size = 0;
    for (const auto& [path, rules] : files)
        for (const auto& [rule, accepted] : rules) size += accepted.size();
    return size;
}

Result<Baseline> parse_baseline(std::string_view text, std::string_view file_name) {
    const toml::parse_result parsed = toml::parse(text, file_name);
    if (!parsed)
        return wrong(file_name, parsed.error().source(), fmt::format("is no TOML: {}", parsed.error().description()));
    Baseline baseline;
    baseline.name = file_name;
    for (const auto& [key, value] : parsed.table()) {
        const auto* string = value.as_string();
        if (string && key.str() == "reason") {
            baseline.reason = string->get();
        } else if (string && key.str() == "until") {
            if (!parse_iso_date(string->get()))
                return wrong(file_name, value.source(), "until is a date such as \"2026-12-31\"");
            baseline.until = string->get();
        } else {
            baseline.files.emplace(std::string(key.str()), TRY(rules(file_name, value)));
        }
    }
    return baseline;
}

std::string in_toml(const Baseline& baseline) {
    std::string text(kHead);
    if (!baseline.reason.empty()) text += fmt::format("reason = {}\n", in_quotes(baseline.reason));
    if (!baseline.until.empty()) text += fmt::format("until = {}\n", in_quotes(baseline.until));
    for (const auto& [path, rules] : baseline.files) {
        text += fmt::format("\n[{}]\n", in_quotes(path));
        for (const auto& [rule, accepted] : rules)
            text += fmt::format("{} = [\"{}\"]\n", rule, fmt::join(accepted, "\", \""));
    }
    return text;
}

Baseline baseline_of(const Report& report) {
    Baseline baseline;
    for (const FileReport& file : report.files) {
        Fingerprints fingerprints;
        for (const StatementReport& statement : file.statements) {
            const std::string sql = normalised(statement.statement.sql);
            for (const Graded& graded : statement.findings)
                if (!graded.suppressed || graded.suppressed->by == Suppression::By::baseline)
                    baseline.files[file.path][graded.finding.rule].insert(
                        fingerprints.next(hash_of(graded.finding.rule, sql)));
        }
    }
    return baseline;
}

AcceptedFindings::AcceptedFindings(const Baseline& baseline, const FileReport& file) {
    auto found = baseline.files.find(file.path);
    if (found == baseline.files.end() && file.old_path) found = baseline.files.find(*file.old_path);
    if (found != baseline.files.end()) left_ = found->second;
}

bool AcceptedFindings::accepts(std::string_view rule, std::uint64_t hash) {
    if (left_.empty()) return false;
    const auto found = left_.find(rule);
    return found != left_.end() && found->second.erase(fingerprints_.next(hash)) > 0;
}

std::map<std::string, std::size_t> AcceptedFindings::gone() const {
    std::map<std::string, std::size_t> gone;
    for (const auto& [rule, accepted] : left_)
        if (!accepted.empty()) gone[rule] = accepted.size();
    return gone;
}

}  // namespace pgfence::policy

#include "pipeline/flyway_lock.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "core/text.h"
#include "extract/extract.h"
#include "pipeline/code_search.h"
#include "pipeline/concurrent_builds.h"
#include "pipeline/finding_order.h"
#include "policy/own_rules.h"

namespace pgfence::pipeline {
namespace {

/// The first version that holds the lock in a transaction.
constexpr std::array kFirst{9, 1, 2};

/// 8.5.13 of "flyway-core:8.5.13'": the number behind the name. Nothing when there is none.
std::optional<std::array<int, 3>> version_behind(std::string_view line, std::string_view name) {
    const auto at = line.find(name);
    if (at == line.npos) return std::nullopt;
    std::string_view rest = line.substr(at + name.size());
    const auto digits = rest.find_first_of("0123456789");
    if (digits == rest.npos || digits > 24) return std::nullopt;
    rest.remove_prefix(digits);
    std::array<int, 3> version{};
    for (int& part : version) {
        while (!rest.empty() && is_digit(rest[0]) && part < 100'000) {
            part = part * 10 + (rest[0] - '0');
            rest.remove_prefix(1);
        }
        if (rest.empty() || rest[0] != '.') break;
        rest.remove_prefix(1);
    }
    return version;
}

/// Maven's <version> is one of the next lines: what stands there, if `line` names Flyway and no version.
std::string version_of_its_own(const diff::UsingLine& line, const std::vector<diff::UsingLine>& all) {
    constexpr std::uint32_t kNear = 2;
    if (!contains(line.text, "<artifactId>flyway-")) return {};
    for (const diff::UsingLine& other : all)
        if (other.path == line.path && other.line > line.line && other.line <= line.line + kNear &&
            trim(other.text).starts_with("<version>"))
            return std::string(trim(other.text));
    return {};
}

bool project_says_harmless(const Prepared& change) {
    constexpr std::size_t kMostLines = 2000;
    const auto found = search_base(
        change, {{{"flyway", "Flyway", "flywayVersion", "flyway_version", "FLYWAY_VERSION", "transactional_lock",
                   "transactionalLock", "transactional", "FLYWAY_POSTGRESQL_TRANSACTIONAL_LOCK", "version"},
                  {"flyway", "Flyway", "flywayVersion", "flyway_version", "FLYWAY_VERSION",
                   "FLYWAY_POSTGRESQL_TRANSACTIONAL_LOCK"},
                  kMostLines,
                  diff::SearchTerms::In::settings}});
    if (!found) return false;
    const auto& lines = found->uses.front().lines;
    return std::any_of(lines.begin(), lines.end(), [&](const diff::UsingLine& line) {
        return flyway_lock_in(line.text + version_of_its_own(line, lines)) == FlywayLock::harmless;
    });
}

Finding finding(const AnalyzedFile& file, std::size_t statement) {
    Finding found;
    found.rule = policy::kFlywayTransactionalLock;
    found.category = Category::compatibility;
    found.span = file.statements[statement].span;
    found.statement = statement;
    found.message =
        "CONCURRENTLY waits for every older transaction, and Flyway's own lock is one of them: the deployment hangs";
    found.certainty = Certainty::depends;
    found.depends_on = {"the version of Flyway: from 9.1.2 on",
                        "its setting postgresql.transactional.lock, which was not found: `false` lets it run"};
    return found;
}

}  // namespace

FlywayLock flyway_lock_in(std::string_view line_as_is) {
    if (is_comment(line_as_is)) return FlywayLock::unsaid;
    const std::string line = lower_case(line_as_is);
    std::string plain;
    for (const char c : line)
        if (c != '-' && c != '_' && c != '.') plain += c;
    if (contains(plain, "transactionallock") && contains(plain, "false")) return FlywayLock::harmless;
    for (const std::string_view name : {"flyway-core", "flyway-maven-plugin", "org.flywaydb.flyway",
                                        "flyway/flyway:", "flywayversion", "flyway_version", "flyway.version"})
        if (const auto version = version_behind(line, name); version && *version < kFirst) return FlywayLock::harmless;
    return FlywayLock::unsaid;
}

void find_what_waits_for_flyway(Analysis& analysis, const Prepared& change) {
    std::vector<Finding> found;
    for (const AnalyzedFile& file : analysis.files) {
        if (!extract::may_lock_beside(file.format)) continue;
        if (const auto waiting = first_concurrent_build(file)) found.push_back(finding(file, *waiting));
    }
    if (found.empty() || project_says_harmless(change)) return;
    analysis.findings.insert(analysis.findings.end(), found.begin(), found.end());
    put_in_order(analysis);
}

}  // namespace pgfence::pipeline

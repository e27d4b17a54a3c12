// SARIF 2.1.0 for code scanning. GitHub asks for more than the schema does (docs.github.com, "SARIF support for code
// scanning"): a region on every result, fingerprints, help for every rule. It takes `security-severity` for the mark of
// a vulnerability and may block a merge for it; a lock is none, so that property is left out.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "annotate/annotate.h"
#include "annotate/durations.h"
#include "annotate/escape.h"
#include "annotate/line_hash.h"
#include "annotate/listing.h"
#include "annotate/utf8.h"
#include "core/text.h"

namespace pgfence::annotate {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostResults = 5000;  // GitHub keeps the top 5,000 of a run
constexpr std::size_t kMostNotifications = 1000;
constexpr std::size_t kLongestRuleText = 1024;

std::string_view level(Severity severity) {
    switch (severity) {
        case Severity::error: return "error";
        case Severity::warning: return "warning";
        case Severity::notice: return "note";
        case Severity::off: break;
    }
    return "none";
}

/// CodeQL's words, by which GitHub sorts and filters alerts.
std::string_view problem_severity(Severity severity) {
    if (severity == Severity::error) return "error";
    return severity == Severity::warning ? "warning" : "recommendation";
}

std::string sentence(std::string_view text) {
    std::string s = visible_line(text);
    if (!s.empty()) s.front() = to_upper(s.front());
    if (!s.ends_with('.')) s += '.';
    return s;
}

Json rule_json(const RuleInfo& rule) {
    const std::string page = rule_page(rule.id);
    const std::string why = trim(rule.why, " \n").empty() ? sentence(rule.title) : std::string(trim(rule.why, " \n"));
    return {{"id", rule.id},
            {"shortDescription", {{"text", shortened(sentence(rule.title), kLongestRuleText)}}},
            {"fullDescription", {{"text", shortened(visible_line(why), kLongestRuleText)}}},
            {"helpUri", page},
            {"help",
             {{"text", fmt::format("{}\n\nMore: {}", why, page)},
              {"markdown", fmt::format("{}\n\n[More about {}]({})", why, rule.id, page)}}},
            {"defaultConfiguration", {{"level", level(rule.default_severity)}}},
            {"properties",
             {{"tags", {"postgresql", "migration", name_of(rule.category)}},
              {"precision", "high"},
              {"problem.severity", problem_severity(rule.default_severity)}}}};
}

Json region_json(const Region& region) {
    return {{"startLine", region.begin.line},
            {"startColumn", region.begin.column},
            {"endLine", region.end.line},
            {"endColumn", region.end.column}};
}

Json location_json(const FileReport& file, const Region& region) {
    return {{"physicalLocation",
             {{"artifactLocation", {{"uri", url_path(file.path)}, {"uriBaseId", "%SRCROOT%"}}},
              {"region", region_json(region)}}}};
}

Json suppression_json(const Suppression& suppression) {
    Json json{{"kind", suppression.by == Suppression::By::comment ? "inSource" : "external"}, {"status", "accepted"}};
    const std::string reason = suppression.mark.empty() ? suppression.reason
                               : suppression.reason.empty()
                                   ? suppression.mark
                                   : fmt::format("{}: {}", suppression.mark, suppression.reason);
    if (!reason.empty()) json["justification"] = visible_line(reason);
    return json;
}

std::string message_text(const Listed& listed) {
    const Graded& graded = *listed.graded;
    const Finding& finding = graded.finding;
    std::string text = sentence(finding.message);
    for (const std::string& line : consequences_in_words(listed)) text += " Also: " + sentence(line);
    if (graded.time) text += " " + sentence(visible_line("takes " + in_words(*graded.time)));
    if (finding.certainty != Certainty::known && !finding.depends_on.empty()) {
        text += " Depends on ";
        for (std::size_t i = 0; i < finding.depends_on.size(); ++i)
            text += (i == 0 ? "" : "; ") + visible_line(finding.depends_on[i]);
        text += ".";
    }
    return text;
}

Json unread_descriptor() {
    return {{"id", kNotAnalyzed},
            {"shortDescription", {{"text", "A statement or file that was not analyzed."}}},
            {"fullDescription",
             {{"text", "What it does to the database is not known, which does not mean that it is safe."}}},
            {"help", {{"text", "Read the statement yourself, or report it: https://github.com/pgfence/action/issues"}}},
            {"defaultConfiguration", {{"level", "warning"}}}};
}

/// One run: rules in the order of their ids, results worst first.
class Run {
public:
    Run(const Report& report, Suppressed suppressed, std::string_view category)
        : report_(report), category_(category), listing_(report), results_(listing_.on_each_line()) {
        if (suppressed == Suppressed::marked)
            results_.insert(results_.end(), listing_.suppressed().begin(), listing_.suppressed().end());
        if (results_.size() > kMostResults) results_.resize(kMostResults);
        for (const Listed& listed : results_) rule_index_.emplace(listed.graded->finding.rule, 0);
        std::size_t next = 0;
        for (auto& [id, index] : rule_index_) index = next++;
    }
    Json json();

private:
    Json driver() const;
    Json result(const Listed& listed);
    Json related(const Finding& finding) const;
    Json invocation() const;
    const std::string& line_hash(const Listed& listed);
    std::string distinct(const Listed& listed, const std::string& hash);

    const Report& report_;
    std::string category_;
    Listing listing_;
    std::vector<Listed> results_;
    std::map<std::string, std::size_t> rule_index_;
    /// How many results of a rule, in a file, on lines that hash alike.
    std::map<std::tuple<std::string, std::string, std::string>, int> told_;
    std::map<std::size_t, std::vector<std::string>> hashes_;  ///< by file, made when first asked for
};

const std::string& Run::line_hash(const Listed& listed) {
    auto found = hashes_.find(listed.file_number);
    if (found == hashes_.end()) found = hashes_.emplace(listed.file_number, line_hashes(listed.file->text)).first;
    const std::vector<std::string>& lines = found->second;
    return lines[std::min<std::size_t>(listed.region.begin.line, lines.size()) - 1];
}

/// GitHub takes two results of one rule on one line for one: the second is told apart.
std::string Run::distinct(const Listed& listed, const std::string& hash) {
    const auto told = ++told_[{listed.graded->finding.rule, listed.file->path, hash}];
    return told == 1 ? hash : fmt::format("{}:{}", hash, told);
}

Json Run::related(const Finding& finding) const {
    const auto place = listing_.related(finding);
    if (!place) return Json::array();
    Json location = location_json(*place->file, place->region);
    location["id"] = 0;
    location["message"] = {{"text", sentence(finding.related_message)}};
    return Json::array({location});
}

Json Run::result(const Listed& listed) {
    const Graded& graded = *listed.graded;
    const Finding& finding = graded.finding;
    Json json{{"ruleId", finding.rule},
              {"ruleIndex", rule_index_.at(finding.rule)},
              {"level", level(graded.severity)},
              {"message", {{"text", message_text(listed)}}},
              {"locations", Json::array({location_json(*listed.file, listed.region)})}};
    if (const Json places = related(finding); !places.empty()) json["relatedLocations"] = places;
    json["partialFingerprints"] = {{"primaryLocationLineHash", distinct(listed, line_hash(listed))},
                                   {"pgfence/v1", graded.fingerprint}};
    if (graded.suppressed) json["suppressions"] = Json::array({suppression_json(*graded.suppressed)});
    json["properties"] = {
        {"risk", name_of(graded.risk)}, {"certainty", name_of(finding.certainty)}, {"relations", finding.relations}};
    return json;
}

Json Run::driver() const {
    Json rules = Json::array();
    for (const auto& [id, index] : rule_index_) rules.push_back(rule_json(listing_.rule(id)));
    return {{"name", "pgfence"},
            {"semanticVersion", report_.tool_version},
            {"informationUri", "https://github.com/pgfence/action"},
            {"rules", rules},
            {"notifications", Json::array({unread_descriptor()})}};
}

Json Run::invocation() const {
    Json notifications = Json::array();
    for (const ListedUnread& listed : listing_.unread()) {
        if (notifications.size() == kMostNotifications) break;
        notifications.push_back({{"descriptor", {{"id", kNotAnalyzed}, {"index", 0}}},
                                 {"level", level(severity_of(*listed.unread))},
                                 {"message", {{"text", sentence(not_analyzed_text(*listed.unread))}}},
                                 {"locations", Json::array({location_json(*listed.file, listed.region)})}});
    }
    return {{"executionSuccessful", true}, {"toolExecutionNotifications", notifications}};
}

Json Run::json() {
    Json results = Json::array();
    for (const Listed& listed : results_) results.push_back(result(listed));
    return {{"tool", {{"driver", driver()}}},
            {"automationDetails", {{"id", category_ + "/"}}},
            {"columnKind", "unicodeCodePoints"},
            {"originalUriBaseIds", {{"%SRCROOT%", {{"description", {{"text", "The root of the repository."}}}}}}},
            {"invocations", Json::array({invocation()})},
            {"results", results},
            {"properties",
             {{"postgresVersion", report_.postgres_version},
              {"postgresVersionAssumed", report_.postgres_version_assumed},
              {"statementsRead", report_.coverage.statements},
              {"statementsUnread", report_.coverage.unread},
              {"outcome", name_of(report_.verdict.outcome)}}}};
}

}  // namespace

std::string sarif(const Report& report, Suppressed suppressed, std::string_view category) {
    Json log{
        {"$schema", "https://json.schemastore.org/sarif-2.1.0.json"}, {"version", "2.1.0"}, {"runs", Json::array()}};
    log["runs"].push_back(Run(report, suppressed, category).json());
    return inert_json(log.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace pgfence::annotate

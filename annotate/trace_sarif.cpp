// SARIF of what a disposable server did: a run of its own beside that of the findings, with a category of its own.

#include <map>
#include <nlohmann/json.hpp>

#include "annotate/annotate.h"
#include "annotate/escape.h"
#include "annotate/line_hash.h"
#include "annotate/trace_output.h"
#include "annotate/trace_rows.h"

namespace pgfence::annotate {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::size_t kMostResults = 5000;  // GitHub keeps the top 5,000 of a run
constexpr const char* kPage = "https://github.com/pgfence/action/blob/v1/docs/trace.md";

struct Kind {
    std::string_view id, title, why;
};
constexpr Kind kMismatch{"trace-mismatch", "The server did something else than predicted.",
                         "The statement ran on a disposable server, and what was seen there counts."};
constexpr Kind kError{"trace-error", "The statement failed on a disposable server.",
                      "It ran on the schema that the earlier migrations make, with made-up rows."};
constexpr Kind kKinds[] = {kMismatch, kError};

Json rule_json(const Kind& kind) {
    return {
        {"id", kind.id},
        {"shortDescription", {{"text", kind.title}}},
        {"fullDescription", {{"text", kind.why}}},
        {"helpUri", kPage},
        {"help",
         {{"text", std::string(kind.why) + " More: " + kPage},
          {"markdown", std::string(kind.why) + "\n\n[More about trace](" + kPage + ")"}}},
        {"defaultConfiguration", {{"level", "error"}}},
        {"properties",
         {{"tags", {"postgresql", "migration", "trace"}}, {"precision", "very-high"}, {"problem.severity", "error"}}}};
}

std::string message_of(const TracedStatement& traced) {
    std::string message = traced.observation.error;
    for (const std::string& difference : traced.differences) message += (message.empty() ? "" : "; ") + difference;
    return visible_line(message) + ".";
}

Json result_json(const FileReport& file, const Region& region, std::size_t kind, const TracedStatement& traced,
                 const std::vector<std::string>& hashes) {
    const std::size_t line = std::min<std::size_t>(region.begin.line, hashes.size());
    return {
        {"ruleId", kKinds[kind].id},
        {"ruleIndex", kind},
        {"level", "error"},
        {"message", {{"text", message_of(traced)}}},
        {"locations", Json::array({{{"physicalLocation",
                                     {{"artifactLocation", {{"uri", url_path(file.path)}, {"uriBaseId", "%SRCROOT%"}}},
                                      {"region",
                                       {{"startLine", region.begin.line},
                                        {"startColumn", region.begin.column},
                                        {"endLine", region.end.line},
                                        {"endColumn", region.end.column}}}}}}})},
        {"partialFingerprints", {{"primaryLocationLineHash", hashes[line - 1]}}},
        {"properties", {{"risk", name_of(traced.risk)}}}};
}

Json run_json(const Report& report, const TraceReport& trace, std::string_view category) {
    const Listing listing(report);
    Json results = Json::array(), rules = Json::array();
    for (const Kind& kind : kKinds) rules.push_back(rule_json(kind));
    std::map<std::size_t, std::vector<std::string>> hashes;  // by file
    for (const TracedStatement& traced : trace.statements) {
        const bool error = traced.verdict == TraceVerdict::error;
        if ((!error && traced.verdict != TraceVerdict::mismatch) || results.size() == kMostResults) continue;
        const FileReport& file = report.files[traced.file];
        const Region region = listing.places(traced.file).region(file.statements[traced.statement].statement.span);
        auto known = hashes.find(traced.file);
        if (known == hashes.end()) known = hashes.emplace(traced.file, line_hashes(file.text)).first;
        results.push_back(result_json(file, region, error ? 1 : 0, traced, known->second));
    }
    return {{"tool",
             {{"driver",
               {{"name", "pgfence trace"},
                {"semanticVersion", report.tool_version},
                {"informationUri", "https://github.com/pgfence/action"},
                {"rules", rules}}}}},
            {"automationDetails", {{"id", std::string(category) + "-trace/"}}},
            {"columnKind", "unicodeCodePoints"},
            {"originalUriBaseIds", {{"%SRCROOT%", {{"description", {{"text", "The root of the repository."}}}}}}},
            {"invocations", Json::array({{{"executionSuccessful", true}}})},
            {"results", results},
            {"properties", {{"server", trace.server}, {"coverage", trace_coverage(trace)}}}};
}

}  // namespace

std::string sarif_with(const Report& report, const TraceReport& trace, Suppressed suppressed,
                       std::string_view category) {
    Json log = Json::parse(sarif(report, suppressed, category));
    log["runs"].push_back(run_json(report, trace, category));
    return log.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace pgfence::annotate

// How many findings each rule has, over many migrations: what a team looks at before it switches a rule off.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "annotate/annotate.h"
#include "annotate/escape.h"
#include "annotate/json_writer.h"

namespace pgfence::annotate {
namespace {

struct Count {
    std::string rule;
    std::uint32_t findings = 0, files = 0, failing = 0, suppressed = 0;
    Severity severity = Severity::off;  ///< the loudest
    Risk risk = Risk::safe;             ///< the worst
    FileId last_file = 0;
};

bool fails(const Graded& graded, Risk threshold) {
    return graded.severity >= Severity::warning && graded.risk > threshold;
}

void add(const Graded& graded, FileId file, Risk threshold, Count& count) {
    if (graded.suppressed) {
        ++count.suppressed;
        return;
    }
    if (count.findings == 0 || count.last_file != file) ++count.files;
    count.last_file = file;
    ++count.findings;
    if (fails(graded, threshold)) ++count.failing;
    count.severity = std::max(count.severity, graded.severity);
    count.risk = std::max(count.risk, graded.risk);
}

/// The most frequent first.
std::vector<Count> counted(const Report& report) {
    std::map<std::string, Count> by_rule;
    for (const FileReport& file : report.files)
        for (const StatementReport& statement : file.statements)
            for (const Graded& graded : statement.findings)
                add(graded, file.file, report.verdict.threshold, by_rule[graded.finding.rule]);
    std::vector<Count> counts;
    for (auto& [rule, count] : by_rule) {
        counts.push_back(std::move(count));
        counts.back().rule = rule;
    }
    std::stable_sort(counts.begin(), counts.end(),
                     [](const Count& a, const Count& b) { return a.findings > b.findings; });
    return counts;
}

std::uint32_t statements_in(const Report& report) { return report.coverage.statements + report.coverage.unread; }

}  // namespace

std::string rule_counts(const Report& report) {
    const std::vector<Count> counts = counted(report);
    std::size_t width = 4;
    for (const Count& count : counts) width = std::max(width, count.rule.size());
    std::string text =
        fmt::format("{:<{}}  {:>8}  {:>5}  {:<8}  {:<8}  {:>12}  {:>10}\n", "rule", width, "findings", "files",
                    "severity", "risk", fmt::format("above {}", name_of(report.verdict.threshold)), "suppressed");
    Count all;
    for (const Count& count : counts) {
        text += fmt::format("{:<{}}  {:>8}  {:>5}  {:<8}  {:<8}  {:>12}  {:>10}\n", count.rule, width, count.findings,
                            count.files, count.findings == 0 ? "" : name_of(count.severity),
                            count.findings == 0 ? "" : name_of(count.risk), count.failing, count.suppressed);
        all.findings += count.findings;
        all.failing += count.failing;
        all.suppressed += count.suppressed;
    }
    text += fmt::format("\n{} findings, {} of them above {}, {} suppressed\n", all.findings, all.failing,
                        name_of(report.verdict.threshold), all.suppressed);
    text += fmt::format("{} migration{}, {} of {} statements read; PostgreSQL {}{}\n", report.coverage.files,
                        report.coverage.files == 1 ? "" : "s", report.coverage.statements, statements_in(report),
                        report.postgres_version, report.postgres_version_assumed ? " (assumed)" : "");
    for (const std::string& note : report.notes) text += fmt::format("note: {}\n", visible_line(note));
    return text;
}

std::string rule_counts_json(const Report& report) {
    JsonWriter json;
    json.object([&] {
        json.member("schemaVersion", kSchemaVersion);
        json.key("postgres").object([&] {
            json.member("version", report.postgres_version);
            json.member("assumed", report.postgres_version_assumed);
        });
        json.member("migrations", report.coverage.files);
        json.member("statements", report.coverage.statements);
        json.member("unread", report.coverage.unread);
        json.member("threshold", name_of(report.verdict.threshold));
        json.key("rules").array(counted(report), [&](const Count& count) {
            json.object([&] {
                json.member("rule", count.rule);
                json.member("findings", count.findings);
                json.member("files", count.files);
                json.member("above", count.failing);
                json.member("suppressed", count.suppressed);
                json.member("severity", name_of(count.severity));
                json.member("risk", name_of(count.risk));
            });
        });
        json.texts("notes", report.notes);
    });
    return json.take() + "\n";
}

}  // namespace pgfence::annotate

// A statement that PostgreSQL rejects is a finding; that it was not analyzed either is not said a second time.

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "annotate/annotate.h"
#include "annotate/other_ci.h"
#include "tests/annotate/samples.h"

using namespace pgfence;
using namespace pgfence::annotate;

namespace {

constexpr std::string_view kWhy = "syntax error at or near \"TABEL\"";

/// The sample's first finding that counts, about a statement that was not analyzed: it fails with this message.
Report with_rejected_statement(std::string message) {
    Report report = samples::rich();
    for (FileReport& file : report.files)
        for (StatementReport& statement : file.statements)
            for (Graded& graded : statement.findings) {
                if (graded.suppressed) continue;
                graded.finding.fails = true;
                graded.finding.message = message;
                NotAnalyzed unread;
                unread.span = graded.finding.span;
                unread.what = kDoesNotParse;
                unread.why = kWhy;
                file.unread.push_back(unread);
                return report;
            }
    return report;
}

/// In how many places: a finding's message and a row of what was not analyzed are two.
std::size_t count(std::string_view text, std::string_view part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != text.npos; at = text.find(part, at + part.size())) ++found;
    return found;
}

}  // namespace

TEST_CASE("what a finding says to fail is not listed as not analyzed again, unless it fails for another reason") {
    const std::string same = "PostgreSQL rejects this statement: " + std::string(kWhy);
    for (const std::string& message : {same, std::string("Fails: relation orders does not exist")}) {
        const Report report = with_rejected_statement(message);
        std::string annotations;
        for (const Annotation& annotation : check_run(report).annotations) annotations += annotation.message + "\n";
        const std::vector<std::pair<std::string, std::string>> outputs{
            {"terminal", terminal(report)},
            {"comment", pr_comment(report, {})},
            {"annotations", annotations},
            {"check run", check_run(report).summary},
            {"log", workflow_commands(report)},
            {"azure", samples::in_form("azure", report)},
            {"gitlab", samples::in_form("gitlab", report)},
            {"rdjson", samples::in_form("rdjson", report)},
        };
        for (const auto& [name, text] : outputs) {
            INFO(name << "\n" << text);
            CHECK(count(text, kDoesNotParse) == (message == same ? 0 : 1));
        }
        CHECK(count(json(report), kDoesNotParse) == 1);  // a program that counts finds it there in any case
    }
}

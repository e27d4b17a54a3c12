// A statement that PostgreSQL rejects is a finding; that it was not analyzed either is not said a second time.

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <utility>
#include <vector>

#include "annotate/annotate.h"
#include "annotate/other_ci.h"
#include "tests/annotate/samples.h"

using namespace pgfence;
using namespace pgfence::annotate;

namespace {

constexpr std::string_view kWhy = "syntax error at or near \"TABEL\"";

/// The sample's first finding that counts, about a statement that was not analyzed.
Report with_rejected_statement(bool fails) {
    Report report = samples::rich();
    for (FileReport& file : report.files)
        for (StatementReport& statement : file.statements)
            for (Graded& graded : statement.findings) {
                if (graded.suppressed) continue;
                graded.finding.fails = fails;
                NotAnalyzed unread;
                unread.span = graded.finding.span;
                unread.what = kDoesNotParse;
                unread.why = kWhy;
                file.unread.push_back(unread);
                return report;
            }
    return report;
}

bool says_why(const std::string& text) { return text.find("syntax error at or near") != std::string::npos; }

}  // namespace

TEST_CASE("what a finding says to fail is not listed as not analyzed again") {
    for (const bool fails : {true, false}) {
        const Report report = with_rejected_statement(fails);
        std::string annotations;
        for (const Annotation& annotation : check_run(report).annotations) annotations += annotation.message + "\n";
        const std::vector<std::pair<std::string, std::string>> outputs{
            {"terminal", terminal(report)},     {"comment", pr_comment(report, {})},
            {"annotations", annotations},       {"check run", check_run(report).summary},
            {"log", workflow_commands(report)}, {"azure", azure(report)},
            {"gitlab", gitlab(report)},         {"rdjson", rdjson(report)},
        };
        for (const auto& [name, text] : outputs) {
            INFO(name << "\n" << text);
            CHECK(says_why(text) == !fails);
        }
        CHECK(says_why(json(report)));  // a program that counts finds it there in any case
    }
}

// JUnit's XML as Jenkins, GitLab, Azure Pipelines and their like read it: there is no standard, and this is what all
// know.

#include <fmt/format.h>

#include <algorithm>
#include <pugixml.hpp>

#include "annotate/escape.h"
#include "annotate/listing.h"
#include "annotate/other_ci.h"
#include "annotate/plain_text.h"
#include "annotate/utf8.h"

namespace pgfence::annotate {
namespace {

constexpr std::size_t kMostMessage = 300;

/// What XML 1.0 may hold: visible() leaves two code points too many.
std::string xml_text(std::string_view text) {
    const std::string seen = visible(text);
    std::string out;
    for (std::size_t at = 0; at < seen.size();) {
        const char32_t code_point = next_code_point(seen, at);
        append(out, code_point == 0xFFFE || code_point == 0xFFFF ? kReplacement : code_point);
    }
    return out;
}

void set(pugi::xml_node node, const char* name, std::string_view text) {
    node.append_attribute(name).set_value(xml_text(text).c_str());
}

pugi::xml_node add_case(pugi::xml_node suite, const FileReport& file, const Region& region, std::string_view what) {
    auto test = suite.append_child("testcase");
    set(test, "classname", file.path);
    // By its place the name is like no other: who reads two of one name keeps one.
    set(test, "name", visible_line(fmt::format("{}:{} {}", region.begin.line, region.begin.column, what)));
    set(test, "file", file.path);
    test.append_attribute("line").set_value(region.begin.line);
    return test;
}

struct TestText {
    std::string text;
    const Graded* worst = nullptr;
};

TestText said(const StatementReport& statement, bool failing) {
    TestText said;
    for (const Graded& graded : statement.findings) {
        if (graded.suppressed || (graded.severity >= Severity::warning) != failing) continue;
        const std::string recipe = recipe_plain_text(graded.finding);
        said.text += fmt::format("{} {}: {}\n{}{}\n", name_of(graded.severity), graded.finding.rule,
                                 finding_text(graded), recipe, recipe.empty() ? "" : "\n");
        if (!said.worst || graded.severity > said.worst->severity) said.worst = &graded;
    }
    return said;
}

/// True when it fails.
bool add_statement(pugi::xml_node suite, const FileReport& file, const Places& places,
                   const StatementReport& statement) {
    auto test = add_case(suite, file, places.region(statement.statement.span), statement.statement.kind);
    const TestText failing = said(statement, true);
    if (failing.worst) {
        auto failure = test.append_child("failure");
        set(failure, "message", shortened(visible_line(failing.worst->finding.message), kMostMessage));
        set(failure, "type", failing.worst->finding.rule);
        failure.text().set(xml_text(failing.text).c_str());
    }
    if (const TestText notices = said(statement, false); notices.worst)
        test.append_child("system-out").text().set(xml_text(notices.text).c_str());
    return failing.worst;
}

struct Sum {
    std::size_t tests = 0, failures = 0, skipped = 0;
    void put_on(pugi::xml_node node) const {
        node.append_attribute("tests").set_value(static_cast<unsigned long long>(tests));
        node.append_attribute("failures").set_value(static_cast<unsigned long long>(failures));
        node.append_attribute("errors").set_value(0);
        node.append_attribute("skipped").set_value(static_cast<unsigned long long>(skipped));
    }
};

Sum add_suite(pugi::xml_node all, const FileReport& file, const Places& places) {
    auto suite = all.append_child("testsuite");
    set(suite, "name", file.path);
    Sum sum{file.statements.size() + file.unread.size(), 0, 0};
    for (const StatementReport& statement : file.statements)
        sum.failures += add_statement(suite, file, places, statement);
    for (const NotAnalyzed& unread : file.unread) {
        const bool fails = unread.outcome == Outcome::fail;
        auto said =
            add_case(suite, file, places.region(unread.span), unread.what).append_child(fails ? "failure" : "skipped");
        set(said, "message", not_analyzed_text(unread));
        fails ? ++sum.failures : ++sum.skipped;
    }
    sum.put_on(suite);
    return sum;
}

struct Text : pugi::xml_writer {
    std::string text;
    void write(const void* data, std::size_t size) override { text.append(static_cast<const char*>(data), size); }
};

std::string write_junit(const Report& report) {
    const Listing listing(report);
    pugi::xml_document document;
    auto all = document.append_child("testsuites");
    set(all, "name", "pgfence");
    Sum sum;
    for (std::size_t i = 0; i < report.files.size(); ++i) {
        const Sum part = add_suite(all, report.files[i], listing.places(i));
        sum = {sum.tests + part.tests, sum.failures + part.failures, sum.skipped + part.skipped};
    }
    sum.put_on(all);
    Text out;
    document.save(out, "  ", pugi::format_default, pugi::encoding_utf8);
    return inert_xml(std::move(out.text));
}

}  // namespace

extern const Form junit{
    "junit", "nearly every CI: a suite for each migration, a case for each statement; errors and warnings fail",
    write_junit};

}  // namespace pgfence::annotate

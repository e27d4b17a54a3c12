// learn.microsoft.com, "Logging commands"; what is escaped, and how, is in azure-pipelines-task-lib,
// node/taskcommand.ts.

#include <fmt/format.h>

#include "annotate/escape.h"
#include "annotate/listing.h"
#include "annotate/other_ci.h"
#include "annotate/plain_text.h"
#include "annotate/utf8.h"

namespace pgfence::annotate {
namespace {

constexpr std::size_t kMostMessage = 4000;

std::string escaped(std::string_view text, std::string_view special) {
    std::string out;
    for (const char c : inert_text(visible(text))) {
        if (c == '%')
            out += "%AZP25";
        else if (c == '\n' || special.find(c) != special.npos)
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        else
            out += c;
    }
    return out;
}

std::string issue(std::string_view type, const FileReport& file, const Region& region, std::string_view code,
                  std::string_view message) {
    return fmt::format("##vso[task.logissue type={};sourcepath={};linenumber={};columnnumber={};code={};]{}\n", type,
                       escaped(file.path, ";]"), region.begin.line, region.begin.column, escaped(code, ";]"),
                       escaped(shortened(message, kMostMessage), ""));
}

std::string write_azure(const Report& report) {
    const Listing listing(report);
    std::string out;
    std::size_t notices = 0;
    for (const Listed& listed : listing.on_each_line()) {
        const Graded& graded = *listed.graded;
        if (graded.severity < Severity::warning)
            ++notices;
        else
            out += issue(graded.severity == Severity::error ? "error" : "warning", *listed.file, listed.region,
                         graded.finding.rule, finding_text(listed));
    }
    for (const ListedUnread& listed : listing.unread()) {
        const Severity severity = severity_of(*listed.unread);
        if (severity < Severity::warning)
            ++notices;
        else
            out += issue(severity == Severity::error ? "error" : "warning", *listed.file, listed.region, kNotAnalyzed,
                         not_analyzed_text(*listed.unread));
    }
    if (notices > 0) out += counted(notices, "notice") + ": see the report\n";
    return out;
}

}  // namespace

extern const Form azure{
    "azure", "the log of an Azure Pipelines step; notices are counted, which its logging commands do not know",
    write_azure};

}  // namespace pgfence::annotate

// DiagnosticResult of reviewdog's proto/rdf/reviewdog.proto, as JSON. Columns would be bytes there; it comments on
// lines.

#include "annotate/annotate.h"
#include "annotate/escape.h"
#include "annotate/json_writer.h"
#include "annotate/listing.h"
#include "annotate/other_ci.h"
#include "annotate/plain_text.h"

namespace pgfence::annotate {
namespace {

std::string_view name(Severity severity) {
    if (severity == Severity::error) return "ERROR";
    return severity == Severity::warning ? "WARNING" : "INFO";
}

struct Diagnostic {
    std::string message;
    std::string_view severity, rule, path;
    Region region;
};

std::vector<Diagnostic> diagnostics(const Report& report, const Listing& listing) {
    std::vector<Diagnostic> all;
    for (const Listed& listed : listing.active())
        all.push_back({finding_text(*listed.graded), name(listed.graded->severity), listed.graded->finding.rule,
                       listed.file->path, listed.region});
    for (std::size_t i = 0; i < report.files.size(); ++i)
        for (const Unread& unread : report.files[i].unread)
            all.push_back({visible_line("not read, so not judged: " + unread.what + ": " + unread.why), "WARNING", "",
                           report.files[i].path, listing.places(i).region(unread.span)});
    return all;
}

void write(JsonWriter& json, const Diagnostic& diagnostic) {
    json.object([&] {
        json.member("message", diagnostic.message);
        json.key("location").object([&] {
            json.member("path", diagnostic.path);
            json.key("range").object([&] {
                json.key("start").object([&] { json.member("line", diagnostic.region.begin.line); });
                json.key("end").object([&] { json.member("line", diagnostic.region.end.line); });
            });
        });
        json.member("severity", diagnostic.severity);
        if (diagnostic.rule.empty()) return;
        json.key("code").object([&] {
            json.member("value", diagnostic.rule);
            json.member("url", rule_page(diagnostic.rule));
        });
    });
}

}  // namespace

std::string rdjson(const Report& report) {
    const Listing listing(report);
    JsonWriter json;
    json.object([&] {
        json.key("source").object([&] {
            json.member("name", "pgfence");
            json.member("url", "https://github.com/pgfence/action");
        });
        json.key("diagnostics").array(diagnostics(report, listing), [&](const Diagnostic& one) { write(json, one); });
    });
    return json.take() + "\n";
}

}  // namespace pgfence::annotate

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

std::vector<Diagnostic> diagnostics(const Listing& listing) {
    std::vector<Diagnostic> all;
    for (const Listed& listed : listing.on_each_line())
        all.push_back({finding_text(listed), name(listed.graded->severity), listed.graded->finding.rule,
                       listed.file->path, listed.region});
    for (const ListedUnread& listed : listing.unread())
        all.push_back({not_analyzed_text(*listed.unread), name(severity_of(*listed.unread)), kNotAnalyzed,
                       listed.file->path, listed.region});
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

std::string write_rdjson(const Report& report) {
    const Listing listing(report);
    JsonWriter json;
    json.object([&] {
        json.key("source").object([&] {
            json.member("name", "pgfence");
            json.member("url", "https://github.com/pgfence/action");
        });
        json.key("diagnostics").array(diagnostics(listing), [&](const Diagnostic& one) { write(json, one); });
    });
    return inert_json(json.take() + "\n");
}

}  // namespace

extern const Form rdjson{
    "rdjson", "[reviewdog](https://github.com/reviewdog/reviewdog), and by it Bitbucket, Gerrit, Gitea and others",
    write_rdjson};

}  // namespace pgfence::annotate

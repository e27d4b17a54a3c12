// For machines. The names are a promise (docs/report.schema.json); inner types stay free to change behind them.

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "annotate/annotate.h"
#include "annotate/as_written.h"
#include "annotate/escape.h"
#include "annotate/json_writer.h"
#include "annotate/listing.h"
#include "core/at_once.h"

namespace pgfence::annotate {
namespace {

using namespace std::string_view_literals;

constexpr std::array kExtents{"part"sv, "file"sv, "rejected"sv, "aside"sv};
constexpr std::array kChanges{"none"sv, "added"sv, "modified"sv, "renamed"sv, "deleted"sv};
constexpr std::array kWorkKinds{"scan"sv, "rewrite"sv, "index-build"sv, "index-rebuild"sv, "change-rows"sv};
constexpr std::array kCauses{"volatile-default"sv,
                             "serial-default"sv,
                             "identity"sv,
                             "stored-generated"sv,
                             "virtual-generated"sv,
                             "constrained-domain"sv,
                             "not-null"sv,
                             "check"sv,
                             "foreign-key"sv,
                             "unique"sv,
                             "primary-key"sv,
                             "exclusion"sv,
                             "type-change"sv,
                             "type-recheck"sv,
                             "collation-change"sv,
                             "set-expression"sv,
                             "set-logged"sv,
                             "set-tablespace"sv,
                             "set-access-method"sv,
                             "attach-partition"sv,
                             "default-partition"sv,
                             "index"sv,
                             "reindex"sv,
                             "cluster"sv,
                             "vacuum-full"sv,
                             "domain-constraint"sv,
                             "query"sv,
                             "refresh"sv,
                             "every-row"sv,
                             "composite-type"sv,
                             "other"sv};
static_assert(kCauses.size() == static_cast<std::size_t>(Cause::other) + 1);
constexpr std::array kFailures{"in-transaction-block"sv, "unsupported-version"sv, "not-allowed"sv,
                               "missing-object"sv,       "duplicate-object"sv,    "dependent-objects"sv,
                               "existing-rows"sv,        "partition-key"sv,       "partition-bound"sv,
                               "key-collations"sv,       "key-types"sv,           "repeated-column"sv,
                               "uncommitted-value"sv,    "syntax-error"sv};
static_assert(kFailures.size() == static_cast<std::size_t>(Failure::Kind::syntax_error) + 1);

void put(JsonWriter& json, const Region& region) {
    json.member("line", region.begin.line);
    json.member("column", region.begin.column);
    json.member("endLine", region.end.line);
    json.member("endColumn", region.end.column);
}

void put(JsonWriter& json, const Lock& lock) {
    json.object([&] {
        json.member("relation", lock.relation);
        json.member("kind", name_of(lock.kind));
        json.member("existing", lock.existing);
        json.member("mode", pg_locks_name(lock.mode));
        json.member("blocks", blocked_in_words(lock.mode));
        json.member_or_null("why", name_of(lock.role));
    });
}

void put(JsonWriter& json, const Work& work) {
    json.object([&] {
        json.member("kind", kWorkKinds[static_cast<std::size_t>(work.kind)]);
        json.member("cause", kCauses[static_cast<std::size_t>(work.cause)]);
        json.member("relation", work.relation);
        json.member_or_null("index", work.of);
        json.member("existing", work.existing);
        json.member("under", pg_locks_name(work.under));
        json.member("certain", work.certain);
    });
}

void put(JsonWriter& json, const Failure& failure) {
    json.object([&] {
        json.member("kind", kFailures[static_cast<std::size_t>(failure.kind)]);
        json.member("message", failure.message);
        json.member("certain", failure.certain);
    });
}

void put(JsonWriter& json, const RecipeStep& step) {
    json.object([&] {
        json.member("sql", step.sql);
        json.member("outsideTransaction", step.outside_transaction);
        json.member_or_null("waitFor", step.wait_for);
        json.member_or_null("note", step.note);
        json.member("place", name_of(step.place));
        json.member_or_null("code", step.code);
        json.member_or_null("language", step.language);
        json.member_or_null("setting", step.setting);
        json.member_or_null("where", step.where);
        json.member_or_null("fills", step.fills);
        json.member("hasOwnFindings", step.has_own_findings);
    });
}

void put(JsonWriter& json, const RuleInfo& rule) {
    json.object([&] {
        json.member("id", rule.id);
        json.member("title", rule.title);
        json.member("category", name_of(rule.category));
        json.member("severity", name_of(rule.default_severity));
        json.member("help", rule_page(rule.id));
    });
}

template <class Elements>
void put_all(JsonWriter& json, std::string_view name, const Elements& elements) {
    json.key(name).array(elements, [&](const auto& element) { put(json, element); });
}

struct Touched {
    std::set<std::string_view> rewrites, index_rebuilds, scans;  ///< of what was there before the change
};

Touched touched(const std::vector<Work>& all) {
    Touched names;
    for (const Work& work : all) {
        if (!work.existing) continue;
        switch (work.kind) {
            case Work::Kind::rewrite: names.rewrites.insert(work.relation); break;
            case Work::Kind::index_rebuild:
                names.index_rebuilds.insert(work.of.empty() ? work.relation : work.of);
                break;
            case Work::Kind::scan:
            case Work::Kind::index_build: names.scans.insert(work.relation); break;
            case Work::Kind::change_rows: break;
        }
    }
    return names;
}

void put(JsonWriter& json, const Effects& effects) {
    const Touched names = touched(effects.work);
    json.object([&] {
        put_all(json, "locks", effects.locks);
        json.texts("rewrites", names.rewrites);
        json.texts("indexRebuilds", names.index_rebuilds);
        json.texts("scans", names.scans);
        put_all(json, "work", effects.work);
        json.texts("created", effects.created);
        json.texts("dropped", effects.dropped);
        put_all(json, "failures", effects.failures);
        json.member("certainty", name_of(effects.certainty));
        json.texts("dependsOn", effects.depends_on);
        json.key("proofs").array(effects.proofs, [&](const Proof& proof) { json.value(in_words(proof)); });
    });
}

void put(JsonWriter& json, const Boxed<Recipe>& recipe) {
    if (!recipe) return json.null();
    json.object([&] {
        put_all(json, "steps", recipe->steps);
        json.member_or_null("note", recipe->note);
        json.member("insideBlock", recipe->inside_block);
    });
}

/// Whole seconds, outwards.
void put_seconds(JsonWriter& json, const Estimate& estimate) {
    const auto whole = [](double seconds) { return static_cast<std::uint32_t>(std::min(seconds, 4e9)); };
    json.member("secondsLeast", whole(estimate.seconds.least));
    json.member("secondsMost", whole(std::ceil(estimate.seconds.most)));
    json.texts("arithmetic", estimate.terms);
    json.texts("unknown", estimate.unknown);
}

void put(JsonWriter& json, const std::shared_ptr<const Estimate>& estimate) {
    if (!estimate) return json.null();
    json.object([&] { put_seconds(json, *estimate); });
}

void put(JsonWriter& json, const Listing& listing, const Wait& wait) {
    json.object([&] {
        json.member("relation", wait.relation);
        json.member("reads", wait.who.reads);
        json.member("writes", wait.who.writes);
        put_seconds(json, wait.estimate);
        const auto place = listing.place(wait.span);
        json.member_or_null("path", place ? place->file->path : "");
        put(json, place ? place->region : Region{});
    });
}

void put(JsonWriter& json, const Verdict& verdict) {
    json.object([&] {
        json.member("pass", verdict.passes());
        json.member("outcome", name_of(verdict.outcome));
        json.member("maxRisk", name_of(verdict.max_risk));
        json.member("threshold", name_of(verdict.threshold));
        json.key("counts").object([&] {
            json.member("error", verdict.counts.error);
            json.member("warning", verdict.counts.warning);
            json.member("notice", verdict.counts.notice);
            json.member("suppressed", verdict.counts.suppressed);
        });
        json.member("cannotRun", verdict.files_refused);
        json.key("notAnalyzed").object([&] {
            json.member("files", verdict.files_not_analyzed);
            json.member("statements", verdict.statements_not_analyzed);
            json.member("accepted", verdict.accepted_not_analyzed);
        });
        json.member("reason", verdict.reason);
    });
}

void put(JsonWriter& json, const Coverage& coverage) {
    json.object([&] {
        json.member("files", coverage.files);
        json.member("statements", coverage.statements);
        json.member("unread", coverage.unread);
        json.member("historyFiles", coverage.history_files);
        json.member("historyUnread", coverage.history_unread);
        json.member("leftOut", coverage.left_out);
    });
}

/// What stands in one file.
class FileWriter {
public:
    FileWriter(JsonWriter& json, const Listing& listing, const FileReport& file, const Places& places)
        : json_(json), listing_(listing), file_(file), places_(places) {}
    void write() const;

private:
    void put_statement(const StatementReport& report) const;
    std::string_view reported_for(const Graded& graded, const StatementReport& statement) const;
    void put_finding(const Graded& graded, const StatementReport& statement) const;
    void put_related(const Finding& finding) const;
    void put_suppressed(const Boxed<Suppression>& suppression) const;

    JsonWriter& json_;
    const Listing& listing_;
    const FileReport& file_;
    const Places& places_;
};

void FileWriter::put_related(const Finding& finding) const {
    const auto place = listing_.related(finding);
    json_.key("related");
    if (!place) return json_.null();
    json_.object([&] {
        json_.member("message", finding.related_message);
        json_.member("path", place->file->path);
        put(json_, place->region);
    });
}

void FileWriter::put_suppressed(const Boxed<Suppression>& suppression) const {
    json_.key("suppressed");
    if (!suppression) return json_.null();
    json_.object([&] {
        json_.member("by", name_of(suppression->by));
        json_.member_or_null("mark", suppression->mark);
        json_.member_or_null("reason", suppression->reason);
        json_.member_or_null("until", suppression->until);
        json_.key("line");
        if (suppression->by == Suppression::By::comment && suppression->where.file == file_.file)
            json_.value(places_.region(suppression->where).begin.line);
        else
            json_.null();
    });
}

/// The fingerprint of the finding that is reported for this one too; empty when it speaks for itself.
std::string_view FileWriter::reported_for(const Graded& graded, const StatementReport& statement) const {
    if (graded.part_of) return statement.findings[*graded.part_of].fingerprint;
    if (!graded.repeats) return "";
    return file_.statements[graded.repeats->statement].findings[graded.repeats->finding].fingerprint;
}

void FileWriter::put_finding(const Graded& graded, const StatementReport& statement) const {
    const Finding& finding = graded.finding;
    json_.object([&] {
        json_.member("rule", finding.rule);
        json_.member("category", name_of(finding.category));
        json_.member("severity", name_of(graded.severity));
        json_.member("risk", name_of(graded.risk));
        json_.member_or_null("riskReason", graded.risk_reason);
        json_.member("message", finding.message);
        put(json_, places_.region(finding.span));
        json_.texts("relations", finding.relations);
        json_.member_or_null("lock", finding.lock ? pg_locks_name(*finding.lock) : "");
        json_.member("growsWithRows", finding.grows_with_rows);
        json_.member("certainty", name_of(finding.certainty));
        json_.texts("dependsOn", finding.depends_on);
        put_related(finding);
        json_.key("recipe");
        put(json_, finding.recipe);
        json_.member("fingerprint", graded.fingerprint);
        json_.member_or_null("partOf", reported_for(graded, statement));
        put_suppressed(graded.suppressed);
    });
}

void FileWriter::put_statement(const StatementReport& report) const {
    const AnalyzedStatement& statement = report.statement;
    json_.object([&] {
        put(json_, places_.region(statement.span));
        json_.member("sql", statement.sql);
        json_.member("kind", statement.kind);
        json_.key("transaction").object([&] {
            json_.member("kind", name_of(statement.transaction.kind));
            json_.member("number", statement.transaction.number);
        });
        json_.member("risk", name_of(report.risk));
        json_.key("estimate");
        put(json_, report.time);
        json_.key("effects");
        put(json_, statement.effects);
        json_.key("findings").array(report.findings, [&](const Graded& graded) { put_finding(graded, report); });
    });
}

void FileWriter::write() const {
    json_.object([&] {
        json_.member("path", file_.path);
        json_.member("change", kChanges[static_cast<std::size_t>(file_.change)]);
        json_.member_or_null("oldPath", file_.old_path.value_or(""));
        json_.member("format", file_.format);
        json_.key("transaction").object([&] {
            json_.member("mode", name_of(file_.transaction));
            json_.member_or_null("reason", file_.transaction_reason);
            json_.member("assumed", file_.transaction_assumed);
        });
        json_.key("statements").array(file_.statements, [&](const StatementReport& report) { put_statement(report); });
        json_.key("unread").array(file_.unread, [&](const NotAnalyzed& unread) {
            json_.object([&] {
                put(json_, places_.region(unread.span));
                json_.member("what", unread.what);
                json_.member("why", unread.why);
                json_.member("extent", kExtents[static_cast<std::size_t>(unread.extent)]);
                json_.member_or_null("accepted", unread.accepted ? unread.accepted->reason : "");
            });
        });
    });
}

/// Files that are written at once: their texts are in memory together.
struct Part {
    std::size_t begin, end;
};

std::vector<Part> parts_of(std::size_t files) {
    constexpr std::size_t kAtOnce = 64;
    std::vector<Part> parts;
    for (std::size_t begin = 0; begin < files; begin += kAtOnce)
        parts.push_back({begin, std::min(files, begin + kAtOnce)});
    return parts;
}

/// Each file by itself, by as many threads as pay.
std::vector<std::string> in_json(const Report& report, const Listing& listing, const Part& part) {
    constexpr std::size_t kWorthAThread = 16;
    std::vector<std::string> texts(part.end - part.begin);
    at_once(texts.size(), kWorthAThread, [&](auto next) {
        JsonWriter json;
        while (const auto i = next()) {
            const std::size_t number = part.begin + *i;
            FileWriter(json, listing, report.files[number], listing.places(number)).write();
            texts[*i] = json.take_whole();
        }
    });
    return texts;
}

void put(JsonWriter& json, const Report& report, const std::function<void(std::string_view)>& write) {
    const Listing listing(report);
    json.object([&] {
        json.member("schemaVersion", kSchemaVersion);
        json.key("tool").object([&] {
            json.member("name", "pgfence");
            json.member("version", report.tool_version);
        });
        json.key("postgres").object([&] {
            json.member("version", report.postgres_version);
            json.member("assumed", report.postgres_version_assumed);
        });
        json.member_or_null("base", report.base);
        json.member_or_null("head", report.head);
        json.member_or_null("statsDate", report.stats_date);
        json.key("verdict");
        put(json, report.verdict);
        json.key("coverage");
        put(json, report.coverage);
        json.key("waits").array(report.waits, [&](const Wait& wait) { put(json, listing, wait); });
        json.key("files").array(parts_of(report.files.size()), [&](const Part& part) {
            for (const std::string& file : in_json(report, listing, part)) {
                json.raw("");  // what stands before it
                write(json.take());
                write(file);
            }
        });
        put_all(json, "rules", report.rules);
        json.texts("notes", report.notes);
    });
}

}  // namespace

std::string json(const Report& report) {
    std::string text;
    json(report, [&](std::string_view piece) { text += piece; });
    return text;
}

void json(const Report& report, const std::function<void(std::string_view)>& write) {
    if (!report.stand_ins.empty()) return json(as_written(report), write);
    JsonWriter json;
    put(json, report, [&](std::string_view piece) {
        piece.find("##") == piece.npos ? write(piece) : write(inert_json(std::string(piece)));
    });
    write(inert_json(std::string(json.take())));
    write("\n");
}

}  // namespace pgfence::annotate

// For machines. The names are a promise (docs/report.schema.json); inner types stay free to change behind them.

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "annotate/annotate.h"
#include "annotate/listing.h"

namespace pgfence::annotate {
namespace {

using Json = nlohmann::ordered_json;
using namespace std::string_view_literals;

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

Json or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

void put(Json& object, const Region& region) {
    object["line"] = region.begin.line;
    object["column"] = region.begin.column;
    object["endLine"] = region.end.line;
    object["endColumn"] = region.end.column;
}

Json lock_json(const Lock& lock) {
    return {{"relation", lock.relation},
            {"kind", name_of(lock.kind)},
            {"existing", lock.existing},
            {"mode", pg_locks_name(lock.mode)},
            {"blocks", blocked_in_words(lock.mode)},
            {"why", or_null(lock.why)}};
}

Json work_json(const Work& work) {
    return {{"kind", kWorkKinds[static_cast<std::size_t>(work.kind)]},
            {"cause", kCauses[static_cast<std::size_t>(work.cause)]},
            {"relation", work.relation},
            {"index", or_null(work.of)},
            {"existing", work.existing},
            {"under", pg_locks_name(work.under)},
            {"certain", work.certain}};
}

Json failure_json(const Failure& failure) {
    return {{"kind", kFailures[static_cast<std::size_t>(failure.kind)]},
            {"message", failure.message},
            {"certain", failure.certain}};
}

template <class Element, class Write>
Json array_of(const std::vector<Element>& elements, Write write) {
    Json array = Json::array();
    for (const Element& element : elements) array.push_back(write(element));
    return array;
}

struct Touched {
    std::set<std::string> rewrites, index_rebuilds, scans;  ///< of what was there before the change
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

Json effects_json(const Effects& effects) {
    const Touched names = touched(effects.work);
    return {{"locks", array_of(effects.locks, lock_json)},
            {"rewrites", names.rewrites},
            {"indexRebuilds", names.index_rebuilds},
            {"scans", names.scans},
            {"work", array_of(effects.work, work_json)},
            {"created", effects.created},
            {"dropped", effects.dropped},
            {"failures", array_of(effects.failures, failure_json)},
            {"certainty", name_of(effects.certainty)},
            {"dependsOn", effects.depends_on},
            {"proofs", effects.proofs}};
}

Json recipe_json(const Recipe& recipe) {
    const auto step = [](const RecipeStep& s) {
        return Json{{"sql", s.sql},
                    {"outsideTransaction", s.outside_transaction},
                    {"waitFor", or_null(s.wait_for)},
                    {"note", or_null(s.note)}};
    };
    return {{"steps", array_of(recipe.steps, step)}, {"note", or_null(recipe.note)}};
}

Json suppressed_json(const Suppression& suppression, const FileReport& file, const Places& places) {
    Json object{{"by", suppression.by},
                {"reason", or_null(suppression.reason)},
                {"until", or_null(suppression.until)},
                {"line", nullptr}};
    if (suppression.by == "comment" && suppression.where.file == file.file)
        object["line"] = places.region(suppression.where).begin.line;
    return object;
}

class Writer {
public:
    explicit Writer(const Report& report) : report_(report), listing_(report) {}
    Json document() const;

private:
    Json file_json(std::size_t number) const;
    Json finding_json(const Graded& graded, std::size_t number) const;
    Json related_json(const Finding& finding) const;
    Json verdict_json() const;
    Json coverage_json() const;

    const Report& report_;
    Listing listing_;
};

Json Writer::related_json(const Finding& finding) const {
    const auto place = listing_.related(finding);
    if (!place) return nullptr;
    Json object{{"message", finding.related_message}, {"path", place->file->path}};
    put(object, place->region);
    return object;
}

Json Writer::finding_json(const Graded& graded, std::size_t number) const {
    const Finding& finding = graded.finding;
    Json object{{"rule", finding.rule},
                {"category", name_of(finding.category)},
                {"severity", name_of(graded.severity)},
                {"risk", name_of(graded.risk)},
                {"riskReason", or_null(graded.risk_reason)},
                {"message", finding.message}};
    put(object, listing_.places(number).region(finding.span));
    object["relations"] = finding.relations;
    object["lock"] = finding.lock ? Json(pg_locks_name(*finding.lock)) : Json(nullptr);
    object["growsWithRows"] = finding.grows_with_rows;
    object["certainty"] = name_of(finding.certainty);
    object["dependsOn"] = finding.depends_on;
    object["related"] = related_json(finding);
    object["recipe"] = finding.recipe ? recipe_json(*finding.recipe) : Json(nullptr);
    object["fingerprint"] = graded.fingerprint;
    object["suppressed"] = graded.suppressed
                               ? suppressed_json(*graded.suppressed, report_.files[number], listing_.places(number))
                               : Json(nullptr);
    return object;
}

Json Writer::file_json(std::size_t number) const {
    const FileReport& file = report_.files[number];
    Json object{{"path", file.path},
                {"change", kChanges[static_cast<std::size_t>(file.change)]},
                {"oldPath", file.old_path ? Json(*file.old_path) : Json(nullptr)},
                {"format", file.format},
                {"transaction",
                 {{"mode", name_of(file.transaction)},
                  {"reason", or_null(file.transaction_reason)},
                  {"assumed", file.transaction_assumed}}}};
    object["statements"] = array_of(file.statements, [&](const StatementReport& report) {
        const AnalyzedStatement& statement = report.statement;
        Json written = Json::object();
        put(written, listing_.places(number).region(statement.span));
        written["sql"] = statement.sql;
        written["kind"] = statement.kind;
        written["transaction"] = {{"kind", name_of(statement.transaction.kind)},
                                  {"number", statement.transaction.number}};
        written["risk"] = name_of(report.risk);
        written["effects"] = effects_json(statement.effects);
        written["findings"] =
            array_of(report.findings, [&](const Graded& graded) { return finding_json(graded, number); });
        return written;
    });
    object["unread"] = array_of(file.unread, [&](const Unread& unread) {
        Json written = Json::object();
        put(written, listing_.places(number).region(unread.span));
        written["what"] = unread.what;
        written["why"] = unread.why;
        return written;
    });
    return object;
}

Json Writer::verdict_json() const {
    const Verdict& verdict = report_.verdict;
    return {{"pass", verdict.pass},
            {"maxRisk", name_of(verdict.max_risk)},
            {"threshold", name_of(verdict.threshold)},
            {"counts",
             {{"error", verdict.counts.error},
              {"warning", verdict.counts.warning},
              {"notice", verdict.counts.notice},
              {"suppressed", verdict.counts.suppressed}}},
            {"reason", verdict.reason}};
}

Json Writer::coverage_json() const {
    const Coverage& coverage = report_.coverage;
    return {{"files", coverage.files},
            {"statements", coverage.statements},
            {"unread", coverage.unread},
            {"historyFiles", coverage.history_files},
            {"historyUnread", coverage.history_unread}};
}

Json Writer::document() const {
    Json document{{"schemaVersion", kSchemaVersion},
                  {"tool", {{"name", "pgfence"}, {"version", report_.tool_version}}},
                  {"postgres", {{"version", report_.postgres_version}, {"assumed", report_.postgres_version_assumed}}},
                  {"base", or_null(report_.base)},
                  {"head", or_null(report_.head)},
                  {"statsDate", or_null(report_.stats_date)},
                  {"verdict", verdict_json()},
                  {"coverage", coverage_json()},
                  {"files", Json::array()}};
    for (std::size_t i = 0; i < report_.files.size(); ++i) document["files"].push_back(file_json(i));
    document["rules"] = array_of(report_.rules, [](const RuleInfo& rule) {
        return Json{{"id", rule.id},
                    {"title", rule.title},
                    {"category", name_of(rule.category)},
                    {"severity", name_of(rule.default_severity)},
                    {"help", rule_page(rule.id)}};
    });
    document["notes"] = report_.notes;
    return document;
}

}  // namespace

std::string json(const Report& report) {
    // Bytes that are not UTF-8 cannot stand in JSON: they become U+FFFD.
    return Writer(report).document().dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace pgfence::annotate

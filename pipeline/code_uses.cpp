#include "pipeline/code_uses.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/text.h"
#include "pipeline/finding_order.h"
#include "policy/own_rules.h"

namespace pgfence::pipeline {
namespace {

/// Every name costs a little for each word of the repository.
constexpr std::size_t kMostNames = 200;
/// Shorter words (id, no, at) mean something else more often than not.
constexpr std::size_t kShortestWord = 3;
/// Columns that half of all tables and most programs have, and words for types: finding them says nothing.
constexpr std::array<std::string_view, 18> kOrdinaryColumns{"boolean", "code", "count",  "data", "date",  "json",
                                                            "key",     "name", "object", "size", "state", "status",
                                                            "string",  "text", "time",   "type", "uuid",  "value"};

/// order_items -> orderItems, or OrderItems
std::string in_camel_case(const std::string& name, bool capital) {
    std::string text;
    bool raise = capital;
    for (const char c : name) {
        if (c != '_') text += raise ? to_upper(c) : c;
        raise = c == '_';
    }
    return text;
}

std::string singular(const std::string& name) {
    if (name.ends_with("ies")) return name.substr(0, name.size() - 3) + "y";
    if (name.ends_with("sses") || name.ends_with("xes") || name.ends_with("ches"))
        return name.substr(0, name.size() - 2);
    return name.ends_with("s") && !name.ends_with("ss") ? name.substr(0, name.size() - 1) : name;
}

/// As mappers call a table: its name, and a class of its singular.
std::vector<std::string> words_for_table(const std::string& table) {
    return {table, in_camel_case(table, false), in_camel_case(table, true), in_camel_case(singular(table), true)};
}

std::vector<std::string> words_for_column(const std::string& column) {
    return {column, in_camel_case(column, false), in_camel_case(column, true)};
}

bool is_telling(const RemovedName& removed) {
    const bool is_ordinary = !removed.table.empty() && std::find(kOrdinaryColumns.begin(), kOrdinaryColumns.end(),
                                                                 removed.name) != kOrdinaryColumns.end();
    return removed.name.size() >= kShortestWord && !is_ordinary;
}

diff::SearchTerms wanted(const RemovedName& removed) {
    constexpr auto in_use = diff::SearchTerms::In::use;
    if (removed.table.empty()) return {words_for_table(removed.name), {}, 0, in_use};
    auto beside = words_for_table(removed.table);
    beside.push_back(singular(removed.table));
    return {words_for_column(removed.name), std::move(beside), 0, in_use};
}

std::string in_words(const diff::Uses& uses) {
    std::string text = fmt::format("{}:{}", uses.path, uses.line);
    if (uses.files > 1) text += fmt::format(" and {} more file{}", uses.files - 1, uses.files > 2 ? "s" : "");
    return text;
}

Finding finding(const RemovedName& removed, const diff::Uses& uses, const std::string& base) {
    Finding found;
    found.rule = policy::kSameRelease;
    found.category = Category::compatibility;
    found.span = removed.span;
    found.statement = removed.statement;
    found.message = fmt::format("{} goes, and the code of {} seems to name it: {}", removed.what, base.substr(0, 12),
                                in_words(uses));
    found.harm = Harm::used_name;
    found.certainty = Certainty::depends;
    found.depends_on = {"whether those words mean it: this is a text search"};
    return found;
}

}  // namespace

void find_uses_in_code(Analysis& analysis, Prepared& change) {
    if (!change.search_code) return;
    std::vector<const RemovedName*> names;
    std::vector<diff::SearchTerms> searched;
    for (const RemovedName& removed : analysis.removed) {
        if (!is_telling(removed) || names.size() == kMostNames) continue;
        names.push_back(&removed);
        searched.push_back(wanted(removed));
    }
    if (names.empty()) return;
    std::vector<std::string> migrations;
    for (const MigrationFile& file : change.files) migrations.push_back(file.path);
    std::sort(migrations.begin(), migrations.end());
    const auto result = change.search_code(searched, migrations);
    if (!result) {
        change.notes.push_back("the code was not searched for names that the change removes: " +
                               result.error().message);
        return;
    }
    if (!result->whole) change.notes.push_back("not all of the code was searched for names that the change removes");
    for (std::size_t i = 0; i < names.size(); ++i)
        if (result->uses[i].files > 0) analysis.findings.push_back(finding(*names[i], result->uses[i], change.base));
    put_in_order(analysis);
}

}  // namespace pgfence::pipeline

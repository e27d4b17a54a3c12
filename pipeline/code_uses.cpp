#include "pipeline/code_uses.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "core/text.h"
#include "pipeline/finding_order.h"
#include "policy/own_rules.h"

namespace pgfence::pipeline {
namespace {

/// Every name costs a little for each word of the repository.
constexpr std::size_t kMostNames = 200;
/// Shorter words (id, no, at) mean something else more often than not: likewise.
constexpr std::size_t kShortestWord = 3;
/// Columns that half of all tables and most programs have, and words for types: they say something only beside the
/// table's name.
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

/// Whether a file that has the word, and one for the table, says something by that alone.
bool is_telling(const RemovedName& removed) {
    const bool is_ordinary = !removed.table.empty() && std::find(kOrdinaryColumns.begin(), kOrdinaryColumns.end(),
                                                                 removed.name) != kOrdinaryColumns.end();
    return removed.name.size() >= kShortestWord && !is_ordinary;
}

diff::SearchTerms table_in_use(const std::string& table) {
    return {words_for_table(table), {}, 0, diff::SearchTerms::In::use};
}

/// As SQL has it, and mappers' declarations: programs have types of their own, which are called alike in camel case,
/// and a column is often called as its type is.
diff::SearchTerms type_in_use(const std::string& type) {
    return {{type}, {}, 0, diff::SearchTerms::In::use, diff::Evidence::declared, diff::SearchTerms::Of::type};
}

diff::SearchTerms column_in_use(const RemovedName& removed) {
    auto beside = words_for_table(removed.table);
    beside.push_back(singular(removed.table));
    beside.push_back(in_camel_case(singular(removed.table), false));
    return {words_for_column(removed.name), std::move(beside), 0, diff::SearchTerms::In::use,
            is_telling(removed) ? diff::Evidence::mention : diff::Evidence::together};
}

/// What is searched for one name, by its place among all that is.
struct Asked {
    const RemovedName* removed;
    std::size_t name;                  ///< the name itself
    std::optional<std::size_t> table;  ///< of a renamed column whose name says nothing: its table
};

class Questions {
public:
    /// Why not; empty: it is asked.
    std::string_view ask(const RemovedName& removed) {
        if (searched.size() >= kMostNames) return "the change removes more names than are searched for";
        const bool telling = is_telling(removed);
        if (removed.table.empty() && !telling) return "its name is too short to search for";
        Asked asked{&removed, searched.size(), {}};
        searched.push_back(removed.type            ? type_in_use(removed.name)
                           : removed.table.empty() ? table_in_use(removed.name)
                                                   : column_in_use(removed));
        if (!telling && removed.renamed) {
            asked.table = searched.size();
            searched.push_back(table_in_use(removed.table));
            searched.back().least = diff::Evidence::declared;
        }
        all.push_back(asked);
        return "";
    }

    std::vector<Asked> all;
    std::vector<diff::SearchTerms> searched;
};

std::string in_words(const diff::Uses& uses) {
    std::string text = fmt::format("{}:{}", uses.path, uses.line);
    if (uses.files > 1) text += fmt::format(" and {} more file{}", uses.files - 1, uses.files > 2 ? "s" : "");
    return text;
}

/// gift_note and giftNote are nobody's everyday words; created_at and user_id are every table's.
bool is_everyday_word(const std::string& name) {
    constexpr std::array<std::string_view, 14> kOfMostTables{
        "created_at", "updated_at", "deleted_at", "created_by", "updated_by", "created_on",  "updated_on",
        "user_id",    "parent_id",  "is_active",  "first_name", "last_name",  "description", "sort_order"};
    const bool is_compound = contains(name, "_") || std::any_of(name.begin() + 1, name.end(), is_upper);
    return !is_compound || std::find(kOfMostTables.begin(), kOfMostTables.end(), name) != kOfMostTables.end();
}

/// Whether what was found names the table or the column, and not only a word.
bool is_telling(const RemovedName& removed, const diff::Uses& uses) {
    return uses.best > diff::Evidence::mention || !is_everyday_word(removed.name);
}

Finding of_name(const RemovedName& removed, std::string message, std::string depends_on) {
    Finding found;
    found.rule = policy::kSameRelease;
    found.category = Category::compatibility;
    found.span = removed.span;
    found.statement = removed.statement;
    found.message = std::move(message);
    found.harm = Harm::used_name;
    found.certainty = Certainty::depends;
    found.depends_on = {std::move(depends_on)};
    return found;
}

std::string_view fate_of(const RemovedName& removed) {
    if (removed.table.empty()) return removed.renamed ? "moves to another schema" : "is dropped or renamed";
    return removed.renamed ? "is renamed" : "is dropped";
}

/// It is no proof: the change is not to fail for it.
Finding finding_by_word(const RemovedName& removed, const diff::Uses& uses, const std::string& base) {
    Finding found =
        of_name(removed,
                fmt::format("{} {}, and the code of {} may use it: {} has the word `{}`", removed.what,
                            fate_of(removed), base.substr(0, 12), in_words(uses), removed.name),
                removed.table.empty() ? "whether that word means it: no query and no model of that name was found"
                                      : "whether that word means it: no line was found that names it beside its table");
    found.harm = Harm::of_its_category;
    return found;
}

Finding finding(const RemovedName& removed, const diff::Uses& uses, const std::string& base) {
    if (!is_telling(removed, uses)) return finding_by_word(removed, uses, base);
    return of_name(removed,
                   fmt::format("{} {}, and the code of {} seems to name it: {}", removed.what, fate_of(removed),
                               base.substr(0, 12), in_words(uses)),
                   "whether those words mean it: this is a text search");
}

/// A name that every program has says nothing; that the code uses the table says that it fails all the same.
Finding finding_by_table(const RemovedName& removed, const diff::Uses& uses, const std::string& base) {
    return of_name(
        removed,
        fmt::format("{} is renamed, and the code of {} uses the table: {}", removed.what, base.substr(0, 12),
                    in_words(uses)),
        fmt::format("whether that code names the column: `{}` is too ordinary a word to search for", removed.name));
}

/// About code that runs, by the statement.
using OfCode = std::map<std::pair<FileId, std::size_t>, std::vector<Finding*>>;
OfCode of_code(std::vector<Finding>& findings) {
    OfCode found;
    for (Finding& finding : findings)
        if (finding.category == Category::compatibility || finding.harm == Harm::lost_name)
            found[{finding.span.file, finding.statement}].push_back(&finding);
    return found;
}

/// Of what code that runs loses, where nobody could look whether it uses that.
void doubt(const OfCode& findings, const RemovedName& removed, const std::string& why) {
    const auto own = findings.find({removed.span.file, removed.statement});
    if (own == findings.end()) return;
    const std::string condition = "whether code uses it: " + why;
    for (Finding* finding : own->second) {
        finding->certainty = std::max(finding->certainty, Certainty::depends);
        auto& all = finding->depends_on;
        if (std::find(all.begin(), all.end(), condition) == all.end()) all.push_back(condition);
    }
}

/// Nothing was found of any of them, as nothing was looked at.
void doubt_all(Analysis& analysis, const std::string& why) {
    const OfCode findings = of_code(analysis.findings);
    for (const RemovedName& removed : analysis.removed) doubt(findings, removed, why);
}

/// There is code, and somebody who looks only at the findings would take it for searched.
void doubt_and_note(Analysis& analysis, Prepared& change, const std::string& why) {
    doubt_all(analysis, why);
    change.notes.push_back(why + " for names that the change removes");
}

}  // namespace

void find_uses_in_code(Analysis& analysis, Prepared& change) {
    if (analysis.removed.empty()) return;
    if (!change.search_code) return doubt_all(analysis, "no code was searched");
    Questions questions;
    const OfCode findings = of_code(analysis.findings);
    for (const RemovedName& removed : analysis.removed)
        if (const auto why_not = questions.ask(removed); !why_not.empty())
            doubt(findings, removed, std::string(why_not));
    if (questions.all.empty()) return;
    std::vector<std::string> migrations;
    for (const MigrationFile& file : change.files) migrations.push_back(file.path);
    std::sort(migrations.begin(), migrations.end());
    const auto result = change.search_code(questions.searched, migrations);
    if (!result) return doubt_and_note(analysis, change, "the code was not searched (" + result.error().message + ")");
    if (!result->whole)
        doubt_and_note(analysis, change, "not all of the code was searched");
    else if (result->files == 0)
        doubt_all(analysis, "no code was found to search");
    for (const Asked& asked : questions.all) {
        const diff::Uses& uses = result->uses[asked.name];
        if (uses.files > 0)
            analysis.findings.push_back(finding(*asked.removed, uses, change.base));
        else if (asked.table && result->uses[*asked.table].files > 0)
            analysis.findings.push_back(finding_by_table(*asked.removed, result->uses[*asked.table], change.base));
    }
    put_in_order(analysis);
}

}  // namespace pgfence::pipeline

#pragma once
// What a rule says about a statement, and the fix it offers. No severity here: that is the team's choice (policy/).

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/boxed.h"
#include "core/effects.h"
#include "core/rule_option.h"
#include "core/source.h"

namespace pgfence {

enum class Category : std::uint8_t {
    rewrite,
    scan,
    lock,
    correctness,
    destructive,
    compatibility,
    type_choice,
    robustness,
    policy
};
enum class Severity : std::uint8_t { off, notice, warning, error };
enum class Risk : std::uint8_t { safe, low, medium, high, critical };

std::string_view name_of(Category category);  ///< "type-choice"
std::string_view name_of(Severity severity);
std::string_view name_of(Risk risk);
std::optional<Category> parse_category(std::string_view name);
std::optional<Severity> parse_severity(std::string_view name);
std::optional<Risk> parse_risk(std::string_view name);

/// What a finding costs beside the wait, where that is not what its category says.
enum class Harm : std::uint8_t {
    of_its_category,
    lost_guarantee,  ///< wrong rows may come in: those that are there stay
    used_name,       ///< code that runs was seen to use what goes
    lost_object,     ///< rows, values or an object go for good
    lost_name,       ///< code that runs loses a name; what it stood for is elsewhere, or can be made again
    reused_values,   ///< numbers that rows have are given out again
    forbidden_rows,  ///< rows go for good that a constraint of the change lets none of in
    rows_at_hand,  ///< rows or values go with the rows that the statement changes: a trigger does it, one key at a time
    fails_untold,  ///< a file fails where its runner was not told before that it ran
    lost_access,   ///< a role may no longer do, or see, what it could; or everybody sees what few could
};

/// Where a step goes, seen from the statement that the finding is about.
enum class StepPlace : std::uint8_t {
    elsewhere,  ///< a migration of its own, outside the migrations, or the statement unchanged
    replaces,   ///< takes the statement's place in its file
    precedes,   ///< goes in front of the statement, which stays as it is
};
std::string_view name_of(StepPlace place);  ///< "elsewhere"

struct RecipeStep {
    std::string sql;  ///< complete statements, each with its semicolon; may be empty when `note` says what to do
    bool outside_transaction = false;  ///< must not run in a transaction block (CONCURRENTLY)
    std::string wait_for;  ///< what must have happened before it: "a deploy that no longer reads note"; empty: nothing
    std::string note;      ///< one line for the reader; may be empty
    StepPlace place = StepPlace::elsewhere;
    bool by_hand = false;       ///< done in psql or by a job, not by a migration: batches that commit
    std::string code = {};      ///< the same as the author's migrations say it (author/); empty where they are SQL
    std::string language = {};  ///< of `code`, as Markdown calls it: "ruby"; empty without code
    std::string setting = {};   ///< how their runner leaves its transaction out, where it has to; may be empty
    /// Whether what comes before it must be committed first: the previous step, or the rest of the file for the first
    /// step. Unset: no for the first step, yes for all others.
    std::optional<bool> after_commit = {};
    std::string where = {};  ///< where to put it, in the runner's words: "in a migration of its own"; may be empty
    std::string fills = {};  ///< of advice: the column that the reader gives a value in existing rows; else empty
    bool has_own_findings = false;  ///< it holds what blocks for long in the statement: other findings are about that
};

/// A safer way to the same schema. Only the first step may replace or precede the statement; the others stand
/// elsewhere, each in a transaction of its own unless it says otherwise (`after_commit`).
struct Recipe {
    std::vector<RecipeStep> steps;
    std::string note;           ///< what differs from the original, if anything
    bool inside_block = false;  ///< it stands for one statement of a DO block, whose others stay
};

struct Finding {
    std::string rule;  ///< id
    Category category = Category::lock;
    SourceSpan span;                     ///< the clause where the parser tells, else the statement
    std::size_t statement = 0;           ///< index in its file's statements
    std::string message;                 ///< lower case start, no full stop, names the table and the lock
    std::vector<std::string> relations;  ///< schema.name, the ones the message is about
    std::optional<LockMode> lock;        ///< the strongest lock it is about, if it is about one
    bool grows_with_rows = false;        ///< the time the lock is held grows with a table's rows
    bool fails = false;                  ///< it is about an error that ends the statement, not about what else it does
    Harm harm = Harm::of_its_category;
    Certainty certainty = Certainty::known;
    RareList<Condition> depends_on;
    Boxed<Recipe> recipe;
    std::optional<SourceSpan> related;  ///< e.g. the statement that took the lock
    std::string related_message;
};

inline bool depends_on(const Finding& finding, Condition::Kind kind) {
    return std::any_of(finding.depends_on.begin(), finding.depends_on.end(),
                       [&](const Condition& condition) { return condition.kind == kind; });
}

/// What a rule's findings speak of, where others have to know.
enum class RuleSubject : std::uint8_t {
    statement,
    what_is_there,    ///< an edited migration meets what it made itself when it ran
    text,             ///< it does not parse
    no_lock_timeout,  ///< a setting outside of the migrations may answer it
};

/// What outputs print about a rule beside its findings.
struct RuleInfo {
    std::string id;
    std::string title;  ///< one line
    std::string why;    ///< Markdown
    Category category = Category::lock;
    Severity default_severity = Severity::error;
    std::vector<RuleOption> options = {};  ///< what [rules.<id>] may set
    bool once_per_change = false;          ///< one finding stands for all that the change has, and lists their places
    RuleSubject subject = RuleSubject::statement;
};

}  // namespace pgfence

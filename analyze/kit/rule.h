#pragma once
// What a rule file may see, and what it is made of. Rules judge; they state no fact about PostgreSQL: no LockMode name
// stands in analyze/rules/, messages print the lock they were given.

#include <cassert>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "analyze/catalog/catalog.h"
#include "analyze/scope/scope.h"
#include "core/action.h"
#include "core/effects.h"
#include "core/finding.h"
#include "core/rule_option.h"
#include "core/server_features.h"
#include "core/server_version.h"

namespace pgfence {

/// An action that ran earlier in the file. What bodies ran is not among them.
struct Earlier {
    const Action* action;
    const std::string* kind;  ///< command tag
    SourceSpan span;
};

/// One action of one statement, with everything known about it.
struct Step {
    const std::string& sql;   ///< of the whole statement
    const std::string& kind;  ///< its command tag: "ALTER TABLE"
    const Action& action;
    const Effects& effects;
    const Scope& scope;
    const Catalog& before;
    const Catalog& after;
    int version = kNewestServer;                ///< major
    bool alone = true;                          ///< the only action of its statement
    HowOften runs = HowOften::few_times;        ///< how often, where it stands in a body
    bool transaction_assumed = false;           ///< how the file is sent is a guess
    const BodyStatement* part = nullptr;        ///< of a body, that the action is of; null: it is the statement's own
    std::span<const Earlier> earlier = {};      ///< of this file, the last 64 at most, the latest last
    std::span<const Earlier> before_file = {};  ///< what earlier files of the change wrote into tables, the last 64
    const OptionValues* options = nullptr;      ///< of the rule that is asked, every one that it declares
    std::optional<ConstraintType> dropped_kind = {};  ///< as the call says it that drops a constraint

    template <class T>
    const T* is() const {
        return std::get_if<T>(&action);
    }

    bool server_has(Feature feature) const { return has(version, feature); }

    /// What the team chose for an option that the rule declares.
    template <class T>
    const T& option(std::string_view name) const {
        const auto found = options->find(name);
        assert(found != options->end());
        return std::get<T>(found->second);
    }
    std::int64_t number(std::string_view name) const { return option<std::int64_t>(name); }
    const std::vector<std::string>& texts(std::string_view name) const {
        return option<std::vector<std::string>>(name);
    }

    /// Work with that cause on something that was there before the change; null when there is none.
    const Work* work(Cause cause) const;
    const Work* work(Cause cause, std::size_t command) const;
    /// The strongest lock on a relation that was there before the change and that blocks this traffic; null when none.
    const Lock* blocking(Traffic traffic) const;
    /// Name as the catalog stores it, "public.t".
    std::string qualified(const Name& name) const { return before.qualified(name); }
    /// Was it there before the change? Unknown tables are taken to be.
    bool existing(const Name& name) const;
};

/// What a rule found: a message, where, and a fix.
struct Consequence {
    std::string message;
    std::vector<std::string> relations;
    std::optional<LockMode> lock;
    bool grows_with_rows = false;
    bool fails = false;  ///< it is about an error that ends the statement
    Harm harm = Harm::of_its_category;
    std::int32_t begin = -1, end = -1;  ///< bytes in the statement's script; -1: the whole statement
    Boxed<Recipe> recipe;
    Certainty certainty = Certainty::known;
    RareList<Condition> depends_on;
    std::optional<SourceSpan> related;
    std::string related_message;
    /// Asked of the catalog that the whole change leaves behind: false takes the finding back, as a later statement has
    /// put it right. Empty: it stands. Outlives the Step.
    std::function<bool(const Catalog& end)> stands_at_end;
};

/// Which kinds of actions a rule may have something to say about.
class Kinds {
    static constexpr std::uint64_t kAll = ~std::uint64_t{0};
    static constexpr std::uint64_t bit_of(AlterTableType clause) {
        return std::uint64_t{1} << static_cast<unsigned>(clause);
    }
    template <class Kind, class... All>
    static constexpr std::size_t index_of(const std::variant<All...>*) {
        std::size_t index = 0;
        (void)((std::is_same_v<Kind, All> || (++index, false)) || ...);
        return index;
    }

public:
    /// All of them.
    constexpr Kinds() = default;
    template <class... Kind>
    static constexpr Kinds of() {
        Kinds some;
        some.bits_ = (... | (std::uint64_t{1} << index_of<Kind>(static_cast<const Action*>(nullptr))));
        return some;
    }
    /// ALTER TABLE alone, with one of these clauses.
    static constexpr Kinds of_alter_table(std::initializer_list<AlterTableType> clauses) {
        Kinds some = of<AlterTable>();
        some.clauses_ = 0;
        for (const AlterTableType clause : clauses) some.clauses_ |= bit_of(clause);
        return some;
    }
    constexpr bool has(std::size_t action_index) const { return bits_ >> action_index & 1; }
    bool has(const Action& action) const { return has(action.index()) && has_clause(clauses_of(action)); }

    /// Of an ALTER TABLE, one bit for each type of clause; all bits of any other action.
    static std::uint64_t clauses_of(const Action& action) {
        const auto* alter = std::get_if<AlterTable>(&action);
        std::uint64_t bits = alter ? 0 : kAll;
        if (alter)
            for (const AlterTableCmd& cmd : alter->cmds) bits |= bit_of(cmd.subtype);
        return bits;
    }
    constexpr bool has_clause(std::uint64_t bits) const { return clauses_ == kAll || (clauses_ & bits) != 0; }

private:
    static_assert(static_cast<unsigned>(AlterTableType::Other) < 64);
    static_assert(std::variant_size_v<Action> <= 64);
    std::uint64_t bits_ = kAll, clauses_ = kAll;
};
template <class... Kind>
inline constexpr Kinds kinds = Kinds::of<Kind...>();
template <AlterTableType... Clause>
inline constexpr Kinds alter_table = Kinds::of_alter_table({Clause...});

struct Rule {
    std::string_view title;  ///< one line, no full stop
    Category category;
    std::string_view why;  ///< Markdown, for the docs page and SARIF help
    std::vector<std::string_view>
        bad;  ///< SQL that it reports, in several spellings; earlier statements may set the scene
    std::vector<std::string_view> good;  ///< SQL that it does not report
    Kinds about = {};                    ///< it is asked about no other actions
    std::vector<Consequence> (*check)(const Step&);
    std::string_view aliases = "";                 ///< other tools' ids for the same hazard, space separated
    int since = kOldestServer;                     ///< first major it applies to
    int until = 99;                                ///< last major it applies to
    bool once_per_file = false;                    ///< the first finding in a file stands for all that would follow
    bool once_per_change = false;                  ///< as RuleInfo::once_per_change
    RuleSubject subject = RuleSubject::statement;  ///< as RuleInfo::subject
    bool backstop = false;  ///< asked last, and only where no rule reported what the statement does
    std::optional<Severity> severity = std::nullopt;  ///< where the category's would be too loud
    std::vector<RuleOption> options = {};             ///< [rules.<id>] of the config
    OptionValues example_options = {};  ///< what the examples are run with, where that is not the fallback
};

struct NamedRule {
    std::string_view id;
    const Rule* rule;
};
/// Every rule in order of id; the id is the file's name in analyze/rules/.
const std::vector<NamedRule>& all_rules();

/// rewrite, scan, lock, correctness: error; destructive, compatibility: warning; type-choice, robustness: notice;
/// policy: off.
Severity default_severity(Category category);
/// The category's, unless the rule has its own.
Severity default_severity(const Rule& rule);

// ---- words for messages and recipes ---------------------------------------------------------------------------------

std::string quoted(std::string_view identifier);             ///< as quote_ident: "User Data", "order"
std::string quoted(const Name& name);                        ///< schema kept when it was written
std::string list_in_words(const std::vector<std::string>&);  ///< "a, b and c"
std::string_view without_article(std::string_view kind);     ///< "statement ..." of "a statement ...": behind "this"
/// A name in a message stands between backquotes: `orders`. One that has a backquote itself stays as it is.
std::string code(std::string_view text);
std::string in_code(std::string_view identifier);  ///< code(quoted())
std::string in_code(const Name& name);
std::string list_in_code(const std::vector<std::string>& names);  ///< "`a`, `b` and `c`"

}  // namespace pgfence

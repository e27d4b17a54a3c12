// PostgreSQL 19's own statements and clauses. The tokens are checked as far as 18's grammar would take more than 19's
// does; names, options and lists are left to it.

#include "analyze/lower/statements_of_19.h"

#include "analyze/lower/lowering.h"

namespace pgfence {
namespace {

/// Goes over the tokens of a text, and writes over parts of a copy.
class Rewriter {
public:
    explicit Rewriter(std::string_view sql) : copy_(sql), lexer_(sql, 0, sql.size()), token_(lexer_.next()) {}

    bool is(std::string_view word) const { return lexer_.is(token_, word); }
    bool is(char symbol) const { return token_.symbol == symbol; }
    bool ended() const { return token_.kind == Token::Kind::end; }
    /// A semicolon is the last token, or another statement follows, which is no matter of ours.
    bool at_end() const { return ended() || is(';'); }
    std::size_t at() const { return token_.span.begin; }
    /// Behind the last token that was taken.
    std::size_t behind() const { return behind_; }

    void take() {
        behind_ = token_.span.end;
        token_ = lexer_.next();
    }
    template <class What>
    bool take(What what) {
        if (!is(what)) return false;
        take();
        return true;
    }
    bool take_name() {
        if (token_.kind != Token::Kind::word && token_.kind != Token::Kind::quoted_name) return false;
        take();
        return true;
    }
    /// From "(" to its ")"; nothing when it is not closed.
    std::optional<Span> take_parentheses() {
        const std::size_t begin = at();
        int depth = 0;
        do {
            if (ended()) return std::nullopt;
            depth += is('(') ? 1 : is(')') ? -1 : 0;
            take();
        } while (depth > 0);
        return Span{begin, behind_};
    }
    void write(Span over, std::string_view words) {
        copy_.replace(over.begin, over.end - over.begin, over.end - over.begin, ' ');
        copy_.replace(over.begin, words.size(), words);
    }
    void blank(Span over) { write(over, {}); }
    std::string written(Span span) const { return copy_.substr(span.begin, span.end - span.begin); }
    std::string copy() && { return std::move(copy_); }

private:
    std::string copy_;
    Lexer lexer_;
    std::size_t behind_ = 0;
    Token token_;
};

// ---- REPACK -----------------------------------------------------------------------------------------------------

bool read_option(const DefElem& option, Repack& out) {
    const std::string name = text_of(option.defname);
    if (name == "concurrently") out.concurrently = is_true(option);
    if (name == "analyze") out.analyze = is_true(option);
    return name == "concurrently" || name == "analyze" || name == "verbose";
}

bool read_repack(const Node* tree, bool named, bool by_index, LoweredStatement& statement) {
    if (!is(tree, T_VacuumStmt)) return false;
    const auto& vacuum = as<VacuumStmt>(tree);
    Repack out;
    out.by_index = by_index;
    for (const auto* option : items<DefElem>(vacuum.options))
        if (!read_option(*option, out)) return false;
    const auto relations = items<VacuumRelation>(vacuum.rels);
    if (relations.size() != (named ? 1u : 0u)) return false;  // REPACK VERBOSE, without parentheses
    for (const auto* relation : relations) {
        out.table = name_of(relation->relation);
        for (const std::string& index : strings_of(relation->va_cols)) out.index = index;
    }
    statement.kind = "REPACK";
    statement.actions = one(std::move(out));
    return true;
}

/// REPACK (...) name (columns) USING INDEX index, as VACUUM (...) name (index).
std::optional<OtherWords> repack(Rewriter text) {
    const std::size_t begin = text.at();
    if (!text.take("repack")) return std::nullopt;
    text.write({begin, text.behind()}, "VACUUM");
    if (text.is('(') && !text.take_parentheses()) return std::nullopt;
    const bool named = !text.is("using") && text.take_name();
    while (named && text.take('.'))
        if (!text.take_name()) return std::nullopt;
    if (named && text.is('(')) {
        const auto columns = text.take_parentheses();
        if (!columns) return std::nullopt;
        text.blank(*columns);
    }
    const std::size_t index_clause = text.at();
    const bool by_index = text.take("using");
    if (by_index && !text.take("index")) return std::nullopt;
    const std::size_t name = text.at();
    const bool index_named = by_index && named && text.take_name();
    if (!text.at_end()) return std::nullopt;
    if (by_index)
        text.write({index_clause, text.behind()},
                   index_named ? "(" + text.written({name, text.behind()}) + ")" : std::string());
    return OtherWords{std::move(text).copy(), [=](const Node* tree, LoweredStatement& statement) {
                          return read_repack(tree, named, by_index, statement);
                      }};
}

// ---- publications -----------------------------------------------------------------------------------------------

/// ALL TABLES [EXCEPT (TABLE ...)], ALL SEQUENCES
struct EverythingPublished {
    bool tables = false, sequences = false;
    Span except;  ///< what stands in its parentheses
};

std::optional<EverythingPublished> take_everything(Rewriter& text) {
    EverythingPublished all;
    do {
        if (!text.take("all")) return std::nullopt;
        if (!all.sequences && text.take("sequences")) {
            all.sequences = true;
            continue;
        }
        if (all.tables || !text.take("tables")) return std::nullopt;
        all.tables = true;
        if (!text.take("except")) continue;
        const auto list = text.is('(') ? text.take_parentheses() : std::nullopt;
        if (!list || list->end - list->begin <= 2) return std::nullopt;
        all.except = {list->begin + 1, list->end - 1};
    } while (text.take(','));
    return all;
}

/// What it leaves out, as FOR TABLE and SET TABLE say what is in it.
std::optional<OtherWords> publication(Rewriter text) {
    const bool create = text.take("create");
    if (!create && !text.take("alter")) return std::nullopt;
    if (!text.take("publication") || !text.take_name()) return std::nullopt;
    const std::size_t verb = text.at();
    if (!text.take(create ? "for" : "set")) return std::nullopt;
    const std::size_t begin = text.at();
    const auto all = take_everything(text);
    if (!all || !(text.at_end() || (create && text.is("with")))) return std::nullopt;
    const Span list{begin, text.behind()};
    if (!all->except.empty()) {
        text.blank({list.begin, all->except.begin});
        text.blank({all->except.end, list.end});
    } else if (create) {
        text.blank({verb, list.end});
    } else {
        text.write(list, "(all)");
    }
    return OtherWords{std::move(text).copy(), [create, all = *all](const Node*, LoweredStatement& statement) {
                          auto* change = std::get_if<PublicationChange>(&statement.actions.front());
                          if (!change || change->tables.empty() != all.except.empty()) return false;
                          change->kind = create ? PublicationChange::Kind::create : PublicationChange::Kind::set;
                          change->all_tables = all.tables;
                          change->except.assign(change->tables.begin(), change->tables.end());
                          change->tables.clear();
                          statement.actions.emplace_back(NeedsServer{Feature::publications_of_all_but});
                          return true;
                      }};
}

// ---- clauses ----------------------------------------------------------------------------------------------------

bool add_needs(const std::vector<Feature>& features, LoweredStatement& statement) {
    for (const Feature feature : features) statement.actions.emplace_back(NeedsServer{feature});
    return true;
}

std::optional<OtherWords> checkpoint(Rewriter text) {
    if (!text.take("checkpoint") || !text.is('(')) return std::nullopt;
    const auto options = text.take_parentheses();
    if (!options || !text.at_end()) return std::nullopt;
    text.blank(*options);
    return OtherWords{std::move(text).copy(), [](const Node*, LoweredStatement& statement) {
                          return add_needs({Feature::checkpoint_options}, statement);
                      }};
}

/// f(...) IGNORE NULLS OVER: whose values those are is for the run.
bool leave_out_null_treatment(Rewriter& text) {
    const std::size_t begin = text.at();
    if (!text.take("ignore") && !text.take("respect")) return false;
    if (!text.take("nulls") || !text.is("over")) return false;
    text.blank({begin, text.behind()});
    return true;
}

/// ON CONFLICT (...) DO SELECT [FOR UPDATE] RETURNING: nothing is changed where a row is there, as with DO NOTHING.
/// Only WHERE would be run.
bool say_do_nothing(Rewriter& text) {
    if (!text.take("conflict")) return false;
    const std::size_t begin = text.behind();
    if (text.is('(')) {
        if (!text.take_parentheses()) return false;
        while (!text.at_end() && !text.is("do")) text.take();  // WHERE, of the index
    } else if (!text.take("on") || !text.take("constraint") || !text.take_name()) {
        return false;
    }
    if (!text.take("do") || !text.take("select")) return false;
    while (text.take("for") || text.take("no") || text.take("key") || text.take("update") || text.take("share")) {
    }
    if (!text.is("returning")) return false;
    text.write({begin, text.at()}, " DO NOTHING");
    return true;
}

}  // namespace

std::optional<OtherWords> part_of_19(std::string_view sql) {
    Rewriter text(sql);
    std::vector<Feature> needed;
    while (!text.ended()) {
        const bool call = text.is(')');
        const bool conflict = text.is("conflict");
        if (conflict && say_do_nothing(text)) {
            needed.push_back(Feature::on_conflict_do_select);
            continue;
        }
        if (!conflict) text.take();
        if (call && leave_out_null_treatment(text)) needed.push_back(Feature::null_treatment);
    }
    if (needed.empty()) return std::nullopt;
    return OtherWords{std::move(text).copy(),
                      [needed](const Node*, LoweredStatement& statement) { return add_needs(needed, statement); }};
}

std::optional<OtherWords> statement_of_19(std::string_view sql) {
    const Rewriter text(sql);
    if (auto words = repack(text)) return words;
    if (auto words = publication(text)) return words;
    if (auto words = checkpoint(text)) return words;
    return part_of_19(sql);
}

}  // namespace pgfence

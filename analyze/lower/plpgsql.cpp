// PL/pgSQL bodies, from the JSON that libpg_query writes of PL/pgSQL's own parse tree (plpgsql.h's PLpgSQL_stmt_...).
// What a branch, a loop or a block with EXCEPTION holds is read too, and says on what it depends.

#include <pg_query.h>

#include <cstdint>
#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyze/lower/body.h"
#include "analyze/lower/constant_text.h"
#include "analyze/lower/parser.h"
#include "analyze/lower/query_finder.h"
#include "analyze/lower/relation_loop.h"

namespace pgfence {
namespace {

using Json = nlohmann::json;

constexpr int kNesting = 100;                         // blocks, branches and loops in one another
constexpr std::size_t kMostStatements = 10'000;       // of one body
constexpr std::size_t kMostElements = 50;             // of an array that a loop runs through
constexpr std::uint32_t kBranchesOfLoop = 1'000'000;  // numbers kept for what is read later
constexpr int kError = 21;                            // elog.h: RAISE EXCEPTION

const Json* member(const Json& object, const char* key) {
    if (!object.is_object()) return nullptr;
    const auto found = object.find(key);
    return found == object.end() ? nullptr : &*found;
}

/// The value of {"PLpgSQL_...": value}: each node is wrapped in its own name.
const Json* unwrapped(const Json* node) {
    return node && node->is_object() && node->size() == 1 ? &node->begin().value() : nullptr;
}

std::string_view type_of_node(const Json& node) {
    if (!node.is_object() || node.size() != 1) return {};
    std::string_view name = node.begin().key();
    constexpr std::string_view kPrefix = "PLpgSQL_";
    return name.starts_with(kPrefix) ? name.substr(kPrefix.size()) : name;
}

int number(const Json& object, const char* key) {
    const Json* value = member(object, key);
    return value && value->is_number_integer() ? value->get<int>() : 0;
}

std::string text(const Json& object, const char* key) {
    const Json* value = member(object, key);
    return value && value->is_string() ? value->get<std::string>() : std::string();
}

bool flag(const Json& object, const char* key) {
    const Json* value = member(object, key);
    return value && value->is_boolean() && value->get<bool>();
}

struct Expression {
    std::string query;
    ParseMode mode = ParseMode::statements;
};

std::optional<Expression> expression(const Json* node) {
    const Json* expr = unwrapped(node);
    if (!expr) return std::nullopt;
    return Expression{text(*expr, "query"), static_cast<ParseMode>(number(*expr, "parseMode"))};
}

std::string lower_case(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

/// On one line, and not all of a long one.
std::string in_short(std::string_view sql) {
    constexpr std::size_t kLongest = 100;
    std::string out;
    for (const char c : sql) {
        const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (!blank)
            out += c;
        else if (!out.empty() && out.back() != ' ')
            out += ' ';
        if (out.size() > kLongest) break;
    }
    if (out.size() <= kLongest) return out;
    while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0xC0) == 0x80) out.pop_back();
    if (!out.empty()) out.pop_back();
    return out + "...";
}

/// Assignments that a body makes to each variable: by number, and by name where a loop or INTO has the variable itself.
class Assignments {
public:
    explicit Assignments(const Json& action) {
        std::vector<const Json*> left{&action};
        while (!left.empty()) {
            const Json* next = left.back();
            left.pop_back();
            if (next->is_object()) look_at(*next);
            if (next->is_structured())
                for (const Json& child : *next) left.push_back(&child);
        }
    }
    int of(int number, const std::string& name) const {
        const auto by_number = numbers_.find(number);
        const auto by_name = names_.find(name);
        return (by_number == numbers_.end() ? 0 : by_number->second) + (by_name == names_.end() ? 0 : by_name->second);
    }

private:
    void look_at(const Json& object) {
        for (const char* key : {"varno", "target"})
            if (const Json* value = member(object, key); value && value->is_number_integer())
                ++numbers_[value->get<int>()];
        if (const Json* name = member(object, "refname"); name && name->is_string()) ++names_[name->get<std::string>()];
    }
    std::map<int, int> numbers_;
    std::map<std::string, int> names_;
};

/// System catalogs hold no rows that anybody waits for: to look into them is no effect.
bool is_system(const Name& name) {
    return name.schema == "pg_catalog" || name.schema == "information_schema" ||
           (name.schema.empty() && name.name.starts_with("pg_"));
}

bool touches_nothing(const Action& action) {
    const auto* dml = std::get_if<Dml>(&action);
    if (!dml || dml->kind != Dml::Kind::select || !dml->query.functions.empty()) return false;
    for (const RangeUse& use : dml->query.relations)
        if (!is_system(use.name)) return false;
    return true;
}

class BodyReader {
public:
    BodyReader(std::string_view sql, Span statement, Span body, int depth)
        : sql_(sql), statement_(statement), finder_(sql, body), depth_(depth) {}

    RoutineBody read(const Json& function) {
        const Json* action = member(function, "action");
        const Json* block = unwrapped(action);
        if (!block) return std::move(out_);
        const Assignments assignments(*action);
        if (const Json* datums = member(function, "datums")) declarations(*datums, assignments);
        statement(*action, 0);
        return std::move(out_);
    }

private:
    // ---- variables -------------------------------------------------------------------------------------------------

    void declarations(const Json& datums, const Assignments& assignments) {
        std::map<std::string, int> named;
        for (const Json& datum : datums)
            if (const Json* var = unwrapped(&datum)) ++named[text(*var, "refname")];
        int number = 0;
        for (const Json& datum : datums) {
            const Json* var = unwrapped(&datum);
            if (var && type_of_node(datum) == "var") declaration(number, *var, named, assignments);
            ++number;
        }
    }

    void declaration(int number_of, const Json& var, const std::map<std::string, int>& named,
                     const Assignments& assignments) {
        const std::string name = text(var, "refname");
        const int line = number(var, "lineno");
        cursors_[number_of] = {expression(member(var, "cursor_explicit_expr")), line};
        const auto value = expression(member(var, "default_val"));
        const int assigned = assignments.of(number_of, name);
        const auto same = named.find(name);
        // Two blocks may each have a variable of that name.
        if (same != named.end() && same->second == 1 && assigned == 1 && !value)
            set_once_.insert_or_assign(number_of, name);
        if (!value) return;
        query(*value, line, Order::anywhere);
        if (same == named.end() || same->second > 1 || assigned > 0) return;
        if (auto known = constant_text(value->query, constants_); known.text) constants_[name] = *known.text;
    }

    void assigned(const Json& node, const Expression& value) {
        const auto once = set_once_.find(number(node, "varno"));
        // A variable is NULL before: what stands above the assignment has been read by now.
        if (once == set_once_.end() || !conditions_.empty() || value.mode != ParseMode::assignment1) return;
        if (auto known = constant_text(value.query, constants_, true); known.text)
            constants_[once->second] = *known.text;
    }

    // ---- conditions ------------------------------------------------------------------------------------------------

    template <class Read>
    void under(std::string what, Read read) {
        conditions_.push_back({++branches_, std::move(what)});
        read();
        conditions_.pop_back();
    }

    std::vector<BodyCondition> conditions() const {
        std::vector<BodyCondition> all;
        if (returned_) all.push_back(*returned_);
        all.insert(all.end(), conditions_.begin(), conditions_.end());
        return all;
    }

    /// RETURN, or EXIT of a labelled block: what follows runs only where this did not.
    void leave() {
        if (conditions_.empty())
            dead_ = true;
        else if (!returned_)
            returned_ = BodyCondition{++branches_, conditions_.back().what + ", as the body ends there"};
    }

    // ---- statements ------------------------------------------------------------------------------------------------

    void statements(const Json* list, int nesting) {
        if (!list || !list->is_array()) return;
        for (const Json& node : *list) statement(node, nesting);
    }

    void statement(const Json& node, int nesting) {
        const Json* content = unwrapped(&node);
        if (!content || dead_ || full()) return;
        const int line = number(*content, "lineno");
        if (nesting > kNesting) return gap(line, "a PL/pgSQL block", "it is nested too deeply");
        const std::string_view type = type_of_node(node);
        if (block_statement(type, *content, line, nesting)) return;
        if (simple_statement(type, *content, line)) return;
        gap(line, "a PL/pgSQL statement", "it is not read: " + std::string(type));
    }

    bool block_statement(std::string_view type, const Json& node, int line, int nesting) {
        if (type == "stmt_block")
            block(node, nesting);
        else if (type == "stmt_if")
            if_statement(node, line, nesting);
        else if (type == "stmt_case")
            case_statement(node, line, nesting);
        else if (type == "stmt_foreach_a")
            foreach (node, line, nesting)
                ;
        else if (type == "stmt_loop" || type == "stmt_while" || type == "stmt_fori" || type == "stmt_fors" ||
                 type == "stmt_forc" || type == "stmt_dynfors")
            loop(node, line, nesting);
        else
            return false;
        return true;
    }

    void block(const Json& node, int nesting) {
        const Json* exceptions = unwrapped(member(node, "exceptions"));
        if (!exceptions) return statements(member(node, "body"), nesting + 1);
        under("whether an error takes the block back", [&] { statements(member(node, "body"), nesting + 1); });
        const Json* handlers = member(*exceptions, "exc_list");
        if (!handlers) return;
        for (const Json& handler : *handlers)
            if (const Json* content = unwrapped(&handler))
                under("whether the block before it fails",
                      [&] { statements(member(*content, "action"), nesting + 1); });
    }

    void if_statement(const Json& node, int line, int nesting) {
        if (branch(member(node, "cond"), member(node, "then_body"), line, nesting)) return;
        if (const Json* others = member(node, "elsif_list"))
            for (const Json& other : *others)
                if (const Json* content = unwrapped(&other))
                    if (branch(member(*content, "cond"), member(*content, "stmts"), number(*content, "lineno"),
                               nesting))
                        return;
        const auto condition = expression(member(node, "cond"));
        if (condition && lower_case(condition->query) == "false" && !member(node, "elsif_list"))
            return statements(member(node, "else_body"), nesting + 1);
        under("whether " + in_short(condition ? condition->query : "") + " holds",
              [&] { statements(member(node, "else_body"), nesting + 1); });
    }

    /// True when it is the one that is taken, whatever the others say.
    bool branch(const Json* cond, const Json* body, int line, int nesting) {
        const auto condition = expression(cond);
        if (!condition) return false;
        const std::string constant = lower_case(condition->query);
        if (constant == "false") return false;
        query(*condition, line);
        if (constant == "true") {
            statements(body, nesting + 1);
            return true;
        }
        under("whether " + in_short(condition->query) + " holds", [&] { statements(body, nesting + 1); });
        return false;
    }

    void case_statement(const Json& node, int line, int nesting) {
        if (const auto value = expression(member(node, "t_expr"))) query(*value, line);
        if (const Json* whens = member(node, "case_when_list"))
            for (const Json& when : *whens)
                if (const Json* content = unwrapped(&when))
                    under("which branch of CASE is taken", [&] { statements(member(*content, "stmts"), nesting + 1); });
        under("which branch of CASE is taken", [&] { statements(member(node, "else_stmts"), nesting + 1); });
    }

    void loop(const Json& node, int line, int nesting) {
        for (const char* key : {"cond", "lower", "upper", "step", "argquery"})
            if (const auto value = expression(member(node, key))) query(*value, line);
        if (member(node, "curvar")) cursor(number(node, "curvar"));
        if (const auto value = expression(member(node, "query"))) {
            // Of FOR ... IN EXECUTE the query is an expression that gives the text.
            if (value->mode == ParseMode::statements)
                query(*value, line);
            else
                dynamic(*value, line, node);
            if (loop_over_relations(node, value->query, nesting)) return;
        }
        under("how often the loop runs", [&] { statements(member(node, "body"), nesting + 1); });
    }

    /// True where what the body runs hangs on the relations that the query gives: it is read for each of them when it
    /// is known which there are.
    bool loop_over_relations(const Json& node, const std::string& query, int nesting) {
        auto loop = relation_loop(query);
        const Json* body = member(node, "body");
        if (!loop || !body) return false;
        RoutineBody so_far = std::exchange(out_, {});
        BodyReader unbound = *this;
        out_ = std::move(so_far);
        BodyReader rest = unbound;
        unbound.under("how often the loop runs", [&] { unbound.statements(body, nesting + 1); });
        if (unbound.out_.gaps.empty()) return false;
        finder_ = unbound.finder_;
        if (!returned_) returned_ = unbound.returned_;
        branches_ = unbound.branches_ + kBranchesOfLoop;

        // The text that this reader looks at does not live as long.
        const auto text = std::make_shared<const std::string>(sql_);
        loop->body = [rest, text, body = *body, into = into_of(node), query, nesting](
                         const std::map<std::string, std::string>& row, const std::string& doubt) {
            BodyReader reader = rest;
            reader.sql_ = *text;
            reader.finder_.move_to(*text);
            for (const OutputColumn& column : output_columns(query, {row.begin(), row.end()}))
                reader.bind(into, column);
            if (doubt.empty())
                reader.statements(&body, nesting + 1);
            else
                reader.under(doubt, [&] { reader.statements(&body, nesting + 1); });
            return std::move(reader.out_);
        };
        BodyStatement added;
        added.kind = "FOR";
        added.conditions = conditions();
        added.loop = std::make_shared<const RelationLoop>(std::move(*loop));
        out_.statements.push_back(std::move(added));
        return true;
    }

    /// The variables that a loop puts its rows into: one record, or one for each column.
    struct Into {
        std::string record;
        std::vector<std::string> variables;
    };
    static Into into_of(const Json& node) {
        const Json* target = member(node, "var");
        const Json* content = unwrapped(target);
        if (!content) return {};
        if (type_of_node(*target) == "rec") return {text(*content, "refname"), {}};
        Into into;
        if (const Json* fields = member(*content, "fields"))
            for (const Json& field : *fields) into.variables.push_back(text(field, "name"));
        return into;
    }
    void bind(const Into& into, const OutputColumn& column) {
        if (!into.record.empty())
            constants_[into.record + "." + column.name] = column.text;
        else if (column.position < into.variables.size())
            constants_[into.variables[column.position]] = column.text;
    }

    /// FOREACH x IN ARRAY ARRAY['a', 'b']: the body once for each element, which is then known.
    void foreach (const Json& node, int line, int nesting) {
        const auto array = expression(member(node, "expr"));
        if (array) query(*array, line);
        const auto elements = array ? constant_array(array->query, constants_) : std::nullopt;
        const std::string name = array ? variable_of(node) : std::string();
        if (!elements || elements->size() > kMostElements || name.empty() || nesting > 3)
            return under("how often the loop runs", [&] { statements(member(node, "body"), nesting + 1); });
        const std::size_t mark = finder_.mark();
        under("how often the loop runs", [&] {
            for (const std::string& element : *elements) {
                finder_.go_back(mark);
                constants_[name] = element;
                statements(member(node, "body"), nesting + 1);
            }
        });
        constants_.erase(name);
    }
    std::string variable_of(const Json& node) const {
        const auto once = set_once_.find(number(node, "varno"));
        return once == set_once_.end() ? std::string() : once->second;
    }

    bool simple_statement(std::string_view type, const Json& node, int line) {
        if (type == "stmt_execsql")
            sql_statement(node, "sqlstmt", line);
        else if (type == "stmt_perform")
            perform(node, line);
        else if (type == "stmt_call")
            sql_statement(node, "expr", line);
        else if (type == "stmt_dynexecute")
            execute(node, "query", line);
        else if (type == "stmt_assign")
            assign(node, line);
        else if (type == "stmt_return" || type == "stmt_exit")
            jump(type, node, line);
        else if (type == "stmt_return_next")
            read_expressions(node, {"expr"}, line);
        else if (type == "stmt_return_query")
            return_query(node, line);
        else if (type == "stmt_assert")
            read_expressions(node, {"cond"}, line);
        else if (type == "stmt_raise")
            raise(node, line);
        else if (type == "stmt_open")
            open(node, line);
        else if (type == "stmt_commit")
            commit(node, line);
        else if (type == "stmt_rollback")
            gap(line, "ROLLBACK", "what a body takes back is not followed");
        else
            return type == "stmt_getdiag" || type == "stmt_fetch" || type == "stmt_close";
        return true;
    }

    void read_expressions(const Json& node, std::initializer_list<const char*> keys, int line) {
        for (const char* key : keys)
            if (const auto value = expression(member(node, key))) query(*value, line);
    }

    void assign(const Json& node, int line) {
        const auto value = expression(member(node, "expr"));
        if (!value) return;
        query(*value, line);
        assigned(node, *value);
    }

    void jump(std::string_view type, const Json& node, int line) {
        const auto condition = expression(member(node, "cond"));
        read_expressions(node, {"expr", "cond"}, line);
        // EXIT without a label leaves a loop, whose statements are conditional as it is.
        if (type == "stmt_exit" && text(node, "label").empty()) return;
        if (!condition) return leave();
        under("whether " + in_short(condition->query) + " holds", [&] { leave(); });
    }

    void return_query(const Json& node, int line) {
        if (const auto value = expression(member(node, "query"))) sql_text(*value, line);
        execute(node, "dynquery", line);
    }

    void raise(const Json& node, int line) {
        if (const Json* params = member(node, "params"))
            for (const Json& param : *params)
                if (const auto value = expression(&param)) query(*value, line);
        if (number(node, "elog_level") >= kError && conditions_.empty()) dead_ = true;
    }

    void open(const Json& node, int line) {
        read_expressions(node, {"query", "argquery"}, line);
        execute(node, "dynquery", line);
        if (member(node, "curvar")) cursor(number(node, "curvar"));
    }

    void cursor(int variable) {
        const auto found = cursors_.find(variable);
        if (found != cursors_.end() && found->second.first)
            query(*found->second.first, found->second.second, Order::anywhere);
    }

    void commit(const Json& node, int line) {
        BodyStatement added;
        added.kind = "COMMIT";
        added.sql = "COMMIT";
        added.actions.emplace_back(Transaction{Transaction::Kind::commit, {}, flag(node, "chain")});
        place(added, finder_.line(line), false);
        added.conditions = conditions();
        out_.statements.push_back(std::move(added));
    }

    // ---- SQL -------------------------------------------------------------------------------------------------------

    enum class Order { in_order, anywhere };

    void sql_statement(const Json& node, const char* key, int line) {
        if (const auto value = expression(member(node, key))) sql_text(*value, line);
    }

    void sql_text(const Expression& value, int line) { add(value, line, finder_.find(value.query, line), false); }

    // The parser writes SELECT over the end of PERFORM, which is one byte longer.
    void perform(const Json& node, int line) {
        const auto value = expression(member(node, "expr"));
        const std::size_t first = out_.statements.size();
        if (value) add(*value, line, finder_.find(value->query, line, 1), false);
        for (std::size_t i = first; i < out_.statements.size(); ++i)
            if (out_.statements[i].exact) --out_.statements[i].begin;
    }

    /// A query that is part of a statement: of no account where it reads no table and calls nothing.
    void query(const Expression& value, int line, Order order = Order::in_order) {
        const auto found =
            order == Order::in_order ? finder_.find(value.query, line) : finder_.find_anywhere(value.query, line);
        add(value, line, found, true);
    }

    void add(const Expression& value, int line, std::optional<Span> found, bool only_with_effects) {
        std::vector<LoweredStatement> statements;
        std::optional<SyntaxError> error;
        const std::string_view text = found ? sql_ : std::string_view(value.query);
        const Span piece = found ? *found : Span{0, value.query.size()};
        if (!Parser(text).parse(value.query.c_str(), piece, statements, error, value.mode))
            return gap(line, "a statement that does not parse", error ? error->message : std::string());
        for (LoweredStatement& statement : statements) {
            if (only_with_effects && statement.actions.size() == 1 && touches_nothing(statement.actions[0])) continue;
            read_bodies(statement, text, depth_ + 1);
            BodyStatement added;
            added.kind = std::move(statement.kind);
            added.sql = value.query;
            added.actions = std::move(statement.actions);
            added.conditions = conditions();
            place(added, found ? found : finder_.line(line), found.has_value());
            out_.statements.push_back(std::move(added));
        }
    }

    void execute(const Json& node, const char* key, int line) {
        if (const auto value = expression(member(node, key))) dynamic(*value, line, node);
    }

    void dynamic(const Expression& value, int line, const Json& node) {
        const auto found = finder_.find(value.query, line);
        const Span whole = found ? finder_.with_keyword(*found, "execute") : finder_.line(line).value_or(statement_);
        auto known = constant_text(value.query, constants_);
        if (!known.text) {
            out_.gaps.push_back({offset(whole.begin), offset(whole.end), "EXECUTE",
                                 "the text it runs is made at run time: it depends on " + known.why});
        } else if (found && known.verbatim >= 0) {
            const std::size_t begin = found->begin + static_cast<std::size_t>(known.verbatim);
            read_statements({sql_, {begin, begin + known.text->size()}, true, *known.text}, conditions(), depth_, out_);
        } else {
            read_statements({sql_, whole, false, *known.text}, conditions(), depth_, out_);
        }
        if (const Json* params = member(node, "params"))
            for (const Json& param : *params)
                if (const auto param_value = expression(&param)) query(*param_value, line);
    }

    // ---- places ----------------------------------------------------------------------------------------------------

    static std::int32_t offset(std::size_t at) { return static_cast<std::int32_t>(at); }

    void place(BodyStatement& statement, std::optional<Span> span, bool exact) const {
        const Span at = span.value_or(statement_);
        statement.begin = offset(at.begin);
        statement.end = offset(at.end);
        statement.exact = exact;
    }

    void gap(int line, std::string what, std::string why) {
        const Span at = finder_.line(line).value_or(statement_);
        out_.gaps.push_back({offset(at.begin), offset(at.end), std::move(what), std::move(why)});
    }

    bool full() {
        if (out_.statements.size() < kMostStatements && out_.gaps.size() < kMostStatements) return false;
        if (!dead_) gap(0, "a body", "it holds more statements than are read");
        dead_ = true;
        return true;
    }

    std::string_view sql_;
    Span statement_;
    QueryFinder finder_;
    int depth_;
    Constants constants_;
    std::map<int, std::string> set_once_;  // variables without a first value that one statement sets
    std::map<int, std::pair<std::optional<Expression>, int>> cursors_;
    std::vector<BodyCondition> conditions_;
    std::optional<BodyCondition> returned_;
    std::uint32_t branches_ = 0;
    bool dead_ = false;  // behind a RETURN
    RoutineBody out_;
};

RoutineBody unreadable(Span statement, std::string why) {
    RoutineBody out;
    out.gaps.push_back({static_cast<std::int32_t>(statement.begin), static_cast<std::int32_t>(statement.end),
                        "a PL/pgSQL body", std::move(why)});
    return out;
}

/// libpg_query writes the variables of a trigger (TG_OP and its kin, PLPGSQL_DTYPE_PROMISE) as "{}}": one brace too
/// many. An array's element that begins with "{}" can only be one of them.
std::string without_stray_braces(std::string_view json) {
    std::string out;
    out.reserve(json.size());
    bool in_string = false;
    for (std::size_t i = 0; i < json.size(); ++i) {
        out += json[i];
        if (in_string && json[i] == '\\' && i + 1 < json.size())
            out += json[++i];
        else if (json[i] == '"')
            in_string = !in_string;
        else if (!in_string && (json[i] == '[' || json[i] == ',') && json.substr(i + 1).starts_with("{}}")) {
            out += "{}";
            i += 3;
        }
    }
    return out;
}

Json tree_of(std::string_view json) {
    Json tree = Json::parse(json, nullptr, false);
    return tree.is_discarded() ? Json::parse(without_stray_braces(json), nullptr, false) : tree;
}

}  // namespace

RoutineBody read_plpgsql(std::string_view sql, Span statement, Span body, int depth) {
    const std::string text(sql.substr(statement.begin, statement.end - statement.begin));
    const PgQueryPlpgsqlParseResult result = pg_query_parse_plpgsql(text.c_str());
    const std::string error = result.error && result.error->message ? result.error->message : "";
    const bool failed = result.error != nullptr;
    const Json parsed = failed || !result.plpgsql_funcs ? Json() : tree_of(result.plpgsql_funcs);
    pg_query_free_plpgsql_parse_result(result);
    if (failed) return unreadable(statement, error);
    const Json* function = parsed.is_array() && parsed.size() == 1 ? unwrapped(&parsed[0]) : nullptr;
    if (!function) return unreadable(statement, "the parser gives no tree of it");
    return BodyReader(sql, statement, body, depth).read(*function);
}

}  // namespace pgfence

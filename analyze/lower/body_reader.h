#pragma once
// A PL/pgSQL body, statement by statement, as a RoutineBody: its SQL lowered, the rest listed as gaps. What a branch, a
// loop or a block with EXCEPTION holds is read too, and says on what it depends.

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyze/lower/body.h"
#include "analyze/lower/constant_text.h"
#include "analyze/lower/plpgsql_tree.h"
#include "analyze/lower/query_finder.h"

namespace pgfence::plpgsql {

class BodyReader {
public:
    /// `statement` and `body`: see read_plpgsql().
    BodyReader(std::string_view sql, Span statement, Span body, int depth)
        : sql_(sql), statement_(statement), finder_(sql, body), depth_(depth) {}

    RoutineBody read(const Json& function);

private:
    // ---- variables: body_reader.cpp
    void declarations(const Json& datums, const Assignments& assignments);
    void declaration(int number_of, const Json& var, const std::map<std::string, int>& named,
                     const Assignments& assignments);
    void declared_value(const Json& var);
    void assigned(const Json& node, const Expression& value);
    /// What the body's variables are called in a condition, is a parameter of it.
    void name_variables(std::vector<Action>& actions) const;
    void name_variables(Expr& e) const;
    /// $1 is what USING gives: one value, unless nobody can tell what it is.
    void give_parameters(std::size_t first, const Json& node);

    // ---- conditions: body_reader.cpp
    template <class Read>
    void under(std::string what, Read read, std::shared_ptr<const CatalogQuestion> asks = nullptr,
               HowOften runs = HowOften::few_times, std::vector<std::string> caught = {}) {
        conditions_.push_back({++branches_, std::move(what), std::move(asks), runs, std::move(caught)});
        read();
        conditions_.pop_back();
    }
    std::vector<BodyCondition> conditions() const;
    /// RETURN, or EXIT of a labelled block: what follows runs only where this did not.
    void leave();

    // ---- statements: body_reader.cpp
    void statements(const Json* list, int nesting);
    void statement(const Json& node, int nesting);

    // ---- blocks, branches and loops: body_control.cpp
    bool block_statement(std::string_view type, const Json& node, int line, int nesting);
    void block(const Json& node, int nesting);
    void if_statement(const Json& node, int line, int nesting);
    /// True when it is the one that is taken, whatever the others say. `before` denies the conditions of those before
    /// it, for it runs where none of them holds: "NOT (a) AND NOT (b)".
    bool branch(const Json* cond, const Json* body, int line, int nesting, std::string& before);
    void case_statement(const Json& node, int line, int nesting);
    void loop(const Json& node, int line, int nesting);
    static HowOften runs_of(const Json& node);
    BodyReader without_output();
    /// This reader behind the loop's body, with nothing known of the loop's variables.
    BodyReader unbound(const Json& body, int nesting);
    /// True where what the body runs hangs on the relations that the query gives: it is read for each of them when it
    /// is known which there are.
    bool loop_over_relations(const Json& node, const std::string& query, int nesting);
    /// The variables that a loop puts its rows into: one record, or one for each column.
    struct Into {
        std::string record;
        std::vector<std::string> variables;
    };
    static Into into_of(const Json& node);
    void bind(const Into& into, const OutputColumn& column);
    /// FOREACH x IN ARRAY ARRAY['a', 'b'], FOR i IN 1..12: the body once for each value, which is then known.
    void foreach_element(const Json& node, int line, int nesting);
    bool for_number(const Json& node, int nesting);
    std::optional<std::vector<Constant>> numbers_of(const Json& node) const;
    void for_each(const std::string& variable, const std::vector<Constant>& values, const Json& node, int nesting);
    std::string variable_of(const Json& node) const;
    /// By another statement of the loop than the loop itself, or hidden there by another variable of the name.
    bool is_another_in(const std::string& variable, const Json& loop) const;

    // ---- what runs SQL: body_sql.cpp
    enum class Order { in_order, anywhere };
    bool simple_statement(std::string_view type, const Json& node, int line);
    void read_expressions(const Json& node, std::initializer_list<const char*> keys, int line);
    void assign(const Json& node, int line);
    void jump(std::string_view type, const Json& node, int line);
    void return_query(const Json& node, int line);
    void raise(const Json& node, int line);
    void open(const Json& node, int line);
    void cursor(int variable);
    void commit(const Json& node, int line);
    void sql_statement(const Json& node, const char* key, int line);
    void sql_text(const Expression& value, int line);
    void perform(const Json& node, int line);
    /// A query that is part of a statement: of no account where it reads no table and calls nothing.
    void query(const Expression& value, int line, Order order = Order::in_order);
    void add(const Expression& value, int line, std::optional<Span> found, bool only_with_effects);
    void execute(const Json& node, const char* key, int line);
    void dynamic(const Expression& value, int line, const Json& node);

    // ---- places: body_reader.cpp
    void place(BodyStatement& statement, std::optional<Span> span, bool exact) const;
    void gap(int line, std::string what, std::string why);
    bool full();

    std::string_view sql_;
    Span statement_;
    QueryFinder finder_;
    int depth_;
    Constants constants_;
    std::set<std::string> variables_, records_;
    std::vector<std::string> names_;               // of the variables, by number
    std::multimap<std::string, int> declared_in_;  // names of those that are no loop's own, and on which line
    std::map<int, std::string> set_once_;          // variables without a first value that one statement sets
    std::map<int, std::pair<std::optional<Expression>, int>> cursors_;
    std::vector<BodyCondition> conditions_;
    std::optional<BodyCondition> returned_;
    std::uint32_t branches_ = 0;
    bool dead_ = false;  // behind a RETURN
    RoutineBody out_;
};

/// On one line, and not all of a long one: SQL as a condition quotes it.
std::string in_short(std::string_view sql);

}  // namespace pgfence::plpgsql

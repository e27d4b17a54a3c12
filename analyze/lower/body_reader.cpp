#include "analyze/lower/body_reader.h"

#include <algorithm>
#include <vector>

#include "core/text.h"

namespace pgfence::plpgsql {
namespace {

constexpr int kNesting = 100;                    // blocks, branches and loops in one another
constexpr std::size_t kMostStatements = 10'000;  // of one body

/// As it is written there: what it is an alias of is not looked up.
bool is_integer(const Json& var) {
    const Json* type = unwrapped(member(var, "datatype"));
    const std::string name = type ? lower_case(text(*type, "typname")) : std::string();
    return name == "integer" || name == "int" || name == "bigint" || name == "int4" || name == "int8";
}

/// FOR i IN 1..3 makes a variable of its own.
void leave_out_loops(const Json& body, std::multimap<std::string, int>& declared_in) {
    std::vector<const Json*> left{&body};  // a hostile body nests deeper than the stack is
    while (!left.empty()) {
        const Json& node = *left.back();
        left.pop_back();
        for (const auto& [name, value] : node.items()) {
            const Json* variable = name == "PLpgSQL_stmt_fori" ? unwrapped(member(value, "var")) : nullptr;
            if (variable) {
                const auto [begin, end] = declared_in.equal_range(text(*variable, "refname"));
                const int line = number(*variable, "lineno");
                const auto own =
                    std::find_if(begin, end, [&](const auto& declared) { return declared.second == line; });
                if (own != end) declared_in.erase(own);
            }
            if (value.is_structured()) left.push_back(&value);
        }
    }
}

}  // namespace

RoutineBody BodyReader::read(const Json& function) {
    const Json* action = member(function, "action");
    const Json* block = unwrapped(action);
    if (!block) return std::move(out_);
    const Assignments assignments(*action);
    if (const Json* datums = member(function, "datums")) declarations(*datums, assignments);
    leave_out_loops(*action, declared_in_);
    statement(*action, 0);
    return std::move(out_);
}

void BodyReader::declarations(const Json& datums, const Assignments& assignments) {
    std::map<std::string, int> named;
    for (const Json& datum : datums) {
        const Json* var = unwrapped(&datum);
        names_.push_back(var ? text(*var, "refname") : std::string());
        if (!var) continue;
        ++named[names_.back()];
        declared_in_.emplace(names_.back(), number(*var, "lineno"));
    }
    int number = 0;
    for (const Json& datum : datums) {
        const Json* var = unwrapped(&datum);
        if (var) (type_of_node(datum) == "rec" ? records_ : variables_).insert(text(*var, "refname"));
        if (var && type_of_node(datum) == "var") declaration(number, *var, named, assignments);
        if (var && type_of_node(datum) == "rec") declared_value(*var);
        ++number;
    }
}

void BodyReader::declaration(int number_of, const Json& var, const std::map<std::string, int>& named,
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
    if (auto known = constant_text(value->query, constants_); known.text)
        constants_[name] = {*known.text, is_integer(var) && constant_integer(value->query, constants_)};
}

// A variable of a type that the parser does not know (a domain, a row) is a record in its tree, without type and first
// value: both are read where they stand, as the cast that they amount to.
void BodyReader::declared_value(const Json& var) {
    const int line = number(var, "lineno");
    const auto [type, value] = finder_.declaration(text(var, "refname"), line);
    // t%ROWTYPE is no type that a cast can name.
    const bool is_type = lower_case(type) != "record" && type.find('%') == std::string::npos;
    if (type.empty() || (!is_type && value.empty())) return;
    const std::string first = value.empty() ? "NULL" : value;
    query({is_type ? "CAST((" + first + ") AS " + type + ")" : first, ParseMode::expression}, line, Order::anywhere);
}

void BodyReader::assigned(const Json& node, const Expression& value) {
    const auto once = set_once_.find(number(node, "varno"));
    // A variable is NULL before: what stands above the assignment has been read by now.
    if (once == set_once_.end() || !conditions_.empty() || value.mode != ParseMode::assignment1) return;
    if (auto known = constant_text(value.query, constants_, true); known.text) constants_[once->second] = *known.text;
}

void BodyReader::name_variables(Expr& e) const {
    for (Expr& arg : e.args) name_variables(arg);
    const std::string& row = e.name.schema;
    const bool of_trigger = row == "new" || row == "old";
    const bool variable = row.empty() ? variables_.count(e.text) > 0 : records_.count(row) > 0 && !of_trigger;
    if (e.kind == Expr::Kind::column && variable) e.kind = Expr::Kind::parameter;
}

void BodyReader::name_variables(std::vector<Action>& actions) const {
    for (Action& action : actions)
        if (auto* dml = std::get_if<Dml>(&action); dml && dml->where) name_variables(*dml->where);
}

std::vector<BodyCondition> BodyReader::conditions() const {
    std::vector<BodyCondition> all;
    if (returned_) all.push_back(*returned_);
    all.insert(all.end(), conditions_.begin(), conditions_.end());
    return all;
}

void BodyReader::leave() {
    if (conditions_.empty())
        dead_ = true;
    else if (!returned_)
        returned_ = BodyCondition{++branches_, conditions_.back().what + ", as the body ends there"};
}

void BodyReader::statements(const Json* list, int nesting) {
    if (!list || !list->is_array()) return;
    for (const Json& node : *list) statement(node, nesting);
}

void BodyReader::statement(const Json& node, int nesting) {
    const Json* content = unwrapped(&node);
    if (!content || dead_ || full()) return;
    const int line = number(*content, "lineno");
    if (nesting > kNesting) return gap(line, "a PL/pgSQL block", "it is nested too deeply");
    const std::string_view type = type_of_node(node);
    if (block_statement(type, *content, line, nesting)) return;
    if (simple_statement(type, *content, line)) return;
    gap(line, "a PL/pgSQL statement", "it is not read: " + std::string(type));
}

void BodyReader::place(BodyStatement& statement, std::optional<Span> span, bool exact) const {
    const Span at = span.value_or(statement_);
    statement.begin = static_cast<std::int32_t>(at.begin);
    statement.end = static_cast<std::int32_t>(at.end);
    statement.exact = exact;
}

void BodyReader::gap(int line, std::string what, std::string why) {
    const Span at = finder_.line(line).value_or(statement_);
    out_.gaps.push_back(
        {static_cast<std::int32_t>(at.begin), static_cast<std::int32_t>(at.end), std::move(what), std::move(why)});
}

bool BodyReader::full() {
    if (out_.statements.size() < kMostStatements && out_.gaps.size() < kMostStatements) return false;
    if (!dead_) gap(0, "a body", "it holds more statements than are read");
    dead_ = true;
    return true;
}

std::string in_short(std::string_view sql) {
    constexpr std::size_t kLongest = 100;
    std::string out;
    for (const char c : sql) {
        if (!is_blank(c))
            out += c;
        else if (!out.empty() && out.back() != ' ')
            out += ' ';
        if (out.size() > kLongest) break;
    }
    if (out.size() <= kLongest) return out;
    while (!out.empty() && continues_character(out.back())) out.pop_back();
    if (!out.empty()) out.pop_back();
    return out + "...";
}

}  // namespace pgfence::plpgsql

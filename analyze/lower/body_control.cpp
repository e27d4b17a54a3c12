// Blocks, branches and loops: what runs under which condition.

#include <algorithm>

#include "analyze/lower/body_reader.h"
#include "analyze/lower/relation_loop.h"
#include "core/text.h"

namespace pgfence::plpgsql {
namespace {

constexpr std::size_t kMostElements = 50;             // of an array that a loop runs through
constexpr std::uint32_t kBranchesOfLoop = 1'000'000;  // numbers kept for what is read later

constexpr std::size_t kLongestQuestion = 10'000;

/// Of a condition that the catalog answers.
std::shared_ptr<const CatalogQuestion> question(const std::string& condition) {
    if (condition.size() > kLongestQuestion) return nullptr;
    const std::string text = lower_case(condition);
    if (!contains(text, "exists") && !contains(text, "to_regclass")) return nullptr;
    auto asked = catalog_question(condition);
    return asked ? std::make_shared<const CatalogQuestion>(std::move(*asked)) : nullptr;
}

/// Both of them; empty: there is none. Longer than is asked, it grows no more.
std::string both(const std::string& one, const std::string& other) {
    if (one.empty() || one.size() > kLongestQuestion) return one.empty() ? other : one;
    return one + " AND " + other;
}

/// It may end in an error itself: RAISE; or RAISE EXCEPTION, wherever in it.
bool may_raise(const Json& statements) {
    if (!statements.is_structured()) return false;
    for (const auto& [name, value] : statements.items())
        if ((name == "PLpgSQL_stmt_raise" && number(value, "elog_level") >= kError) || may_raise(value)) return true;
    return false;
}

/// WHEN a OR b: all that the handlers of a block name, without those that raise an error in its place.
std::vector<std::string> conditions_of(const Json* handlers) {
    std::vector<std::string> names;
    if (!handlers) return names;
    for (const Json& handler : *handlers) {
        const Json* content = unwrapped(&handler);
        const Json* conditions = content ? member(*content, "conditions") : nullptr;
        const Json* action = content ? member(*content, "action") : nullptr;
        if (!conditions || (action && may_raise(*action))) continue;
        for (const Json& condition : *conditions)
            if (const Json* named = unwrapped(&condition)) names.push_back(text(*named, "condname"));
    }
    return names;
}

}  // namespace

bool BodyReader::block_statement(std::string_view type, const Json& node, int line, int nesting) {
    if (type == "stmt_block")
        block(node, nesting);
    else if (type == "stmt_if")
        if_statement(node, line, nesting);
    else if (type == "stmt_case")
        case_statement(node, line, nesting);
    else if (type == "stmt_foreach_a")
        foreach_element(node, line, nesting);
    else if (type == "stmt_loop" || type == "stmt_while" || type == "stmt_fori" || type == "stmt_fors" ||
             type == "stmt_forc" || type == "stmt_dynfors")
        loop(node, line, nesting);
    else
        return false;
    return true;
}

void BodyReader::block(const Json& node, int nesting) {
    const Json* exceptions = unwrapped(member(node, "exceptions"));
    if (!exceptions) return statements(member(node, "body"), nesting + 1);
    const Json* handlers = member(*exceptions, "exc_list");
    under(
        "whether an error takes the block back", [&] { statements(member(node, "body"), nesting + 1); }, nullptr,
        HowOften::few_times, conditions_of(handlers));
    if (!handlers) return;
    for (const Json& handler : *handlers)
        if (const Json* content = unwrapped(&handler))
            under("whether the block before it fails", [&] { statements(member(*content, "action"), nesting + 1); });
}

void BodyReader::if_statement(const Json& node, int line, int nesting) {
    std::string before;
    if (branch(member(node, "cond"), member(node, "then_body"), line, nesting, before)) return;
    if (const Json* others = member(node, "elsif_list"))
        for (const Json& other : *others)
            if (const Json* content = unwrapped(&other))
                if (branch(member(*content, "cond"), member(*content, "stmts"), number(*content, "lineno"), nesting,
                           before))
                    return;
    const auto condition = expression(member(node, "cond"));
    if (condition && lower_case(condition->query) == "false" && !member(node, "elsif_list"))
        return statements(member(node, "else_body"), nesting + 1);
    // With ELSIF between them, the last branch hangs on all of their conditions.
    under(
        "whether " + in_short(condition ? condition->query : "") + " holds",
        [&] { statements(member(node, "else_body"), nesting + 1); }, question(before));
}

bool BodyReader::branch(const Json* cond, const Json* body, int line, int nesting, std::string& before) {
    const auto condition = expression(cond);
    if (!condition) {
        before = both(before, "a_condition_that_was_not_read");
        return false;
    }
    const std::string constant = lower_case(condition->query);
    if (constant == "false") return false;
    query(*condition, line);
    if (constant == "true") {
        statements(body, nesting + 1);
        return true;
    }
    under(
        "whether " + in_short(condition->query) + " holds", [&] { statements(body, nesting + 1); },
        question(both(before, "(" + condition->query + "\n)")));
    before = both(before, "NOT (" + condition->query + "\n)");
    return false;
}

void BodyReader::case_statement(const Json& node, int line, int nesting) {
    if (const auto value = expression(member(node, "t_expr"))) query(*value, line);
    if (const Json* whens = member(node, "case_when_list"))
        for (const Json& when : *whens)
            if (const Json* content = unwrapped(&when)) {
                read_expressions(*content, {"expr"}, line);
                under("which branch of CASE is taken", [&] { statements(member(*content, "stmts"), nesting + 1); });
            }
    under("which branch of CASE is taken", [&] { statements(member(node, "else_stmts"), nesting + 1); });
}

namespace {

bool commits(const Json& node) {
    if (type_of_node(node) == "stmt_commit") return true;
    return node.is_structured() && std::any_of(node.begin(), node.end(), commits);
}

/// FOR r IN SELECT ... WHERE id = 7: no more rows than a DELETE with that condition has.
bool is_of_few_rows(const std::string& query) {
    std::vector<LoweredStatement> statements;
    std::optional<SyntaxError> error;
    if (!Parser(query).parse(query.c_str(), {0, query.size()}, statements, error) || statements.size() != 1 ||
        statements[0].actions.empty())
        return false;
    const auto* select = std::get_if<Dml>(&statements[0].actions.back());
    return select && select->kind == Dml::Kind::select &&
           (select->in_subqueries.equals || select->in_subqueries.limits || !select->has_from);
}

}  // namespace

void BodyReader::loop(const Json& node, int line, int nesting) {
    if (for_number(node, nesting)) return;
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
    under(
        "how often the loop runs", [&] { statements(member(node, "body"), nesting + 1); }, nullptr, runs_of(node));
}

HowOften BodyReader::runs_of(const Json& node) {
    const auto query = expression(member(node, "query"));
    if (query && query->mode == ParseMode::statements && is_of_few_rows(query->query)) return HowOften::few_times;
    return commits(node) ? HowOften::in_steps : HowOften::for_rows;
}

BodyReader BodyReader::without_output() {
    RoutineBody so_far = std::exchange(out_, {});
    BodyReader other = *this;
    out_ = std::move(so_far);
    return other;
}

BodyReader BodyReader::unbound(const Json& body, int nesting) {
    BodyReader other = without_output();
    other.under("how often the loop runs", [&] { other.statements(&body, nesting + 1); });
    return other;
}

bool BodyReader::loop_over_relations(const Json& node, const std::string& query, int nesting) {
    auto loop = relation_loop(query);
    const Json* body = member(node, "body");
    if (!loop || !body) return false;
    BodyReader rest = without_output();
    const BodyReader read = unbound(*body, nesting);
    if (read.out_.gaps.empty()) return false;
    finder_ = read.finder_;
    if (!returned_) returned_ = read.returned_;
    branches_ = read.branches_ + kBranchesOfLoop;

    // The text that this reader looks at does not live as long.
    const auto text = std::make_shared<const std::string>(sql_);
    loop->body = [rest, text, body = *body, into = into_of(node), query, nesting](
                     const std::map<std::string, std::string>& row, const std::string& uncertainty) {
        BodyReader reader = rest;
        reader.sql_ = *text;
        reader.finder_.move_to(*text);
        for (const OutputColumn& column : output_columns(query, {row.begin(), row.end()})) reader.bind(into, column);
        if (uncertainty.empty())
            reader.statements(&body, nesting + 1);
        else
            reader.under(uncertainty, [&] { reader.statements(&body, nesting + 1); });
        return std::move(reader.out_);
    };
    BodyStatement added;
    added.kind = "FOR";
    added.conditions = conditions();
    added.loop = std::make_shared<const RelationLoop>(std::move(*loop));
    out_.statements.push_back(std::move(added));
    return true;
}

BodyReader::Into BodyReader::into_of(const Json& node) {
    const Json* target = member(node, "var");
    const Json* content = unwrapped(target);
    if (!content) return {};
    if (type_of_node(*target) == "rec") return {text(*content, "refname"), {}};
    Into into;
    if (const Json* fields = member(*content, "fields"))
        for (const Json& field : *fields) into.variables.push_back(text(field, "name"));
    return into;
}

void BodyReader::bind(const Into& into, const OutputColumn& column) {
    if (!into.record.empty())
        constants_[into.record + "." + column.name] = column.text;
    else if (column.position < into.variables.size())
        constants_[into.variables[column.position]] = column.text;
}

void BodyReader::foreach_element(const Json& node, int line, int nesting) {
    const auto array = expression(member(node, "expr"));
    if (array) query(*array, line);
    const auto elements = array ? constant_array(array->query, constants_) : std::nullopt;
    const std::string name = array ? variable_of(node) : std::string();
    if (!elements || elements->size() > kMostElements || name.empty() || nesting > 3)
        return under(
            "how often the loop runs", [&] { statements(member(node, "body"), nesting + 1); }, nullptr, runs_of(node));
    for_each(name, {elements->begin(), elements->end()}, node, nesting);
}

bool BodyReader::for_number(const Json& node, int nesting) {
    const Json* variable = unwrapped(member(node, "var"));
    const std::string name = variable ? text(*variable, "refname") : std::string();
    const Json* body = member(node, "body");
    if (name.empty() || !body || nesting > 3 || commits(node) || is_another_in(name, node)) return false;
    const auto numbers = numbers_of(node);
    if (!numbers || unbound(*body, nesting).out_.gaps.empty()) return false;
    for_each(name, *numbers, node, nesting);
    return true;
}

std::optional<std::vector<Constant>> BodyReader::numbers_of(const Json& node) const {
    const auto number_at = [&](const char* key) {
        const auto value = expression(member(node, key));
        return value ? constant_integer(value->query, constants_) : std::nullopt;
    };
    const auto first = number_at("lower"), last = number_at("upper");
    const auto step = member(node, "step") ? number_at("step") : std::optional<std::int64_t>(1);
    if (!first || !last || !step || *step <= 0) return std::nullopt;
    std::vector<Constant> numbers;
    const bool down = flag(node, "reverse");
    for (std::int64_t i = *first; down ? i >= *last : i <= *last; i += down ? -*step : *step) {
        if (numbers.size() == kMostElements) return std::nullopt;
        numbers.emplace_back(std::to_string(i), true);
    }
    return numbers;
}

namespace {

/// A block has a DECLARE of its own, a loop over a cursor a record; all may stand on the line of the loop around them.
bool may_declare(const Json& node) {
    const std::string_view type = type_of_node(node);
    if (type == "stmt_block" || type == "stmt_forc") return true;
    return node.is_structured() && std::any_of(node.begin(), node.end(), may_declare);
}

/// EXIT and CONTINUE leave out whatever they like.
bool jumps(const Json& node) {
    if (type_of_node(node) == "stmt_exit") return true;
    return node.is_structured() && std::any_of(node.begin(), node.end(), jumps);
}

}  // namespace

void BodyReader::for_each(const std::string& variable, const std::vector<Constant>& values, const Json& node,
                          int nesting) {
    const Json* body = member(node, "body");
    const auto hidden = constants_.extract(variable);
    const auto read = [&] {
        const std::size_t mark = finder_.mark();
        for (const Constant& value : values) {
            finder_.go_back(mark);
            constants_[variable] = value;
            statements(body, nesting + 1);
        }
    };
    if (body && jumps(*body))
        under("how often the loop runs", read);
    else
        read();
    constants_.erase(variable);
    if (hidden) constants_[variable] = hidden.mapped();
}

bool BodyReader::is_another_in(const std::string& variable, const Json& loop) const {
    const auto [begin, end] = declared_in_.equal_range(variable);
    const int line = number(loop, "lineno");
    const Json* body = member(loop, "body");
    if (body && may_declare(*body) &&
        std::any_of(begin, end, [&](const auto& declared) { return declared.second >= line; }))
        return true;
    const Assignments assignments(body ? *body : Json());
    for (std::size_t i = 0; i < names_.size(); ++i)
        if (names_[i] == variable && assignments.of(static_cast<int>(i), variable) > 0) return true;
    return false;
}

std::string BodyReader::variable_of(const Json& node) const {
    const auto once = set_once_.find(number(node, "varno"));
    return once == set_once_.end() ? std::string() : once->second;
}

}  // namespace pgfence::plpgsql

// A body is read where it stands, so that what it runs has a place of its own in the file. That a function is made runs
// nothing: its body waits in the catalog for a call.
#include "analyze/lower/body.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "analyze/lower/parser.h"

namespace pgfence {
namespace {

// PL/pgSQL looks every word of a body up in a list of its variables: quadratic, and no body that people write is
// longer.
constexpr std::size_t kLongestBody = std::size_t{128} << 10;

std::int32_t offset(std::size_t at) { return static_cast<std::int32_t>(at); }

Span span_of(const LoweredStatement& statement) { return {statement.begin, statement.end}; }

Span body_span(std::int32_t location, const std::string& body) {
    if (location < 0) return {};
    return {static_cast<std::size_t>(location), static_cast<std::size_t>(location) + body.size()};
}

std::shared_ptr<const RoutineBody> gap(Span at, std::string what, std::string why) {
    auto body = std::make_shared<RoutineBody>();
    body->gaps.push_back({offset(at.begin), offset(at.end), std::move(what), std::move(why)});
    return body;
}

/// RETURN expression, the body of a function in SQL, is a SELECT of it: the word is as long.
std::string as_select(std::string text) {
    constexpr std::string_view kReturn = "return";
    Lexer lexer(text, 0, text.size());
    const Token first = lexer.next();
    if (lexer.is(first, kReturn)) text.replace(first.span.begin, kReturn.size(), "SELECT");
    return text;
}

std::shared_ptr<const RoutineBody> read_sql(const std::string& text, Span body, Span statement, std::string_view sql,
                                            int depth) {
    auto out = std::make_shared<RoutineBody>();
    const std::string select = as_select(text);
    read_statements({sql, body.empty() ? statement : body, !body.empty(), select}, {}, depth, *out);
    return out;
}

void read_body(DoBlock& block, const LoweredStatement& in, std::string_view sql, int depth) {
    if (block.language != "plpgsql") return;
    if (block.body.size() > kLongestBody) {
        block.runs = gap(span_of(in), "DO", "its body is longer than 128 KiB");
        return;
    }
    const Span body = body_span(block.body_location, block.body);
    block.runs = std::make_shared<RoutineBody>(read_plpgsql(sql, span_of(in), body, depth));
}

void read_body(CreateFunction& function, const LoweredStatement& in, std::string_view sql, int depth) {
    const bool plpgsql = function.language == "plpgsql";
    if (!plpgsql && function.language != "sql") return;
    if (function.body.size() > kLongestBody) {
        function.runs = gap(span_of(in), in.kind, "its body is longer than 128 KiB");
        return;
    }
    const Span body = body_span(function.body_location, function.body);
    if (plpgsql)
        function.runs = std::make_shared<RoutineBody>(read_plpgsql(sql, span_of(in), body, depth));
    else
        function.runs = read_sql(function.body, body, span_of(in), sql, depth);
}

void add(const TextOfBody& body, LoweredStatement&& statement, const std::vector<BodyCondition>& conditions,
         RoutineBody& out) {
    BodyStatement added;
    added.exact = body.exact;
    const std::size_t from = body.exact ? statement.begin - body.span.begin : statement.begin;
    const std::size_t length = statement.end - statement.begin;
    added.sql = body.text.substr(std::min(from, body.text.size()), length);
    added.begin = offset(body.exact ? statement.begin : body.span.begin);
    added.end = offset(body.exact ? statement.end : body.span.end);
    added.kind = std::move(statement.kind);
    added.actions = std::move(statement.actions);
    added.conditions = conditions;
    out.statements.push_back(std::move(added));
}

/// Places in a text that stands nowhere are no places in the file.
void move_to(Span span, RoutineBody& body) {
    for (BodyStatement& statement : body.statements) {
        statement.begin = offset(span.begin);
        statement.end = offset(span.end);
        statement.exact = false;
    }
    for (BodyGap& gap : body.gaps) {
        gap.begin = offset(span.begin);
        gap.end = offset(span.end);
    }
}

void move_bodies_to(Span span, std::vector<Action>& actions) {
    const auto moved = [&](std::shared_ptr<const RoutineBody>& runs) {
        if (!runs) return;
        auto copy = std::make_shared<RoutineBody>(*runs);
        move_to(span, *copy);
        runs = std::move(copy);
    };
    for (Action& action : actions) {
        if (auto* block = std::get_if<DoBlock>(&action)) moved(block->runs);
        if (auto* function = std::get_if<CreateFunction>(&action)) moved(function->runs);
    }
}

}  // namespace

void read_bodies(LoweredStatement& statement, std::string_view sql, int depth) {
    for (Action& action : statement.actions) {
        auto* block = std::get_if<DoBlock>(&action);
        auto* function = std::get_if<CreateFunction>(&action);
        if (!block && !function) continue;
        if (depth >= kBodyDepth) {
            (block ? block->runs : function->runs) =
                gap(span_of(statement), statement.kind, "it stands in too many bodies, one in another");
            continue;
        }
        if (block) read_body(*block, statement, sql, depth);
        if (function) read_body(*function, statement, sql, depth);
    }
}

void read_statements(const TextOfBody& body, const std::vector<BodyCondition>& conditions, int depth,
                     RoutineBody& out) {
    const std::string text(body.text);
    const std::string_view sql = body.exact ? body.sql : std::string_view(text);
    const Span piece = body.exact ? body.span : Span{0, text.size()};
    std::vector<LoweredStatement> statements;
    std::optional<SyntaxError> error;
    if (!Parser(sql).parse(text.c_str(), piece, statements, error)) {
        out.gaps.push_back({offset(body.span.begin), offset(body.span.end), "a statement that does not parse",
                            error ? error->message : std::string()});
        return;
    }
    for (LoweredStatement& statement : statements) {
        read_bodies(statement, sql, depth + 1);
        if (!body.exact) move_bodies_to(body.span, statement.actions);
        add(body, std::move(statement), conditions, out);
    }
}

}  // namespace pgfence

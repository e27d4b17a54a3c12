// A body is read where it stands, so that what it runs has a place of its own in the file. That a function is made runs
// nothing: its body waits in the catalog for a call.
#include "analyze/lower/body.h"

#include <algorithm>
#include <functional>
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

RoutineBody gap(Span at, std::string what, std::string why) {
    RoutineBody out;
    out.gaps.push_back({offset(at.begin), offset(at.end), std::move(what), std::move(why)});
    return out;
}

/// RETURN expression, the body of a function in SQL, is a SELECT of it: the word is as long.
std::string as_select(std::string text) {
    constexpr std::string_view kReturn = "return";
    Lexer lexer(text, 0, text.size());
    const Token first = lexer.next();
    if (lexer.is(first, kReturn)) text.replace(first.span.begin, kReturn.size(), "SELECT");
    return text;
}

RoutineBody too_deep(const LoweredStatement& in) {
    return gap(span_of(in), in.kind, "it is nested in too many bodies");
}

RoutineBody too_long(const LoweredStatement& in) {
    return gap(span_of(in), in.kind, "its body is longer than 128 KiB");
}

RoutineBody body_of(const DoBlock& block, const LoweredStatement& in, std::string_view sql, int depth) {
    if (depth >= kBodyDepth) return too_deep(in);
    if (block.body.size() > kLongestBody) return too_long(in);
    return read_plpgsql(sql, span_of(in), body_span(block.body_location, block.body), depth);
}

/// Keeps the statement without its file, and places count from its beginning: whoever calls it stands elsewhere.
std::function<RoutineBody()> reader_of(const CreateFunction& function, const LoweredStatement& in, std::string_view sql,
                                       int depth) {
    if (depth >= kBodyDepth) return [gap = too_deep(in)] { return gap; };
    if (function.body.size() > kLongestBody) return [gap = too_long(in)] { return gap; };
    std::string text(sql.substr(in.begin, in.end - in.begin));
    const auto location = function.body_location < 0 ? -1 : function.body_location - offset(in.begin);
    const Span body = body_span(location, function.body);
    if (function.language == "plpgsql")
        return [text = std::move(text), body, depth] { return read_plpgsql(text, {0, text.size()}, body, depth); };
    return [text = std::move(text), body, select = as_select(function.body), depth, atomic = function.atomic] {
        RoutineBody out;
        out.keeps_objects = atomic;
        read_statements({text, body.empty() ? Span{0, text.size()} : body, !body.empty(), select}, {}, depth, out);
        return out;
    };
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

void move_to(Span span, RoutineBody& body);

std::shared_ptr<const RelationLoop> moved_to(Span span, const RelationLoop& loop) {
    RelationLoop moved = loop;
    moved.body = [span, inner = loop.body](const auto& row, const std::string& uncertainty) {
        RoutineBody body = inner(row, uncertainty);
        move_to(span, body);
        return body;
    };
    return std::make_shared<const RelationLoop>(std::move(moved));
}

/// Places in a text that stands nowhere are no places in the file.
void move_to(Span span, RoutineBody& body) {
    for (BodyStatement& statement : body.statements) {
        statement.begin = offset(span.begin);
        statement.end = offset(span.end);
        statement.exact = false;
        if (statement.loop) statement.loop = moved_to(span, *statement.loop);
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
    for (Action& action : actions)
        if (auto* block = std::get_if<DoBlock>(&action)) moved(block->runs);
}

}  // namespace

void read_bodies(LoweredStatement& statement, std::string_view sql, int depth) {
    for (Action& action : statement.actions) {
        if (auto* block = std::get_if<DoBlock>(&action); block && block->language == "plpgsql")
            block->runs = std::make_shared<RoutineBody>(body_of(*block, statement, sql, depth));
        auto* function = std::get_if<CreateFunction>(&action);
        if (function && (function->language == "plpgsql" || function->language == "sql"))
            function->runs = CalledBody(reader_of(*function, statement, sql, depth));
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

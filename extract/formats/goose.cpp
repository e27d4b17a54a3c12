// goose reads its annotations line by line, inside of literals as well (internal/sqlparser/parser.go). Annotations are
// taken in any case and with any spacing, as its newer versions do.

#include "extract/formats/sections.h"
#include "extract/one_query.h"
#include "extract/placeholders.h"
#include "locate/layout.h"

namespace pgfence::extract {
namespace {

/// What stands behind "-- +goose"; nothing when the line is no annotation.
std::optional<std::string_view> annotation(std::string_view line) {
    if (!line.starts_with("--")) return std::nullopt;
    line.remove_prefix(2);
    if (take_word(line) != "+goose") return std::nullopt;
    return trim(line);
}

bool is(const std::optional<std::string_view>& found, std::string_view name) {
    return found && equal_ignoring_case(*found, name);
}

bool recognises(const Source& source) {
    if (source.text.find("+goose") == std::string_view::npos) return false;
    return has_marker_comment(source, [](std::string_view comment) { return annotation(comment).has_value(); });
}

std::optional<Section> section_from(std::string_view line, Section current) {
    const auto found = annotation(line);
    if (!found) return std::nullopt;
    if (is(found, "Up")) return Section::up;
    if (is(found, "Down")) return Section::down;
    return current;
}

std::optional<bool> query_mark(std::string_view line) {
    const auto found = annotation(line);
    if (is(found, "StatementBegin")) return true;
    return is(found, "StatementEnd") ? std::optional(false) : std::nullopt;
}

/// Replaces ${VAR} where ENVSUB is on: goose puts the environment's values there when it runs.
void fill_variables(const Source& source, Script& script) {
    std::optional<std::size_t> on_from;
    Placeholders variables(source, script);
    const auto close = [&](std::size_t end) {
        if (on_from) variables.fill_all(*on_from, end, "${", "}");
        on_from.reset();
    };
    for_each_line(source.text, source.begin, [&](const Line& line) {
        const auto found = annotation(line.text);
        if (is(found, "ENVSUB ON")) {
            close(line.begin);
            on_from = line.next;
        } else if (is(found, "ENVSUB OFF")) {
            close(line.begin);
        }
    });
    close(script.sql.size());
    variables.list("environment variables",
                   "their values are known only when goose runs: a name is read in their place");
}

Scope read(const Source& source, Script& script) {
    bool transaction = true;
    std::size_t ups = 0, open_statements = 0;
    for_each_line(source.text, source.begin, [&](const Line& line) {
        const auto found = annotation(line.text);
        ups += is(found, "Up");
        if (is(found, "NO TRANSACTION")) transaction = false;
        if (is(found, "StatementBegin")) open_statements = 1;
        if (is(found, "StatementEnd")) open_statements = 0;
    });
    keep_up_sections(source, "goose", "-- +goose Up", section_from, script);
    fill_variables(source, script);
    if (ups > 1) script.unread.push_back({source.whole(), "more than one -- +goose Up", "goose refuses such a file"});
    if (open_statements > 0)
        script.unread.push_back(
            {source.whole(), "-- +goose StatementBegin without its StatementEnd", "goose refuses such a file"});
    if (!transaction) write_transactions_of_queries(source, query_mark, script);
    if (!transaction)
        return {TransactionMode::per_statement, "the file says -- +goose NO TRANSACTION", Scope::From::file};
    return {TransactionMode::per_file, "goose runs each file in a transaction", Scope::From::tool};
}

}  // namespace

extern const Format goose;
const Format goose{.id = "goose",
                   .title = "goose",
                   .decides = "a line -- +goose",
                   .recognises = recognises,
                   .read = read,
                   .known = Known::mark,
                   .sends_as_is = true,
                   .habits = {.is_known = true,
                              .by_version = true,
                              .leads_back = locate::never_leads_back,
                              .late = Runner::Late::refused,
                              .edited = Runner::Edited::ignored}};

}  // namespace pgfence::extract

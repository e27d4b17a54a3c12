// Liquibase's formatted SQL: change sets begin at lines "--changeset author:id", and what leads back stands in lines
// "--rollback" (AbstractFormattedChangeLogParser.java). A transaction for each change set.

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "extract/formats/format.h"
#include "extract/lines.h"
#include "extract/liquibase/changelog.h"
#include "extract/liquibase/sets.h"
#include "extract/liquibase/sql_text.h"
#include "extract/parts.h"
#include "extract/placeholders.h"

namespace pgfence::extract {
namespace {

/// The words behind "--", when the line is one of Liquibase's: "changeset nina:1 runInTransaction:false".
std::optional<std::string_view> command(std::string_view line) {
    line = trim(line);
    if (!line.starts_with("--")) return std::nullopt;
    return trim(line.substr(2));
}

bool recognises(const Source& source) { return liquibase::is_formatted(source.text, source.begin); }

struct ChangeSet {
    Line line;
    std::size_t end = 0;  ///< where the next one begins
    bool in_transaction = true, is_ours = true;
    std::string delimiter;
    std::vector<std::string> conditions;  ///< what decides whether it runs
    OwnPart part = {};
};

/// name:value, the value in quotes when there are spaces in it; cut off from `words`.
std::pair<std::string_view, std::string_view> take_attribute(std::string_view& words) {
    words = trim(words);
    const std::size_t colon = words.find(':');
    if (colon == words.npos) return {take_word(words), {}};
    const std::string_view name = words.substr(0, colon);
    if (name.find(' ') != name.npos) return {take_word(words), {}};
    words.remove_prefix(colon + 1);
    const char quote = words.empty() ? ' ' : words.front();
    if (quote != '"' && quote != '\'') return {name, take_word(words)};
    const std::size_t close = std::min(words.find(quote, 1), words.size());
    const std::string_view value = words.substr(1, close - 1);
    words.remove_prefix(std::min(close + 1, words.size()));
    return {name, value};
}

/// "author:id"
std::string_view take_name(std::string_view& words) {
    words = trim(words);
    if (!words.starts_with('"') && !words.starts_with('\'')) return take_word(words);
    const std::size_t close = std::min(words.find(words.front(), 1), words.size());
    const std::string_view name = words.substr(1, close - 1);
    words.remove_prefix(std::min(close + 1, words.size()));
    return name;
}

/// Nothing for lines that begin no change set.
std::optional<ChangeSet> change_set(const Line& line) {
    std::string_view words = command(line.text).value_or(std::string_view());
    if (take_word(words) != "changeset") return std::nullopt;
    ChangeSet found;
    found.line = line;
    found.part.name = take_name(words);
    found.part.begin = line.begin;
    std::string_view logical_path;
    while (!trim(words).empty()) {
        const auto [name, value] = take_attribute(words);
        if (name == "runInTransaction") found.in_transaction = value != "false";
        if (name == "endDelimiter") found.delimiter = value;
        if (name == "dbms") found.is_ours = liquibase::is_for_postgres(value);
        if (name == "context" || name == "contextFilter" || name == "labels") {
            found.conditions.push_back("whether Liquibase runs for " + std::string(name) + " " + std::string(value));
            found.part.runs_if += found.conditions.back() + "\n";
        }
        if (name == "logicalFilePath") logical_path = value;
        if ((name == "runOnChange" || name == "runAlways") && value == "true")
            found.part.when_edited = OwnPart::WhenEdited::runs;
    }
    found.part.names_path = !logical_path.empty();
    found.part.path = logical_path;
    return found;
}

/// --preconditions onFail:MARK_RAN
bool may_be_skipped(std::string_view line) {
    std::string_view words = command(line).value_or(std::string_view());
    if (take_word(words) != "preconditions") return false;
    while (!trim(words).empty())
        if (const auto [name, value] = take_attribute(words); name == "onFail") return value != "HALT";
    return false;
}

/// --property name:x value:y
void take_property(std::string_view line, Placeholders::Values& properties) {
    std::string_view words = command(line).value_or(std::string_view()), name, value, dbms;
    if (take_word(words) != "property") return;
    while (!trim(words).empty()) {
        const auto [key, given] = take_attribute(words);
        if (key == "name") name = given;
        if (key == "value") value = given;
        if (key == "dbms") dbms = given;
    }
    if (liquibase::is_for_postgres(dbms)) properties.try_emplace(std::string(name), value);
}

void read_set(const Source& source, const ChangeSet& set, Script& script) {
    if (!set.is_ours) return blank(script.sql, set.line.begin, set.end);
    liquibase::end_statements(source, set.delimiter, source.span(set.line.begin, set.line.end), set.line.next, set.end,
                              script);
    for (const std::string& what : set.conditions)
        if (set.line.next < set.end)
            script.uncertainties.push_back(
                {static_cast<std::uint32_t>(set.line.next), static_cast<std::uint32_t>(set.end), what});
}

/// What Liquibase itself reads behind "--" is no part of the SQL that it makes a checksum of.
bool is_liquibases(std::string_view line) {
    std::string_view words = command(line).value_or(std::string_view());
    const std::string_view word = take_word(words);
    return word.starts_with("rollback") || word.starts_with("precondition") || word.starts_with("validCheckSum") ||
           word.starts_with("validchecksum") || word == "property" || word == "comment" || word == "comment:" ||
           word == "liquibase";
}

/// Of the first line, "--liquibase formatted sql logicalFilePath:db/a.sql"; empty: it has none.
std::string_view path_of_file(std::string_view line) {
    std::string_view words = command(line).value_or(std::string_view());
    if (take_word(words) != "liquibase") return {};
    while (!trim(words).empty())
        if (const auto [name, value] = take_attribute(words); name == "logicalFilePath") return value;
    return {};
}

std::vector<ChangeSet> sets_of(const Source& source) {
    std::vector<ChangeSet> sets;
    std::string_view logical_path;
    for_each_line(source.text, source.begin, [&](const Line& line) {
        if (logical_path.empty() && sets.empty()) logical_path = path_of_file(line.text);
        auto set = change_set(line);
        if (set) {
            if (!sets.empty()) sets.back().end = sets.back().part.end = line.begin;
            sets.push_back(std::move(*set));
        } else if (!sets.empty()) {
            OwnPart& part = sets.back().part;
            if (may_be_skipped(line.text))
                sets.back().conditions.emplace_back("whether the preconditions of the set hold");
            const std::string_view words = command(line.text).value_or(std::string_view());
            if (lower_case(words.substr(0, 13)) == "validchecksum" && part.when_edited == OwnPart::WhenEdited::refused)
                part.when_edited = OwnPart::WhenEdited::accepted;
            if (!is_liquibases(line.text)) part.content.append(line.text).append("\n");
        }
    });
    if (!sets.empty()) sets.back().end = sets.back().part.end = source.text.size();
    for (ChangeSet& set : sets) {
        set.part.content = one_line(set.part.content);
        if (set.part.names_path) continue;
        set.part.names_path = !logical_path.empty();
        set.part.path = set.part.names_path ? logical_path : source.path;
    }
    return sets;
}

std::vector<OwnPart> parts(const Source& source) {
    std::vector<OwnPart> parts;
    for (ChangeSet& set : sets_of(source))
        if (set.is_ours) parts.push_back(std::move(set.part));
    return parts;
}

/// The sets' transactions are written where their lines stand: the shortest, "--changeset", has just the room.
Scope read(const Source& source, Script& script) {
    constexpr std::string_view kEnd = ";END;", kBegin = "BEGIN;";
    bool open = false, can_go_back = false;
    Placeholders::Values properties = liquibase::properties_known_to(source);
    for_each_line(source.text, source.begin, [&](const Line& line) {
        can_go_back |= command(line.text).value_or(std::string_view()).starts_with("rollback");
        take_property(line.text, properties);
    });
    std::vector<ChangeSet> sets = sets_of(source);
    const auto before = before_edit(source);
    const std::vector<OwnPart> elsewhere = ran_elsewhere(source);
    if (before || !elsewhere.empty()) {
        const EditedParts edit = compared(before ? parts(*before) : std::vector<OwnPart>(), parts(source), elsewhere);
        for (ChangeSet& set : sets) set.is_ours = set.is_ours && is_to_read(edit, set.line.begin);
    }
    for (const ChangeSet& set : sets) {
        std::string text(open ? kEnd : std::string_view());
        open = set.in_transaction && set.is_ours;
        if (open) text += kBegin;
        read_set(source, set, script);
        blank(script.sql, set.line.begin, set.line.end);
        script.sql.replace(set.line.begin, std::min(text.size(), set.line.end - set.line.begin), text);
    }
    liquibase::fill_properties(source, std::move(properties), script);
    if (!can_go_back) script.no_way_back = "none of its change sets has a line --rollback";
    return {TransactionMode::per_statement, "Liquibase runs each change set in a transaction of its own",
            Scope::From::file};
}

}  // namespace

extern const Format liquibase_sql;
const Format liquibase_sql{.id = "liquibase-sql",
                           .title = "Liquibase (SQL)",
                           .decides = "a first line --liquibase formatted sql",
                           .recognises = recognises,
                           .read = read,
                           .known = Known::mark,
                           .sends_as_is = true,
                           .parts = parts,
                           .habits = liquibase::kHabits,
                           .marks_as_run = "liquibase changelog-sync"};

}  // namespace pgfence::extract

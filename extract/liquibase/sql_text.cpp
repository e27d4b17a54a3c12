#include "extract/liquibase/sql_text.h"

#include <string>

#include "extract/delimiter.h"
#include "extract/lines.h"
#include "extract/liquibase/changelog.h"

namespace pgfence::extract::liquibase {
namespace {

/// A text after which statements end, as far as it is none of the patterns that Liquibase takes as well.
std::string_view plain(std::string_view delimiter) {
    while (delimiter.starts_with("\\n")) delimiter.remove_prefix(2);
    return delimiter.find_first_of("\\[](){}*+?^|") == delimiter.npos ? delimiter : std::string_view();
}

}  // namespace

bool is_formatted(std::string_view text, std::size_t begin) {
    std::string_view words = trim(line_at(text, begin).text);
    if (!words.starts_with("--")) return false;
    words.remove_prefix(2);
    return take_word(words) == "liquibase" && take_word(words) == "formatted" && take_word(words) == "sql";
}

void end_statements(const Source& source, std::string_view delimiter, SourceSpan where, std::size_t begin,
                    std::size_t end, Script& script) {
    delimiter = trim(delimiter);
    if (delimiter.empty() || delimiter == ";") return;
    if (plain(delimiter).empty())
        script.unread.push_back({where, "a change set with endDelimiter",
                                 "it is a pattern: the set is read as if its statements ended in semicolons"});
    else
        end_statements_at(source, plain(delimiter), begin, end, script);
}

Placeholders::Values properties_known_to(const Source& source) {
    Placeholders::Values properties = source.hints.placeholders;
    properties.insert(source.memory.properties.begin(), source.memory.properties.end());
    return properties;
}

void fill_properties(const Source& source, Placeholders::Values properties, Script& script) {
    const std::string prefix = "${" + std::string(kDefaultSchema) + "}.";
    for (auto at = script.sql.find(prefix); !properties.contains(kDefaultSchema) && at != script.sql.npos;
         at = script.sql.find(prefix, at))
        blank(script.sql, at, at + prefix.size());
    properties.insert(of_the_database().begin(), of_the_database().end());
    Placeholders placeholders(source, script, properties);
    placeholders.fill_all(source.begin, script.sql.size(), "${", "}");
    placeholders.list("properties", "no changelog gives it a value: a placeholder takes its place");
}

}  // namespace pgfence::extract::liquibase

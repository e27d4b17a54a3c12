#include "locate/schema_words.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/text.h"

namespace pgfence::locate {

using namespace std::string_view_literals;

bool changes_schema(std::string_view sql) {
    const std::string text = lower_case(sql);
    return contains(text, "create ") || contains(text, "alter ") || contains(text, "drop ");
}

bool holds_schema_sql(std::string_view program) {
    const std::string text = lower_case(program);
    constexpr std::array kPhrases{"create table"sv, "alter table"sv,         "drop table"sv,        "create index"sv,
                                  "drop index"sv,   "create unique index"sv, "create type"sv,       "alter type"sv,
                                  "create view"sv,  "create function"sv,     "create or replace "sv};
    return std::any_of(kPhrases.begin(), kPhrases.end(), [&](auto phrase) { return contains(text, phrase); });
}

bool reads_files(std::string_view program) {
    for (const std::string_view word :
         {"open(", ".sql", "__file__", "__name__", "read_text", "read_bytes", ".read(", "with_suffix"})
        if (contains(program, word)) return true;
    return false;
}

bool holds_queries(std::string_view sql) {
    constexpr std::string_view kName = "-- name: ";
    for (auto at = sql.find(kName); at != sql.npos; at = sql.find(kName, at + 1)) {
        const std::string_view line = sql.substr(at, sql.find('\n', at) - at);
        const auto colon = line.find(" :");
        if ((at == 0 || sql[at - 1] == '\n') && colon != line.npos) {
            const std::string_view kind = line.substr(colon + 2);
            for (const std::string_view known : {"one", "many", "exec", "batch", "copyfrom"})
                if (kind.starts_with(known)) return true;
        }
    }
    return false;
}

}  // namespace pgfence::locate

#pragma once
// Places in SQL that a program fills when it runs: with what the configuration says it puts there, else with a name of
// the placeholder's length, so that what is around it parses and two placeholders stay two.

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "extract/formats/format.h"

namespace pgfence::extract {

/// Of a placeholder in SQL, half open.
using Place = std::pair<std::size_t, std::size_t>;

class Placeholders {
public:
    using Values = std::map<std::string, std::string, std::less<>>;  ///< by name

    Placeholders(const Source& source, Script& script) : Placeholders(source, script, source.hints.placeholders) {}
    Placeholders(const Source& source, Script& script, const Values& values)
        : source_(source), script_(script), values_(values) {}

    /// `name` is what the placeholder asks for: "schema" of ${schema}.
    void fill(std::size_t begin, std::size_t end, std::string_view name);
    /// Every `open`name`close` of the range, in literals too: "${" and "}".
    void fill_all(std::size_t begin, std::size_t end, std::string_view open, std::string_view close);

    /// Lists those for which nobody knows a value.
    void list(std::string_view what, std::string_view why);

private:
    const Source& source_;
    Script& script_;
    const Values& values_;
    /// It stands for a schema before the name of something in it, and is the only one in this file that does: a name of
    /// its own, which is the same wherever it stands. That its value is not known is told of each statement.
    bool is_one_schema(std::size_t begin, std::size_t end);

    std::vector<Place> unknown_;
    std::string schema_;  ///< the placeholder in the place of one
};

/// Those of the places, which are in order, on whose value hangs what the SQL behind `from` does: not that of a role,
/// nor of a value in a literal.
std::vector<Place> places_that_matter(std::string_view sql, std::size_t from, const std::vector<Place>& places);

/// Behind the place, or the double quotes around it, comes the name of something in the schema that it stands for.
bool is_schema_of_a_name(std::string_view sql, std::size_t begin, std::size_t end);
/// The place is all or part of a name between double quotes.
bool is_in_name_quotes(std::string_view text, std::size_t begin, std::size_t end);
/// `written`: what the file has there, empty where that is no SQL.
void add_stand_in(Script& script, std::string_view name, std::string_view written, bool in_name_quotes = false);
/// Those of one name are one; what is written differently is not known.
void say_each_once(std::vector<StandIn>& stand_ins);

/// The first bytes of a placeholder, for a message.
std::string quote_of(std::string_view placeholder);

}  // namespace pgfence::extract

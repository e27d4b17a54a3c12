// MyBatis Migrations: what stands behind the line "-- //@UNDO" leads back (MigrationReader.java). Statements end with a
// line that has the delimiter, and one transaction holds the file, unless the environment says auto_commit.

#include "extract/formats/format.h"
#include "extract/lines.h"
#include "extract/placeholders.h"
#include "locate/layout.h"

namespace pgfence::extract {
namespace {

/// "--//@UNDO", "-- // @UNDO", "// // @UNDO ...".
bool begins_undo(std::string_view line) {
    line = trim(line);
    if (!line.starts_with("--") && !line.starts_with("//")) return false;
    line = trim(line.substr(2));
    if (!line.starts_with("//")) return false;
    return trim(line.substr(2)).starts_with("@UNDO");
}

std::size_t undo_of(const Source& source) {
    std::size_t at = source.text.size();
    if (!contains(source.text, "@UNDO")) return at;
    for_each_line(source.text, source.begin, [&](const Line& line) {
        if (at == source.text.size() && begins_undo(line.text)) at = line.begin;
    });
    return at;
}

bool recognises(const Source& source) { return undo_of(source) < source.text.size(); }

Scope read(const Source& source, Script& script) {
    const std::size_t undo = undo_of(source);
    if (undo == source.text.size()) script.no_way_back = "it has no line -- //@UNDO";
    blank(script.sql, undo, script.sql.size());
    // Lines of comments are left out before anything is cut into statements, those of "//" among them.
    for_each_line(source.text, source.begin, [&](const Line& line) {
        if (trim(line.text).starts_with("//")) blank(script.sql, line.begin, line.end);
    });
    Placeholders variables(source, script);
    variables.fill_all(source.begin, undo, "${", "}");
    variables.list("variables", "the environment's file has their values: a name is read in their place");
    return {TransactionMode::per_file,
            "MyBatis Migrations runs each file in a transaction unless its environment says auto_commit",
            Scope::From::assumed};
}

}  // namespace

extern const Format mybatis_migrations;
const Format mybatis_migrations{.id = "mybatis-migrations",
                                .title = "MyBatis Migrations",
                                .decides = "a line -- //@UNDO",
                                .recognises = recognises,
                                .read = read,
                                .known = Known::mark,
                                .sends_as_is = true,
                                .habits = {.is_known = true,
                                           .by_version = true,
                                           .leads_back = locate::never_leads_back,
                                           .late = Runner::Late::skipped,
                                           .edited = Runner::Edited::ignored}};

}  // namespace pgfence::extract

// Migrations written as Go: lists of functions or of SQL texts in a file migrations.go, or functions that goose is
// given.

#include "extract/formats/code.h"
#include "extract/lines.h"

namespace pgfence::extract {
namespace {

/// In the code itself: a comment on what goose does in a table makes no migration of the file that starts it.
bool makes_tables(std::string_view code) {
    bool found = false;
    for_each_line(code, 0, [&](const Line& line) {
        if (!trim(line.text).starts_with("//"))
            found |= contains(line.text, "CREATE TABLE") || contains(line.text, "ALTER TABLE");
    });
    return found;
}

bool recognises(const Source& source) {
    if (source.name.ends_with("_test.go")) return false;
    if (contains(source.text, "goose.AddMigration") || contains(source.text, "goose.AddNamedMigration")) return true;
    return source.name == "migrations.go" && makes_tables(source.text);
}

Scope read(const Source& source, Script& script) {
    return not_read(source, script, "Go code", {TransactionMode::per_file, "the code decides", Scope::From::assumed});
}

}  // namespace

extern const Format go_code;
const Format go_code{.id = "go",
                     .title = "Go",
                     .decides = "SQL in a file migrations.go, or goose.AddMigration",
                     .recognises = recognises,
                     .read = read,
                     .known = Known::mark,
                     .extensions = ".go",
                     .has_reader = false,
                     .habits = {.is_known = true, .by_version = true}};

}  // namespace pgfence::extract

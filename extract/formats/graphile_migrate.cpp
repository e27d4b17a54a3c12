// Graphile Migrate: migrations/committed/000001.sql, with a header of lines "--! Previous:", and the current one beside
// them (src/migration.ts, src/header.ts).

#include "extract/formats/format.h"
#include "extract/lines.h"
#include "extract/psql.h"

namespace pgfence::extract {
namespace {

bool recognises(const Source& source) {
    if (source.body().starts_with("--! Previous:")) return true;
    return nearest_folder_with(source.hints, source.folder, ".gmrc") &&
           source.folder.find("migrations") != std::string_view::npos;
}

/// The header's lines begin with "--!" and end at the first other one.
bool says_no_transaction(std::string_view text) {
    while (text.starts_with("--!")) {
        const Line line = line_at(text, 0);
        if (trim(line.text.substr(3)) == "no-transaction") return true;
        text.remove_prefix(line.next);
    }
    return false;
}

Scope read(const Source& source, Script& script) {
    // :PLACEHOLDER is written as psql's variables are.
    read_psql(source.text, source.begin, script);
    if (says_no_transaction(source.body()))
        return {TransactionMode::implicit, "the file says --! no-transaction, and is sent as one query",
                Scope::From::file};
    return {TransactionMode::per_file, "Graphile Migrate runs each file in a transaction", Scope::From::tool};
}

}  // namespace

extern const Format graphile_migrate;
const Format graphile_migrate{"graphile-migrate",
                              "Graphile Migrate",
                              "a first line --! Previous:, or the folder migrations beside .gmrc",
                              recognises,
                              read,
                              Known::mark};

}  // namespace pgfence::extract

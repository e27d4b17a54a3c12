// Liquibase's changelogs in YAML. A transaction for each change set (ChangeSet.java).

#include "extract/formats/code.h"

namespace pgfence::extract {
namespace {

bool recognises(const Source& source) { return contains(source.text, "databaseChangeLog:"); }

Scope read(const Source& source, Script& script) {
    return not_read(source, script, "Liquibase",
                    {TransactionMode::per_file, "Liquibase runs each change set in a transaction", Scope::From::tool});
}

}  // namespace

extern const Format liquibase_yaml;
const Format liquibase_yaml{
    "liquibase-yaml", "Liquibase (YAML)", "a databaseChangeLog", recognises, read, Known::mark, ".yaml .yml", false};

}  // namespace pgfence::extract

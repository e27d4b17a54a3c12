// Liquibase's changelogs in YAML, and in JSON, which is YAML too.

#include "extract/formats/code.h"
#include "extract/liquibase/changelog.h"

namespace pgfence::extract {
namespace {

bool recognises(const Source& source) {
    return contains(source.text, "databaseChangeLog:") || contains(source.text, "\"databaseChangeLog\"");
}

liquibase::Document document(const Source& source) { return liquibase::read_yaml(source.text, source.begin); }

void announce(const Source& source) { liquibase::announce(source, document(source)); }

Scope read(const Source& source, Script& script) { return liquibase::read(source, document(source), script); }

}  // namespace

extern const Format liquibase_yaml;
const Format liquibase_yaml{"liquibase-yaml",
                            "Liquibase (YAML, JSON)",
                            "a databaseChangeLog",
                            recognises,
                            read,
                            Known::mark,
                            ".yaml .yml .json",
                            true,
                            announce};

}  // namespace pgfence::extract

// Liquibase's changelogs in YAML, and in JSON, which is YAML too.

#include "extract/formats/code.h"
#include "extract/liquibase/changelog.h"

namespace pgfence::extract {
namespace {

bool recognises(const Source& source) {
    return contains(source.text, "databaseChangeLog:") || contains(source.text, "\"databaseChangeLog\"");
}

void announce(const Source& source) { liquibase::announce(source, liquibase::read_yaml); }

Scope read(const Source& source, Script& script) { return liquibase::read(source, liquibase::read_yaml, script); }

std::vector<OwnPart> parts(const Source& source) { return liquibase::parts(source, liquibase::read_yaml); }

}  // namespace

extern const Format liquibase_yaml;
const Format liquibase_yaml{.id = "liquibase-yaml",
                            .title = "Liquibase (YAML, JSON)",
                            .decides = "a databaseChangeLog",
                            .recognises = recognises,
                            .read = read,
                            .known = Known::mark,
                            .extensions = ".yaml .yml .json",
                            .has_reader = true,
                            .announce = announce,
                            .parts = parts,
                            .habits = liquibase::kHabits,
                            .marks_as_run = "liquibase changelog-sync",
                            .is_changelog = true};

}  // namespace pgfence::extract

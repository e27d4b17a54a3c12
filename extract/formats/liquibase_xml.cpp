// Liquibase's changelogs in XML.

#include "extract/formats/code.h"
#include "extract/liquibase/changelog.h"

namespace pgfence::extract {
namespace {

bool recognises(const Source& source) { return contains(source.text, "<databaseChangeLog"); }

void announce(const Source& source) { liquibase::announce(source, liquibase::read_xml); }

Scope read(const Source& source, Script& script) { return liquibase::read(source, liquibase::read_xml, script); }

std::vector<OwnPart> parts(const Source& source) { return liquibase::parts(source, liquibase::read_xml); }

}  // namespace

extern const Format liquibase_xml;
const Format liquibase_xml{.id = "liquibase",
                           .title = "Liquibase",
                           .decides = "a databaseChangeLog",
                           .recognises = recognises,
                           .read = read,
                           .known = Known::mark,
                           .extensions = ".xml",
                           .has_reader = true,
                           .announce = announce,
                           .parts = parts,
                           .habits = liquibase::kHabits,
                           .marks_as_run = "liquibase changelog-sync",
                           .is_changelog = true};

}  // namespace pgfence::extract

// Liquibase's changelogs in XML.

#include "author/tool.h"
#include "author/written.h"

namespace pgfence::author {
namespace {

std::string sql_change(std::string_view sql) { return "<sql splitStatements=\"false\">" + in_xml(sql) + "</sql>"; }

// ${x} would be a property.
std::string code(const Step& step) { return holds(step, "${") ? "" : each(step, sql_change); }

}  // namespace

extern const Tool liquibase_xml;
const Tool liquibase_xml{.format = "liquibase",
                         .without_transaction = "give it a `changeSet` of its own with `runInTransaction=\"false\"`",
                         .gives_own_file = true,
                         .unit = "change set",
                         .language = "xml",
                         .code = code};

}  // namespace pgfence::author

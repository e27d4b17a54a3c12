// JavaScript migrations of a runner that is not known: they hand out a function `up`, alone, in an object or in a
// class, and what it is given has query(), as TypeORM's query runner and every client of PostgreSQL have. It is run on
// the first.

#include "extract/formats/code.h"
#include "locate/layout.h"

namespace pgfence::extract {
namespace {

bool recognises(const Source& source) {
    const std::string path = lower_case(source.path);
    const bool numbered = locate::is_numbered_program(last_part(path)) || locate::is_program_of_numbered_folder(path);
    return numbered && exports_up(source.text) && uses_member(source.text, given_to_up(source.text), "query");
}

Scope read(const Source& source, Script& script) {
    return is_run(source, script,
                  {TransactionMode::per_file, "which program runs the file is not known: it may open a transaction",
                   Scope::From::assumed});
}

}  // namespace

extern const Format js_client;
const Format js_client{.id = "js-client",
                       .title = "JavaScript that is given a client",
                       .decides = "a function up that calls query() of what it is given",
                       .recognises = recognises,
                       .read = read,
                       .known = Known::name,
                       .extensions = kJavaScript,
                       .orm = Orm::typeorm};

}  // namespace pgfence::extract

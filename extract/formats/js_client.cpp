// JavaScript migrations of a runner that is not known: they hand out a function `up`, alone, in an object or in a
// class, and what it is given has query(), as TypeORM's query runner and every client of PostgreSQL have, or is the tag
// of its statements, as the client of postgres.js is. It is run on what is all of these.

#include <algorithm>
#include <array>

#include "extract/formats/code.h"
#include "locate/layout.h"

namespace pgfence::extract {
namespace {

bool recognises(const Source& source) {
    const std::string path = lower_case(source.path);
    const bool numbered = locate::is_numbered_program(last_part(path)) || locate::is_program_of_numbered_folder(path);
    if (!numbered || !exports_up(source.text)) return false;
    const std::string_view client = given_to_up(source.text);
    constexpr std::array kMembers{"query", "unsafe", "begin"};
    return is_tag(source.text, client) || std::any_of(kMembers.begin(), kMembers.end(), [&](const char* member) {
               return uses_member(source.text, client, member);
           });
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
                       .decides = "a function up that calls query() of what it is given, or uses it as a tag",
                       .recognises = recognises,
                       .read = read,
                       .known = Known::name,
                       .extensions = kJavaScript,
                       .orm = Orm::typeorm};

}  // namespace pgfence::extract

// tern: one file for both directions, cut by a line of dashes (migrate/migrate.go). Its files are Go templates.

#include "extract/formats/format.h"
#include "extract/lines.h"
#include "locate/layout.h"

namespace pgfence::extract {
namespace {

constexpr std::string_view kCut = "---- create above / drop below ----";
constexpr std::string_view kNoTransaction = "---- tern: disable-tx ----";

bool recognises(const Source& source) {
    return source.text.find(kCut) != std::string_view::npos ||
           source.text.find(kNoTransaction) != std::string_view::npos;
}

Scope read(const Source& source, Script& script) {
    const std::size_t cut = source.text.find(kCut);
    if (cut == std::string_view::npos)
        script.no_way_back = "it has no line " + std::string(kCut);
    else
        blank(script.sql, cut, script.sql.size());
    const std::size_t none = source.text.find(kNoTransaction);
    if (none != std::string_view::npos && none < cut)
        return {TransactionMode::per_statement, "the file says tern: disable-tx", Scope::From::file};
    return {TransactionMode::per_file, "tern runs each file in a transaction", Scope::From::tool};
}

}  // namespace

extern const Format tern;
const Format tern{.id = "tern",
                  .title = "tern",
                  .decides = "a line ---- create above / drop below ----",
                  .recognises = recognises,
                  .read = read,
                  .known = Known::mark,
                  .habits = {.is_known = true,
                             .by_version = true,
                             .leads_back = locate::never_leads_back,
                             .late = Runner::Late::skipped,
                             .edited = Runner::Edited::ignored}};

}  // namespace pgfence::extract

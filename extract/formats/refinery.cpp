// refinery: V1__title.sql as Flyway has it, in a Rust crate; U1__title.sql runs forward too, in any order
// (refinery_core/src/util.rs).

#include "extract/formats/format.h"
#include "locate/layout.h"

namespace pgfence::extract {
namespace {

bool recognises(const Source& source) {
    const auto separator = source.name.find("__");
    if (separator == std::string_view::npos || !source.name.ends_with(".sql")) return false;
    const std::string_view version = source.name.substr(0, separator);
    return (version.starts_with('V') || version.starts_with('U')) && version.size() > 1 &&
           leading_digits(version.substr(1)).size() == version.size() - 1 && in_rust_crate(source, "refinery");
}

Scope read(const Source&, Script&) {
    return {TransactionMode::per_file, "refinery runs each file in a transaction unless it is told to group them",
            Scope::From::tool};
}

}  // namespace

extern const Format refinery;
const Format refinery{.id = "refinery",
                      .title = "refinery",
                      .decides = "a name like V1__title.sql in a Rust crate",
                      .recognises = recognises,
                      .read = read,
                      .known = Known::place,
                      .sends_as_is = true,
                      .habits = {.is_known = true,
                                 .recursive = true,
                                 .by_version = true,
                                 .leads_back = locate::never_leads_back,
                                 .late = Runner::Late::refused,
                                 .edited = Runner::Edited::refused,
                                 .renamed = Runner::Renamed::refused},
                      .says_of_gone = "migration is missing from the filesystem:"};

}  // namespace pgfence::extract

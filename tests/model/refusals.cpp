#include "tests/model/refusals.h"

#include <catch2/catch_test_macros.hpp>

#include "analyze/catalog/replay.h"
#include "analyze/lower/lower.h"
#include "analyze/model/model.h"

namespace pgfence::test {

std::string said_of(std::string_view schema, std::string_view sql, int version, bool whole) {
    WritableCatalog catalog;
    for (const auto& statement : lower(schema).statements)
        for (const Action& action : statement.actions) replay(catalog, action, version);
    catalog.begin_change();
    catalog.set_complete(whole);
    const Lowered lowered = lower(sql);
    REQUIRE(lowered.errors.empty());
    std::string text;
    for (const auto& statement : lowered.statements)
        for (const Action& action : statement.actions) {
            const Effects effects = effects_of(action, catalog, {version, false, ""});
            for (const Failure& failure : effects.failures)
                text += std::string(failure.certain ? "refused: " : "maybe refused: ") + failure.message + "\n";
            for (const Caveat& caveat : effects.caveats) text += "caveat: " + caveat.what + "\n";
        }
    if (!text.empty()) text.pop_back();
    return text;
}

}  // namespace pgfence::test

// MikroORM: a class that extends Migration. All pending files run in one transaction (Configuration.ts,
// allOrNothing).

#include "extract/formats/code.h"

namespace pgfence::extract {
namespace {

bool recognises(const Source& source) {
    return contains(source.text, "mikro-orm") && contains_word(source.text, "Migration");
}

/// The configuration's migrations.transactional and .allOrNothing.
Scope by_settings(const Source& source) {
    const auto settings = nearest_settings(
        source, {"mikro-orm.config.ts", "mikro-orm.config.js", "mikro-orm.config.cjs", "mikro-orm.config.mjs"});
    const std::string reason = "MikroORM runs all pending files in one transaction";
    if (!settings) return {TransactionMode::whole_run, reason, Scope::From::tool};
    const std::string transactional = value_of(*settings, "transactional"), all = value_of(*settings, "allOrNothing");
    if (transactional == "false")
        return {TransactionMode::per_statement, settings->path + " says transactional: false", Scope::From::tool};
    if (all == "false")
        return {TransactionMode::per_file, settings->path + " says allOrNothing: false", Scope::From::tool};
    if (transactional == "?" || all == "?")
        return {TransactionMode::whole_run, reason + ", unless " + settings->path + " says otherwise when it runs",
                Scope::From::assumed};
    return {TransactionMode::whole_run, reason, Scope::From::tool};
}

Scope read(const Source& source, Script& script) { return is_run(source, script, by_settings(source)); }

}  // namespace

extern const Format mikro_orm;
const Format mikro_orm{.id = "mikro-orm",
                       .title = "MikroORM",
                       .decides = "a class that extends Migration of @mikro-orm",
                       .recognises = recognises,
                       .read = read,
                       .known = Known::mark,
                       .extensions = kJavaScript,
                       .habits = {.is_known = true, .late = Runner::Late::runs, .edited = Runner::Edited::ignored},
                       .orm = Orm::mikro_orm};

}  // namespace pgfence::extract

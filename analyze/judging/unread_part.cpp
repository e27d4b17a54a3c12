#include "analyze/judging/unread_part.h"

#include <algorithm>

#include "analyze/catalog/extension_functions.h"
#include "analyze/model/calls.h"
#include "analyze/model/unread_call.h"
#include "core/text.h"

namespace pgfence::analyze {
namespace {

/// The query that the statement runs; null: it runs none.
const Query* query_of(const Action& action) {
    if (const auto* dml = std::get_if<Dml>(&action)) return dml->reach == Dml::Reach::run ? &dml->query : nullptr;
    if (const auto* create = std::get_if<CreateTableAs>(&action))
        return create->with_no_data ? nullptr : &create->query;
    return nullptr;
}

/// Unqualified, pg_catalog is searched before any other schema.
bool is_of_the_system(const Name& name, const Catalog& catalog) {
    if (!name.schema.empty()) return name.schema == "pg_catalog" || name.schema == "pg_toast";
    return name.name.starts_with("pg_") && !catalog.find(name);
}

/// setval() with the number written out, of a sequence that was there before; max(id) of the table is another matter.
bool sets_by_hand(const FunctionUse& use, const Catalog& catalog) {
    if (use.name.name != "setval" || use.literals.size() < 2) return false;
    const Relation* sequence = catalog.find(name_in_text(use.literals.front()));
    return !sequence || sequence->existing;
}

/// setval('numbers', (SELECT count(*) FROM orders)): not max(id), which is another matter.
bool sets_by_count(const FunctionUse& use, const Query& query, const Catalog& catalog) {
    if (use.name.name != "setval" || use.literals.size() >= 2) return false;
    const auto calls = [&](std::string_view name) {
        return std::any_of(query.functions.begin(), query.functions.end(),
                           [&](const FunctionUse& other) { return other.name.name == name; });
    };
    const Relation* sequence = use.literals.empty() ? nullptr : catalog.find(name_in_text(use.literals.front()));
    return (calls("count") || calls("min")) && !calls("max") && (!sequence || sequence->existing);
}

}  // namespace

std::optional<std::string> unread_part(const Action& action, const Catalog& catalog) {
    if (const auto* unmodelled = std::get_if<Unmodelled>(&action)) return unmodelled->why;
    if (const auto* block = std::get_if<DoBlock>(&action); block && !block->runs)
        return "the body of a DO block in language " + block->language + " is not read";
    if (std::holds_alternative<DropOwned>(action)) return "DROP OWNED drops whatever the role owns";
    if (std::holds_alternative<ReassignOwned>(action)) return "REASSIGN OWNED changes whatever the role owns";
    if (const auto* call = std::get_if<Call>(&action)) {
        const Function* procedure = catalog.called_by(call->procedure);
        if (!procedure || !procedure->runs)
            return "the body of procedure " + call->procedure.name.name + " is not known";
    }
    if (const auto* execute = std::get_if<Execute>(&action); execute && !catalog.prepared(execute->name))
        return "EXECUTE runs a prepared statement that is in no file";
    return std::nullopt;
}

bool runs_unread(const Action& action, const Catalog& catalog, int version) {
    if (unread_part(action, catalog)) return true;
    const Query* query = query_of(action);
    return query && std::any_of(query->functions.begin(), query->functions.end(),
                                [&](const FunctionUse& use) { return may_run_anything(use, catalog, version); });
}

std::optional<std::string> unread_beside(const Action& action, const Catalog& catalog, int version) {
    if (const auto* set = std::get_if<SetVariable>(&action)) {
        std::string why = unread_setting(set->name, joined(set->values));
        return why.empty() ? std::nullopt : std::optional(std::move(why));
    }
    const Unfollowed unfollowed = unfollowed_by(action, catalog, version);
    if (!unfollowed.foreign_tables.empty())
        return "foreign table " + unfollowed.foreign_tables.front().name +
               ": what is read or changed stands on another server, and what happens there is not known";
    for (const FunctionUse& use : unfollowed.functions)
        if (const std::string why = unread_call(use, catalog, version); !why.empty())
            return "function " + use.name.name + "(): " + why;
    const Query* query = query_of(action);
    if (!query) return std::nullopt;
    for (const RangeUse& use : query->relations)
        if (changes_rows(use.how) && is_of_the_system(use.name, catalog))
            return "it changes " + use.name.name + ", a table of the system catalogs, by hand";
    for (const FunctionUse& use : query->functions) {
        if (const std::string why = unread_call(use, catalog, version); !why.empty())
            return "function " + use.name.name + "(): " + why;
        if (sets_by_hand(use, catalog) || sets_by_count(use, *query, catalog))
            return "function setval(): what the sequence has come to is not known, and it may give out numbers again";
        const ExtensionFunction* function = extension_function(use);
        if (function && table_of(use, *function).empty())
            return "function " + use.name.name + "(): for which table it is called is not written there";
    }
    return std::nullopt;
}

}  // namespace pgfence::analyze

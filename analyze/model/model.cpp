#include "analyze/model/model.h"

#include "analyze/model/statements.h"

namespace pgfence {
namespace {

/// Statements that lock no relation: types, schemas, settings, transaction control.
template <class T>
concept LocksNothing = std::same_as<T, CreateEnum> || std::same_as<T, CreateCompositeType> ||
    std::same_as<T, CreateOtherType> || std::same_as<T, CreateCollation> || std::same_as<T, CreateDomain> ||
    std::same_as<T, CreateSchema> || std::same_as<T, CreateExtension> || std::same_as<T, CreateEventTrigger> ||
    std::same_as<T, AlterEventTrigger> || std::same_as<T, SetVariable> || std::same_as<T, Harmless>;

}  // namespace

Effects effects_of(const Action& action, const Catalog& before, const Circumstances& circumstances) {
    Answer answer(before, circumstances);
    std::visit(
        [&]<class T>(const T& a) {
            if constexpr (!LocksNothing<T>) model(answer, a);
        },
        action);
    return std::move(answer).finish();
}

}  // namespace pgfence

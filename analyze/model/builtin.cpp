#include "analyze/model/builtin.h"

namespace pgfence::builtin {
namespace {

constexpr Function kFunctions[] = {
#include "analyze/model/generated/functions.inc"
};
constexpr Function kContribFunctions[] = {
#include "analyze/model/generated/contrib_functions.inc"
};
constexpr ServerFunction kServerFunctions[] = {
#include "analyze/model/generated/server_functions.inc"
};
constexpr ServerFunction kContribServerFunctions[] = {
#include "analyze/model/generated/contrib_server_functions.inc"
};
constexpr Cast kCasts[] = {
#include "analyze/model/generated/casts.inc"
};
constexpr Cast kContribCasts[] = {
#include "analyze/model/generated/contrib_casts.inc"
};
constexpr Type kTypes[] = {
#include "analyze/model/generated/types.inc"
};
constexpr Type kContribTypes[] = {
#include "analyze/model/generated/contrib_types.inc"
};
constexpr Operator kOperators[] = {
#include "analyze/model/generated/operators.inc"
};

const Type* type_in(std::span<const Type> table, std::string_view name, int version) {
    for (const Type& row : rows_of(table, &Type::name, name))
        if (holds_on(row, version)) return &row;
    return nullptr;
}

const Cast* cast_in(std::span<const Cast> table, std::string_view from, std::string_view to, int version) {
    for (const Cast& row : rows_of(table, &Cast::from, from))
        if (row.to == to && holds_on(row, version)) return &row;
    return nullptr;
}

bool has_row(std::span<const ServerFunction> table, std::string_view name) {
    return !rows_of(table, &ServerFunction::name, name).empty();
}

}  // namespace

std::span<const Function> functions() { return kFunctions; }
std::span<const Function> contrib_functions() { return kContribFunctions; }
bool is_server_function(std::string_view name) { return has_row(kServerFunctions, name); }
bool is_contrib_server_function(std::string_view name) { return has_row(kContribServerFunctions, name); }
std::span<const Cast> casts() { return kCasts; }
std::span<const Cast> contrib_casts() { return kContribCasts; }
std::span<const Type> types() { return kTypes; }
std::span<const Type> contrib_types() { return kContribTypes; }
std::span<const Operator> operators() { return kOperators; }

const Type* find_type(std::string_view name, int version) {
    const Type* own = type_in(kTypes, name, version);
    return own ? own : type_in(kContribTypes, name, version);
}

const Cast* find_cast(std::string_view from, std::string_view to, int version) {
    const Cast* own = cast_in(kCasts, from, to, version);
    return own ? own : cast_in(kContribCasts, from, to, version);
}

}  // namespace pgfence::builtin

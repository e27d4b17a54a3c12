#include "analyze/kit/handlers.h"

#include <algorithm>
#include <array>
#include <string>

namespace pgfence {
namespace {

struct Named {
    std::string_view name, sqlstate;
};
/// PL/pgSQL's names of the errors that are looked for.
constexpr std::array<Named, 19> kConditions{{{"duplicate_column", "42701"},
                                             {"duplicate_table", "42P07"},
                                             {"duplicate_object", "42710"},
                                             {"undefined_table", "42P01"},
                                             {"undefined_object", "42704"},
                                             {"undefined_column", "42703"},
                                             {"duplicate_function", "42723"},
                                             {"duplicate_schema", "42P06"},
                                             {"invalid_schema_name", "3F000"},
                                             {"invalid_parameter_value", "22023"},
                                             {"invalid_foreign_key", "42830"},
                                             {"object_not_in_prerequisite_state", "55000"},
                                             {"syntax_error_or_access_rule_violation", "42000"},
                                             {"dependent_objects_still_exist", "2BP01"},
                                             {"dependent_privilege_descriptors_still_exist", "2B000"},
                                             {"active_sql_transaction", "25001"},
                                             {"invalid_transaction_state", "25000"},
                                             {"not_null_violation", "23502"},
                                             {"integrity_constraint_violation", "23000"}}};

/// exception_matches_conditions (pl_exec.c): one that ends in 000 stands for its class.
bool names(std::string_view condition, std::string_view sqlstate) {
    if (condition == "others") return true;
    for (const Named& known : kConditions)
        if (condition == known.name) condition = known.sqlstate;
    if (condition.ends_with("000")) return condition.substr(0, 2) == sqlstate.substr(0, 2);
    return condition == sqlstate;
}

}  // namespace

bool is_caught(const BodyStatement* part, std::string_view sqlstate) {
    if (!part || sqlstate.empty()) return false;
    return std::any_of(part->conditions.begin(), part->conditions.end(), [&](const BodyCondition& block) {
        return std::any_of(block.caught.begin(), block.caught.end(),
                           [&](const std::string& condition) { return names(condition, sqlstate); });
    });
}

}  // namespace pgfence

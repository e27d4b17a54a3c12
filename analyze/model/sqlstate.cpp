#include "analyze/model/sqlstate.h"

namespace pgfence {

std::string_view sqlstate_of(const Failure& failure) {
    using enum Failure::Kind;
    switch (failure.kind) {
        case duplicate_object:
            if (failure.message.starts_with("column ")) return "42701";
            if (failure.message.starts_with("function ")) return "42723";
            return failure.message.starts_with("relation ") ? "42P07" : "42710";
        case missing_object:
            if (failure.message.starts_with("schema ")) return "3F000";
            if (failure.message.starts_with("column ")) return "42703";
            if (failure.message.ends_with("enum label")) return "22023";
            for (const std::string_view relation : {"relation ", "table ", "view ", "sequence "})
                if (failure.message.starts_with(relation)) return "42P01";
            return "42704";
        case dependent_objects: return "2BP01";
        case in_transaction_block: return "25001";
        case syntax_error:
        case unsupported_version: return "";
        default: return "XX000";  // that there is one is known: OTHERS takes it
    }
}

}  // namespace pgfence

#include "analyze/model/sqlstate.h"

namespace pgfence {
namespace {

constexpr std::string_view kOther = "XX000";  // that there is one is known: OTHERS takes it

std::string_view sqlstate_of(ErrorCode code) {
    using enum ErrorCode;
    switch (code) {
        case duplicate_column: return "42701";
        case duplicate_function: return "42723";
        case duplicate_object: return "42710";
        case duplicate_schema: return "42P06";
        case duplicate_table: return "42P07";
        case invalid_foreign_key: return "42830";
        case invalid_parameter_value: return "22023";
        case invalid_schema_name: return "3F000";
        case object_not_in_prerequisite_state: return "55000";
        case undefined_column: return "42703";
        case undefined_object: return "42704";
        case undefined_table: return "42P01";
        case other: break;
    }
    return kOther;
}

}  // namespace

std::string_view sqlstate_of(const Failure& failure) {
    using enum Failure::Kind;
    switch (failure.kind) {
        case duplicate_object:
        case missing_object: return sqlstate_of(failure.code);
        case dependent_objects: return "2BP01";
        case in_transaction_block: return "25001";
        case syntax_error:
        case unsupported_version: return "";
        default: return kOther;
    }
}

}  // namespace pgfence

#pragma once

#include <cstdint>

namespace pgfence {

/// PostgreSQL's ObjectType, as far as migrations name one.
enum class ObjectType : std::uint8_t {
    table,
    partitioned_table,
    index,
    sequence,
    view,
    materialized_view,
    foreign_table,
    type,
    domain,
    composite_type,
    column,
    constraint,
    domain_constraint,
    function,
    procedure,
    routine,
    aggregate,
    schema,
    trigger,
    policy,
    rule,
    extension,
    database,
    role,
    tablespace,
    publication,
    subscription,
    statistics,
    operator_,
    collation,
    language,
    cast,
    event_trigger,
    server,
    attribute,
    other,
};

/// Named in pg_class: functions, schemas and the like have names of their own.
inline bool is_relation(ObjectType object) {
    using enum ObjectType;
    return object == table || object == partitioned_table || object == view || object == materialized_view ||
           object == sequence || object == foreign_table || object == index || object == composite_type;
}

}  // namespace pgfence

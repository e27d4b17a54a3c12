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

}  // namespace pgfence

#pragma once
// What relations a database has: looked at before a statement and after it.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>

#include "core/effects.h"
#include "core/result.h"
#include "core/table_sizes.h"
#include "trace/session.h"

namespace pgfence::trace {

using Oid = std::uint32_t;

struct Relation {
    std::string name;  ///< schema.name as stored, without quotes
    RelationKind kind = RelationKind::table;
    Oid file = 0;   ///< relfilenode
    Oid table = 0;  ///< of an index
    bool is_table() const { return kind == RelationKind::table || kind == RelationKind::partitioned_table; }
    bool has_rows() const { return kind == RelationKind::table || kind == RelationKind::materialized_view; }
};

class Relations {
public:
    /// System catalogs and TOAST are left out.
    static Result<Relations> look(Session& session);

    const Relation* find(Oid oid) const;
    const Relation* find(std::string_view name) const;
    Oid oid_of(std::string_view name) const;  ///< 0: there is none of that name
    const std::map<Oid, Relation>& all() const { return by_oid_; }
    /// Of a validated foreign key: constraint, referencing table, referenced table with each of its partitions.
    using Key = std::tuple<Oid, Oid, Oid>;
    const std::set<Key>& checked_keys() const { return keys_; }

    void add(Oid oid, Relation relation);

private:
    std::map<Oid, Relation> by_oid_;
    std::map<std::string, Oid, std::less<>> by_name_;
    std::set<Key> keys_;
};

/// Of every table and materialized view; rows are not asked for.
Result<Sizes> table_sizes(Session& session);

/// What the text after the schema names.
std::string_view without_schema(std::string_view name);

/// "public.orders" for use in SQL: "public"."orders"
std::string quoted_relation(std::string_view name);

}  // namespace pgfence::trace

#pragma once
// The operations of Alembic (alembic/operations/ops.py, toimpl.py, ddl/postgresql.py): calls on `op` -> SQL.

#include <optional>
#include <string>

#include "extract/program/sql_writer.h"
#include "extract/python/sqlalchemy.h"

namespace pgfence::extract {

/// And not as None.
inline bool given(const Value* value) { return value && !value->is(Value::Kind::nothing); }

class AlembicOperations {
public:
    /// `own_transactions`: BEGIN and COMMIT are written around what does not stand in an autocommit block.
    AlembicOperations(SqlWriter& out, bool own_transactions) : out_(out), own_transactions_(own_transactions) {}

    /// What the call gives; nothing when only its path is known.
    std::optional<Value> called(const Call& call);
    /// What each of a list's is like that only the database knows, such as the columns of a table.
    static std::optional<Value> element(const Value& list);
    /// As Host::among.
    std::optional<Value> among(const Value& element, const Value& wanted) const;
    /// The call does nothing to the database.
    static bool harmless(const Call& call);
    void leave(const Value& entered);
    void look_into(Python& program) { sql_.look_into(program); }
    void finish();
    bool committed_in_between() const { return committed_in_between_; }

private:
    std::optional<Value> question(const Call& call) const;
    void operation(const Call& call);
    void foreign(const Call& call);
    bool table_operation(const Call& call, std::string_view name);
    bool constraint_operation(const Call& call, std::string_view name);
    void batch_operation(const Call& call);
    void create_table(const Call& call);
    void add_column(const Call& call);
    void alter_column(const Call& call);
    void create_index(const Call& call);
    void create_foreign_key(const Call& call);
    void bulk_insert(const Call& call);
    bool query(const Call& call);
    bool send_all(const std::optional<std::vector<std::string>>& statements, const Call& call);
    static Value filled(const Value& text, const Call& call);
    void execute(const Call& call);
    void brought_along(const std::string& table, const Value* table_name, const Value* schema,
                       const SqlAlchemy::Column& column);
    void send(const std::string& sql, const Call& call);
    void send_written(const Value& sql, const Call& call);
    void begin(ByteRange place);
    void commit(ByteRange place);
    void not_understood(const Call& call, std::string why);

    SqlWriter& out_;
    bool own_transactions_;
    bool open_ = false;   ///< a transaction of ours
    int autocommit_ = 0;  ///< blocks inside each other
    bool committed_in_between_ = false;
    std::uint32_t last_ = 0;  ///< where the last call ended
    SqlAlchemy sql_;
    std::vector<Call> queries_;  ///< of a session, of which it is not known what is done with their rows
};

}  // namespace pgfence::extract

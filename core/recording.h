#pragma once
// What an ORM sent to the database while a migration's `up` ran.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pgfence {

/// ORMs and builders whose migrations are programs.
enum class Orm : std::uint8_t { knex, sequelize, typeorm, node_pg_migrate, mikro_orm, kysely, db_migrate };

struct RecordedStatement {
    std::string sql;
    std::uint32_t first_line = 0, last_line = 0;  ///< of the call, from 1; 0: nobody knows
    std::vector<std::string> depends_on;          ///< empty: it is sent whatever the database answers
    /// It is sent when that is so, a condition in SQL that a catalog may answer; empty: that is not all, or not known
    std::string asks = {};
    bool asks_for_part = false;  ///< that has to be so, and something else may have to be so too
    /// The queries of whose rows it holds values: it is sent for each row that they find.
    std::vector<std::string> rows_of = {};
};

struct RecordedNote {
    std::uint32_t line = 0;  ///< from 1; 0: the file
    std::string what, why;
};

struct Recording {
    std::vector<RecordedStatement> statements;  ///< in the order in which they are sent
    std::vector<RecordedNote> unread;           ///< what could not be carried out, and why
    /// Why the runner opens no transaction for this file: "config.transaction is false".
    std::optional<std::string> no_transaction;
    bool complete = false;  ///< `up` came to its end, at least with some answers of the database
};

}  // namespace pgfence

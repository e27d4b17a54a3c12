#pragma once
// What a Sequel migration does to rows: update, insert, delete and the like of a dataset -> SQL (dataset/actions.rb).

#include <string_view>

#include "extract/program/sql_writer.h"
#include "extract/ruby/sequel_sql.h"

namespace pgfence::extract {

/// Of a dataset: it changes rows.
bool changes_sequel_rows(std::string_view method);
/// Of a dataset: it asks for rows.
bool reads_sequel_rows(std::string_view method);
/// Sends what the call on that dataset does. False: it is not understood.
bool change_sequel_rows(const SequelDataset& dataset, const Call& call, SequelSql& sql, SqlWriter& out);

}  // namespace pgfence::extract

#pragma once

#include "analyze/kit/choosing_statement.h"

namespace pgfence {

/// All that the statement reads are tables that its file made and filled with rows it spells out: CREATE TEMP TABLE
/// doomed (id bigint); INSERT INTO doomed VALUES (1), (2); DELETE FROM orders WHERE id IN (SELECT id FROM doomed).
bool reads_spelled_out_rows(const RowChoice& choice);

}  // namespace pgfence

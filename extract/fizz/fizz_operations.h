#pragma once
// The calls of a fizz file -> SQL (tables.go, columns.go, index.go, foreign_keys.go and translators/postgres.go of
// gobuffalo/fizz).

#include <vector>

#include "extract/fizz/fizz_table.h"
#include "extract/fizz/plush.h"
#include "extract/program/sql_writer.h"

namespace pgfence::extract {

class FizzOperations {
public:
    explicit FizzOperations(SqlWriter& out) : out_(out) {}
    void run(const std::vector<plush::Expression>& statements);

private:
    void called(const plush::Expression& call);
    void create_table(const plush::Expression& call);
    void written(const plush::Expression& call);

    SqlWriter& out_;
    FizzTable* table_ = nullptr;  ///< `t` of the block that runs
};

}  // namespace pgfence::extract

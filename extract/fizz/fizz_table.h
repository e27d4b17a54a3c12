#pragma once
// The table that a block of create_table describes (tables.go of gobuffalo/fizz).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "extract/fizz/fizz_sql.h"

namespace pgfence::extract {

class FizzTable {
public:
    explicit FizzTable(std::string name) : name_(std::move(name)) {}

    enum class Taken : std::uint8_t {
        yes,
        unknown,  ///< its arguments are not literals, or others than fizz takes
        refused,  ///< fizz gives an error, so that the file does not run: `why`
    };
    struct Answer {
        Taken taken = Taken::yes;
        std::string why = {};
    };
    /// t.method(...)
    Answer call(std::string_view method, const plush::Expression& call);
    void without_timestamps() { timestamps_ = false; }

    /// Nothing when a column may not be the primary key.
    std::optional<std::string> sql();
    struct Index {
        std::string sql;
        std::uint32_t begin = 0, end = 0;
    };
    const std::vector<Index>& indexes() const { return indexes_; }

private:
    struct Column {
        std::string name, type;
        fizz_sql::Options options;
        bool primary = false;
    };
    Answer column(const std::vector<plush::Expression>& args);
    Answer timestamp(const std::string& name);
    Answer primary_key(const std::vector<plush::Expression>& args);
    Answer add(Column column);
    Column* find(std::string_view name);

    std::string name_;
    std::vector<Column> columns_;
    std::vector<std::string> foreign_keys_, primary_keys_;
    std::vector<Index> indexes_;
    bool timestamps_ = true;
};

}  // namespace pgfence::extract

#pragma once
// In which order a migration's statements run (Ecto.Migration.Runner): create, alter, execute, ... wait in a queue
// until flush() or the end, what goes through the repository is sent at once.

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "extract/program/sql_writer.h"

namespace pgfence::extract {

class EctoRunner {
public:
    explicit EctoRunner(SqlWriter& out) : out_(out) {}

    /// A command of the migration's, made by us or written there.
    void queue(Value sql, bool written, ByteRange place);
    /// A function that is run in its turn.
    void queue_code(const Value& code, ByteRange place);
    /// Through the repository: before all that waits.
    void send(Value sql, bool written, ByteRange place);
    /// `run` gives a queued function its turn.
    void flush(const std::function<void(const Value& code, ByteRange)>& run);

    /// A column of the create or alter block that is open.
    void subcommand(ByteRange place);
    /// Statements and columns so far, in the order of the program.
    std::size_t units() const { return units_; }
    void hangs(std::size_t from, std::size_t to, const std::string& what);
    /// Those run as often as a query has rows, which nothing spelled out picks.
    void for_rows(std::size_t from);
    /// Begins a command with a block: what its columns hang on, it hangs on.
    void begin_block() { block_from_ = units_; }
    void end_block() {
        in_block_hangs_.clear();
        columns_.clear();
    }

    /// The author told another tool about what stands there: commands, and columns that are all that a block has.
    void mark(ByteRange lines, const std::string& mark);
    /// All that was sent, in the order in which it runs.
    void finish();

private:
    struct Command {
        std::size_t unit = 0;
        Value sql;  ///< or the function
        bool written = false;
        ByteRange place;
        std::vector<ByteRange> columns;
        std::vector<std::string> hangs_on, marks = {};
        bool for_rows = false;
    };
    std::size_t add(Value sql, bool written, ByteRange place);

    SqlWriter& out_;
    std::vector<Command> commands_;
    std::vector<std::size_t> order_, queue_;
    std::vector<ByteRange> columns_;  ///< of the block that is open
    std::vector<std::string> in_block_hangs_, inherited_;
    std::size_t units_ = 0, block_from_ = 0;
};

}  // namespace pgfence::extract

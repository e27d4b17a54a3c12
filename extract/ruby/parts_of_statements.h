#pragma once
// Parts of statements that a program's calls put together before the tool sends them: whether a part is there may hang
// on a condition, and then its statement does.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "extract/program/host.h"
#include "extract/program/sql_writer.h"

namespace pgfence::extract {

class PartsOfStatements {
public:
    explicit PartsOfStatements(SqlWriter& out) : out_(out) {}

    /// Of a statement that will be sent.
    std::size_t begin() {
        statements_.emplace_back();
        return statements_.size() - 1;
    }
    /// A call has put something into it.
    void add(std::size_t statement);
    /// It was sent: the statements behind the first `before`.
    void sent(std::size_t statement, std::size_t before);
    bool is_conditional(std::size_t statement) const { return !statements_[statement].doubts.empty(); }
    /// How much has been sent or put together so far.
    std::size_t count();
    /// The host counts parts as it counts statements.
    void watch(Host& host);

private:
    struct Statement {
        std::vector<std::string> doubts;
        std::size_t from = 0, to = 0;  ///< once it is sent
    };
    struct Step {
        bool is_part;
        std::size_t statement;  ///< of ours, or of those sent
    };
    void catch_up();
    /// Statements among the first `steps`.
    std::size_t statements_before(std::size_t steps) const;
    void hangs(std::size_t from, std::size_t to, const std::string& what, const std::vector<SchemaQuestion>& asks);

    SqlWriter& out_;
    std::vector<Statement> statements_;
    std::vector<Step> steps_;
    std::size_t seen_ = 0;  ///< statements among the steps
};

}  // namespace pgfence::extract

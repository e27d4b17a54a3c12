#pragma once
// What has to go along where a fix moves a statement behind its file.

#include <cstddef>
#include <optional>
#include <vector>

#include "analyze/kit/statement_order.h"
#include "analyze/lower/lowered.h"
#include "core/analysis.h"

namespace pgfence::pipeline {

/// The statements of one file; it must live as long.
class FileOrder {
public:
    explicit FileOrder(const AnalyzedFile& file);

    /// Those behind it that must not run before it, nor before another of them, in order. `does`: what it is about
    /// where the statement is a DO block; else null. Nothing where they are too many, or were too many to ask; where
    /// one of them stands in another branch of the program; and where one takes the place of what an earlier statement,
    /// which stays, has renamed or dropped: in between there would be nothing.
    std::optional<std::vector<std::size_t>> along_with(std::size_t statement, const std::vector<Action>* does);
    const OrderedStatement& at(std::size_t statement);
    /// Whether to parse the statement for what it renames.
    bool may_rename(std::size_t statement) const;
    std::size_t size() const { return read_.size(); }

private:
    bool is_made_before(std::size_t statement);
    bool leaves_gap(std::size_t statement, const std::vector<std::size_t>& along);

    struct Read {
        Lowered lowered;
        std::optional<OrderedStatement> ordered;
    };
    const AnalyzedFile& file_;
    std::vector<Read> read_;
};

}  // namespace pgfence::pipeline

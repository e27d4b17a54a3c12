#include "pipeline/moved_along.h"

#include <algorithm>
#include <variant>

#include "analyze/lower/lower.h"

namespace pgfence::pipeline {
namespace {

constexpr std::size_t kMostAlong = 5;      // more than that is another migration
constexpr std::size_t kMostBehind = 1000;  // hundreds of statements may have fixes, and each asks all behind it
const std::vector<Action> kUnread;

}  // namespace

FileOrder::FileOrder(const AnalyzedFile& file) : file_(file), read_(file.statements.size()) {}

const OrderedStatement& FileOrder::at(std::size_t statement) {
    Read& read = read_.at(statement);
    const AnalyzedStatement& own = file_.statements[statement];
    if (!read.ordered) {
        read.lowered = lower(own.sql);
        const auto& all = read.lowered.statements;
        read.ordered.emplace(ordered(own.sql, all.size() == 1 ? all.front().actions : kUnread, own.effects));
    }
    return *read.ordered;
}

std::optional<std::vector<std::size_t>> FileOrder::along_with(std::size_t statement, const std::vector<Action>* does) {
    if (read_.size() - statement > kMostBehind) return std::nullopt;
    const OrderedStatement own =
        does ? ordered(file_.statements[statement].sql, *does, file_.statements[statement].effects) : at(statement);
    std::vector<std::size_t> along;
    for (std::size_t i = statement + 1; i < read_.size(); ++i) {
        const auto waits_for = [&](const OrderedStatement& earlier) { return !may_change_places(earlier, at(i)); };
        const bool waits = waits_for(own) || std::any_of(along.begin(), along.end(),
                                                         [&](std::size_t other) { return waits_for(at(other)); });
        if (waits) along.push_back(i);
        if (along.size() > kMostAlong) return std::nullopt;
    }
    return along;
}

}  // namespace pgfence::pipeline

#include "pipeline/moved_along.h"

#include <algorithm>
#include <variant>

#include "analyze/lower/lower.h"
#include "core/text.h"

namespace pgfence::pipeline {
namespace {

constexpr std::size_t kMostAlong = 5;      // more than that is another migration
constexpr std::size_t kMostBehind = 1000;  // hundreds of statements may have fixes, and each asks all behind it
const std::vector<Action> kUnread;

std::string part_of(const Name& table, std::string_view kind, std::string_view name = {}) {
    return table.name + " " + std::string(kind) + " " + std::string(name);
}

bool is_unique(const Constraint& constraint) {
    return constraint.type == ConstraintType::unique || constraint.type == ConstraintType::primary_key;
}

/// Columns, which a run makes once.
std::vector<std::string> made_by(const std::vector<Action>& actions) {
    std::vector<std::string> made;
    for (const Action& action : actions)
        if (const auto* alter = std::get_if<AlterTable>(&action))
            for (const AlterTableCmd& cmd : alter->cmds)
                if (cmd.subtype == AlterTableType::AddColumn && cmd.column && !cmd.missing_ok)
                    made.push_back(part_of(alter->name, "column", cmd.column->name));
    return made;
}

/// Names that code goes by, and what a table is kept unique by.
std::vector<std::string> taken_by(const std::vector<Action>& actions) {
    std::vector<std::string> taken;
    for (const Action& action : actions) {
        if (const auto* rename = std::get_if<Rename>(&action); rename && rename->part.empty())
            taken.push_back(part_of({"", rename->new_name}, "itself"));
        if (const auto* alter = std::get_if<AlterTable>(&action))
            for (const AlterTableCmd& cmd : alter->cmds)
                if (cmd.subtype == AlterTableType::AddConstraint && cmd.constraint && is_unique(*cmd.constraint))
                    taken.push_back(part_of(alter->name, "constraint"));
    }
    return taken;
}
std::vector<std::string> freed_by(const std::vector<Action>& actions) {
    std::vector<std::string> freed;
    for (const Action& action : actions) {
        if (const auto* rename = std::get_if<Rename>(&action); rename && rename->part.empty())
            freed.push_back(part_of(rename->relation, "itself"));
        if (const auto* alter = std::get_if<AlterTable>(&action))
            for (const AlterTableCmd& cmd : alter->cmds)
                if (cmd.subtype == AlterTableType::DropConstraint) freed.push_back(part_of(alter->name, "constraint"));
    }
    return freed;
}

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

bool FileOrder::may_rename(std::size_t statement) const {
    return contains(lower_case(file_.statements[statement].sql), "rename");
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
        if (!waits) continue;
        // What it makes is there already: it stands in a branch that excludes the one of the statement.
        if (is_made_before(i)) return std::nullopt;
        along.push_back(i);
        if (along.size() > kMostAlong) return std::nullopt;
    }
    if (std::any_of(along.begin(), along.end(), [&](std::size_t i) { return leaves_gap(i, along); }))
        return std::nullopt;
    return along;
}

bool FileOrder::is_made_before(std::size_t statement) {
    const std::vector<std::string> made = made_by(at(statement).actions);
    for (std::size_t i = 0; !made.empty() && i < statement; ++i)
        for (const std::string& name : made_by(at(i).actions))
            if (std::find(made.begin(), made.end(), name) != made.end()) return true;
    return false;
}

bool FileOrder::leaves_gap(std::size_t statement, const std::vector<std::size_t>& along) {
    const std::vector<std::string> taken = taken_by(at(statement).actions);
    for (std::size_t i = 0; !taken.empty() && i < statement; ++i) {
        if (std::find(along.begin(), along.end(), i) != along.end()) continue;
        for (const std::string& name : freed_by(at(i).actions))
            if (std::find(taken.begin(), taken.end(), name) != taken.end()) return true;
    }
    return false;
}

}  // namespace pgfence::pipeline

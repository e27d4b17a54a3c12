#include "analyze/kit/cleared_first.h"

#include <algorithm>
#include <vector>

namespace pgfence {
namespace {

struct Made {
    ObjectType object;
    Name name;
};

/// What one has to drop so that the action can be run again: any of these.
std::vector<Made> made_by(const Action& action) {
    if (const auto* table = std::get_if<CreateTable>(&action)) return {{ObjectType::table, table->name}};
    if (const auto* index = std::get_if<CreateIndex>(&action)) {
        if (index->name.empty()) return {{ObjectType::table, index->table}};
        return {{ObjectType::index, {index->table.schema, index->name}}, {ObjectType::table, index->table}};
    }
    if (const auto* sequence = std::get_if<CreateSequence>(&action)) return {{ObjectType::sequence, sequence->name}};
    if (const auto* schema = std::get_if<CreateSchema>(&action)) return {{ObjectType::schema, {"", schema->name}}};
    return {};
}

bool may_be_one(const Name& a, const Name& b) {
    return a.name == b.name && (a.schema.empty() || b.schema.empty() || a.schema == b.schema);
}

bool drops(const Action& action, const std::vector<Made>& any, bool asks_first) {
    const auto* drop = std::get_if<Drop>(&action);
    if (!drop || (asks_first && !drop->if_exists)) return false;
    return std::any_of(any.begin(), any.end(), [&](const Made& made) {
        return drop->object == made.object &&
               std::any_of(drop->names.begin(), drop->names.end(),
                           [&](const Name& name) { return may_be_one(name, made.name); });
    });
}

bool drops_in_block(const Action& action, const std::vector<Made>& any) {
    const auto* block = std::get_if<DoBlock>(&action);
    if (!block || !block->runs) return false;
    const auto& statements = block->runs->statements;
    return std::any_of(statements.begin(), statements.end(), [&](const BodyStatement& statement) {
        return std::any_of(statement.actions.begin(), statement.actions.end(),
                           [&](const Action& inner) { return drops(inner, any, false); });
    });
}

}  // namespace

Cleared cleared_before(const Action& makes, std::span<const Earlier> earlier) {
    const std::vector<Made> any = made_by(makes);
    Cleared found = Cleared::no;
    for (const Earlier& one : earlier) {
        if (drops(*one.action, any, true)) return Cleared::always;
        if (drops_in_block(*one.action, any)) found = Cleared::in_a_block;
    }
    return found;
}

}  // namespace pgfence

// Which sequences a query draws from or sets: each is locked ROW EXCLUSIVE until the transaction ends
// (lock_and_open_sequence in sequence.c), by nextval, currval, setval and the defaults that call nextval.

#include <algorithm>
#include <array>

#include "analyze/model/statements.h"

namespace pgfence {

Name name_of_sequence(std::string text) {
    std::erase(text, '"');
    const auto dot = text.find('.');
    return dot == std::string::npos ? Name{"", text} : Name{text.substr(0, dot), text.substr(dot + 1)};
}

namespace {

void lock_drawn(Answer& answer, const Relation* sequence) {
    if (sequence && sequence->kind == RelationKind::sequence)
        answer.lock(*sequence, LockMode::RowExclusive, LockRole::sequence_in_use);
}

const Relation* owned_by_column(const Catalog& catalog, const Relation& table, std::string_view column) {
    for (const Relation* sequence : catalog.sequences_owned_by(table.id))
        if (sequence->sequence.owner_column == column) return sequence;
    return nullptr;
}

/// build_column_default: an identity column's own sequence, or the one that the default names.
const Relation* sequence_behind(const Catalog& catalog, const Relation& table, const Column& column) {
    if (column.identity) return owned_by_column(catalog, table, column.name);
    const std::string drawn = column.default_expr ? sequence_of(*column.default_expr) : std::string();
    return drawn.empty() ? nullptr : catalog.find(name_of_sequence(drawn));
}

bool is_given(const GivenColumns& given, const std::string& column, std::size_t position) {
    const auto named = std::find(given.names.begin(), given.names.end(), column);
    const bool listed = !given.names.empty();
    if (listed && named == given.names.end()) return false;
    const std::size_t at = listed ? static_cast<std::size_t>(named - given.names.begin()) : position;
    if (!listed && !given.all && at >= given.first) return false;
    return !std::binary_search(given.defaulted.begin(), given.defaulted.end(), at);
}

void lock_defaults_of(Answer& answer, const Relation& table, const GivenColumns& given) {
    for (std::size_t i = 0; i < table.columns.size(); ++i)
        if (!is_given(given, table.columns[i].name, i))
            lock_drawn(answer, sequence_behind(answer.catalog, table, table.columns[i]));
}

bool opens_sequence(const FunctionUse& use) {
    constexpr std::array names{"nextval", "setval", "currval"};
    return (use.name.schema.empty() || use.name.schema == "pg_catalog") &&
           std::find(names.begin(), names.end(), use.name.name) != names.end();
}

/// setval(pg_get_serial_sequence('orders', 'id'), ...): the inner call is in the same list.
const Relation* serial_sequence(const Catalog& catalog, const FunctionUse& use) {
    if (use.name.name != "pg_get_serial_sequence" || use.literals.size() < 2) return nullptr;
    const Relation* table = catalog.find(name_of_sequence(use.literals[0]));
    return table ? owned_by_column(catalog, *table, use.literals[1]) : nullptr;
}

}  // namespace

void lock_sequences_in_use(Answer& answer, const Dml& dml) {
    const auto& functions = dml.query.functions;
    if (std::any_of(functions.begin(), functions.end(), opens_sequence))
        for (const FunctionUse& use : functions) {
            if (opens_sequence(use) && !use.literals.empty())
                lock_drawn(answer, answer.catalog.find(name_of_sequence(use.literals.front())));
            lock_drawn(answer, serial_sequence(answer.catalog, use));
        }
    if (dml.kind != Dml::Kind::insert && dml.kind != Dml::Kind::copy_from) return;
    for (const RangeUse& use : dml.query.relations)
        if (use.how == RangeUse::How::insert)
            if (const Relation* table = answer.catalog.find(use.name)) lock_defaults_of(answer, *table, dml.given);
}

}  // namespace pgfence

// Keys that refer to a column, and columns that refer to one whose type changes.

#include <algorithm>

#include "extract/python/django_schema.h"

namespace pgfence::extract {
namespace {

constexpr int kRebuildsHiddenKeys = 40;
constexpr int kIdentity = 41;

}  // namespace

bool DjangoSchema::drop_key(const DjangoModel& model, const DjangoField& field) {
    const std::vector<std::string> columns{field.column()};
    // What is made at the end of the migration Django does not find in the database.
    for (const Deferred& later : deferred_)
        if (later.is_key() && later.table == model.table && later.columns == columns) return false;
    const std::string name =
        quote_name(present_name(DjangoNames::Of::key, model.table, columns, key_suffix(model, field)));
    send("SET CONSTRAINTS " + name + " IMMEDIATE");
    send("ALTER TABLE " + quote_name(model.table) + " DROP CONSTRAINT " + name);
    out_.drops(ConstraintType::foreign_key);
    return true;
}

// _related_non_m2m_objects
std::vector<DjangoSchema::Relation> DjangoSchema::relations_to(const DjangoModel& model, const DjangoField& field) {
    std::vector<Relation> all;
    const auto consider = [&](const DjangoModel& other, const DjangoField& key, bool hidden) {
        const DjangoModel* target = key.is_key() ? state_.target(other, key.get("to")) : nullptr;
        if (!target || target->table != model.table) return;
        const Value* named = key.get("to_field");
        const bool to_it = named && named->is_text() ? named->text == field.name : field.primary_key();
        if (to_it) all.push_back({other, key, hidden});
    };
    for (const auto& [path, other] : state_.models) {
        if (!other.exists) continue;
        for (const DjangoField& key : other.fields) {
            const Value* name = key.get("related_name");
            consider(other, key, name && name->is_text() && name->text.ends_with('+'));
            if (!key.is_many_to_many() || key.get("through")) continue;
            const DjangoModel between = through(other, key);
            for (const DjangoField& end : between.fields) consider(between, end, true);
        }
    }
    return all;
}

void DjangoSchema::retype_relations(const std::vector<Relation>& relations, const std::string& type) {
    for (const auto& [model, field, hidden] : relations)
        send("ALTER TABLE " + quote_name(model.table) + " ALTER COLUMN " + quote_name(field.column()) + " TYPE " +
             type + " USING " + quote_name(field.column()) + "::" + type);
}

void DjangoSchema::rebuild_keys(const std::vector<Relation>& relations) {
    for (const auto& [model, field, hidden] : relations)
        if (field.constrained() && (!hidden || version_ >= kRebuildsHiddenKeys))
            send("ALTER TABLE " + quote_name(model.table) + " " + key_clause(model, field, "_fk"));
}

void DjangoSchema::retype_sequence(const DjangoModel& model, const DjangoField& field) {
    const std::string table = quote_name(model.table), column = quote_name(field.column());
    const std::string sequence = quote_name(strip_quotes(model.table) + "_" + field.column() + "_seq");
    if (version_ >= kIdentity) return send("ALTER SEQUENCE IF EXISTS " + sequence + " AS " + plain_type(field));
    send("DROP SEQUENCE IF EXISTS " + sequence + " CASCADE");
    send("CREATE SEQUENCE " + sequence);
    send("ALTER TABLE " + table + " ALTER COLUMN " + column + " SET DEFAULT nextval('" + sequence + "')");
    send("SELECT setval('" + sequence + "', MAX(" + column + ")) FROM " + table);
    send("ALTER SEQUENCE " + sequence + " OWNED BY " + table + "." + column);
}

}  // namespace pgfence::extract

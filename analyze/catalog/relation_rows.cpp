#include "analyze/catalog/relation_rows.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "analyze/catalog/extension_functions.h"

namespace pgfence {
namespace {

using Columns = std::map<std::string, std::string>;
using Truth = std::optional<bool>;  // nothing: not known

/// pg_class.relkind
std::string_view letter_of(RelationKind kind) {
    switch (kind) {
        case RelationKind::table: return "r";
        case RelationKind::partitioned_table: return "p";
        case RelationKind::index: return "i";
        case RelationKind::partitioned_index: return "I";
        case RelationKind::sequence: return "S";
        case RelationKind::view: return "v";
        case RelationKind::materialized_view: return "m";
        case RelationKind::foreign_table: return "f";
        case RelationKind::composite_type: return "c";
    }
    return "";
}

/// information_schema.tables.table_type; nothing for what that view leaves out.
std::string_view table_type(const Relation& relation) {
    if (relation.persistence == Persistence::temporary) return "LOCAL TEMPORARY";
    switch (relation.kind) {
        case RelationKind::table:
        case RelationKind::partitioned_table: return "BASE TABLE";
        case RelationKind::view: return "VIEW";
        case RelationKind::foreign_table: return "FOREIGN";
        default: return "";
    }
}

/// information_schema.table_constraints.constraint_type
std::string_view constraint_type(ConstraintType type) {
    switch (type) {
        case ConstraintType::primary_key: return "PRIMARY KEY";
        case ConstraintType::unique: return "UNIQUE";
        case ConstraintType::foreign_key: return "FOREIGN KEY";
        default: return "CHECK";  // of NOT NULL as well
    }
}

/// What the view shows of the relation.
std::vector<RelationRow> shown(const Relation& relation, const Catalog& catalog, RelationLoop::Over over) {
    using Over = RelationLoop::Over;
    const Name& name = relation.name;
    const bool certain = !relation.maybe;
    std::vector<RelationRow> rows;
    const auto add = [&](Columns columns, bool sure) { rows.push_back({std::move(columns), sure}); };
    switch (over) {
        case Over::pg_class:
            add({{"relname", name.name},
                 {"nspname", name.schema},
                 {"relnamespace", name.schema},
                 {"relkind", std::string(letter_of(relation.kind))},
                 {"relispartition", relation.table.is_partition ? "true" : "false"},
                 {"relpersistence", std::string(1, static_cast<char>(relation.persistence))}},
                certain);
            break;
        case Over::pg_tables:
            if (relation.is_table()) add({{"schemaname", name.schema}, {"tablename", name.name}}, certain);
            break;
        case Over::pg_indexes:
            if (relation.kind != RelationKind::index && relation.kind != RelationKind::partitioned_index) break;
            if (const Relation* table = catalog.get(relation.index.table))
                add({{"schemaname", name.schema}, {"tablename", table->name.name}, {"indexname", name.name}}, certain);
            break;
        case Over::pg_constraint:
            for (const TableConstraint& constraint : relation.table.constraints)
                add({{"conname", constraint.name}}, certain && !constraint.maybe);
            break;
        case Over::information_schema_tables:
            if (!table_type(relation).empty())
                add({{"table_schema", name.schema},
                     {"table_name", name.name},
                     {"table_type", std::string(table_type(relation))}},
                    certain);
            break;
        case Over::information_schema_columns:
            if (table_type(relation).empty()) break;
            for (const Column& column : relation.columns)
                add({{"table_schema", name.schema}, {"table_name", name.name}, {"column_name", column.name}},
                    certain && !column.maybe);
            break;
        case Over::information_schema_constraints:
            for (const TableConstraint& constraint : relation.table.constraints)
                if (constraint.type != ConstraintType::exclusion)
                    add({{"constraint_schema", name.schema},
                         {"constraint_name", constraint.name},
                         {"constraint_type", std::string(constraint_type(constraint.type))},
                         {"table_schema", name.schema},
                         {"table_name", name.name}},
                        certain && !constraint.maybe);
            break;
    }
    return rows;
}

bool matches(std::string_view text, std::string_view pattern) {
    std::size_t t = 0, p = 0, star = std::string_view::npos, resume = 0;
    while (t < text.size()) {
        const bool escaped = p + 1 < pattern.size() && pattern[p] == '\\';
        if (p < pattern.size() && pattern[p] == '%') {
            star = p++;
            resume = t;
        } else if (p < pattern.size() &&
                   (escaped ? pattern[p + 1] == text[t] : pattern[p] == '_' || pattern[p] == text[t])) {
            p += escaped ? 2 : 1;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('%', p) == std::string_view::npos;
}

/// = ANY (current_schemas(false))
bool is_search_path(const Expr& e) {
    return e.text == "ANY" && e.args.size() == 2 && e.name.name == "=" && e.args[1].kind == Expr::Kind::call &&
           e.args[1].name.name == "current_schemas";
}

/// The condition of WHERE for one row.
class RowCondition {
public:
    RowCondition(const Columns& row, const Catalog& catalog) : row_(row), catalog_(catalog) {}

    Truth holds(const Expr& e) const {
        switch (e.kind) {
            case Expr::Kind::and_: return all(e.args);
            case Expr::Kind::or_: return any(e.args);
            case Expr::Kind::not_: return negated(holds(e.args.front()));
            case Expr::Kind::op: return comparison(e);
            case Expr::Kind::column:
            case Expr::Kind::constant: return is_true(e);
            default: return std::nullopt;
        }
    }

    /// What it stands for in that row.
    std::optional<std::string> text(const Expr& e) const {
        if (e.kind == Expr::Kind::constant) return e.text;
        if (e.kind == Expr::Kind::cast) return text(e.args.front());
        if (e.kind == Expr::Kind::call && e.name.name == "current_schema") return current_schema();
        if (e.kind == Expr::Kind::sql_value && e.text == "CURRENT_SCHEMA") return current_schema();
        if (e.kind != Expr::Kind::column) return std::nullopt;
        const auto found = row_.find(e.text);
        return found == row_.end() ? std::nullopt : std::optional(found->second);
    }

private:
    static Truth negated(Truth truth) { return truth ? Truth(!*truth) : truth; }

    Truth all(const std::vector<Expr>& args) const {
        Truth result = true;
        for (const Expr& arg : args) {
            const Truth truth = holds(arg);
            if (truth == false) return false;
            if (!truth) result = std::nullopt;
        }
        return result;
    }
    Truth any(const std::vector<Expr>& args) const {
        Truth result = false;
        for (const Expr& arg : args) {
            const Truth truth = holds(arg);
            if (truth == true) return true;
            if (!truth) result = std::nullopt;
        }
        return result;
    }
    Truth is_true(const Expr& e) const {
        const auto value = text(e);
        return value ? Truth(*value == "true") : std::nullopt;
    }

    std::string current_schema() const { return catalog_.creation_name({}).schema; }

    /// pg_namespace's rows are those that pg_class points at.
    static bool joins_schema(const Expr& a, const Expr& b) {
        const auto is = [](const Expr& e, std::string_view column) {
            return e.kind == Expr::Kind::column && e.text == column;
        };
        return (is(a, "oid") && is(b, "relnamespace")) || (is(a, "relnamespace") && is(b, "oid"));
    }

    Truth comparison(const Expr& e) const {
        if (e.text == "IN") return among(e);
        if (e.args.size() != 2 || (!e.text.empty() && e.text != "LIKE")) return any_or_all(e);
        if (e.name.name == "=" && joins_schema(e.args[0], e.args[1])) return true;
        return compare(e.name.name, e.args[0], e.args[1]);
    }
    Truth compare(std::string_view op, const Expr& a, const Expr& b) const {
        const auto left = text(a), right = text(b);
        if (!left || !right) return std::nullopt;
        if (op == "=") return *left == *right;
        if (op == "<>") return *left != *right;
        if (op == "~~") return matches(*left, *right);
        if (op == "!~~") return !matches(*left, *right);
        return std::nullopt;
    }
    /// NOT IN is an IN whose operator is <>: all of them differ.
    Truth among(const Expr& e) const {
        const bool differ = e.name.name == "<>";
        Truth result = differ;
        for (std::size_t i = 1; i < e.args.size(); ++i) {
            const Truth one = compare(e.name.name, e.args.front(), e.args[i]);
            if (one == !differ) return !differ;
            if (!one) result = std::nullopt;
        }
        return result;
    }
    /// = ANY (current_schemas(false)): of several schemas, one in front may hide what is in another.
    Truth in_search_path(const Expr& e) const {
        const auto schema = text(e);
        if (!schema) return std::nullopt;
        if (*schema == current_schema()) return true;
        const auto& path = catalog_.search_path();
        return std::find(path.begin(), path.end(), *schema) == path.end() ? Truth(false) : std::nullopt;
    }
    /// = ANY (ARRAY['a', 'b'])
    Truth any_or_all(const Expr& e) const {
        if (is_search_path(e)) return in_search_path(e.args[0]);
        if (e.text != "ANY" || e.args.size() != 2 || e.args[1].kind != Expr::Kind::list) return std::nullopt;
        Truth result = false;
        for (const Expr& element : e.args[1].args) {
            const Truth one = compare(e.name.name, e.args[0], element);
            if (one == true) return true;
            if (!one) result = std::nullopt;
        }
        return result;
    }

    const Columns& row_;
    const Catalog& catalog_;
};

}  // namespace

std::vector<RelationRow> rows_of(const Catalog& catalog, const RelationLoop& loop) {
    std::vector<RelationRow> rows;
    for (const auto& [id, relation] : catalog.relations())
        for (RelationRow& row : shown(relation, catalog, loop.over)) {
            const Truth holds = loop.where ? RowCondition(row.columns, catalog).holds(*loop.where) : Truth(true);
            if (holds == false) continue;
            row.certain = row.certain && holds.has_value();
            rows.push_back(std::move(row));
        }
    return rows;
}

namespace {

/// The question is about a column of a table that is known: whatever else there is beside it (system catalogs, tables
/// of extensions, constraints of domains) is no answer.
bool asks_for_column_of_known(const Catalog& catalog, const RelationLoop& rows) {
    if (rows.over != RelationLoop::Over::information_schema_columns || !rows.where) return false;
    bool any = false;
    for (const auto& [id, relation] : catalog.relations())
        for (RelationRow& row : shown(relation, catalog, RelationLoop::Over::information_schema_tables)) {
            if (RowCondition(row.columns, catalog).holds(*rows.where) == false) continue;
            if (!row.certain || !relation.columns_known) return false;
            any = true;
        }
    return any;
}

/// What `column` has to be, as a part of the condition; null when it may be anything.
const Expr* compared(const Expr& where, std::string_view column) {
    if (where.kind == Expr::Kind::and_) {
        for (const Expr& part : where.args)
            if (const Expr* value = compared(part, column)) return value;
        return nullptr;
    }
    if (where.kind != Expr::Kind::op || where.name.name != "=" || where.args.size() != 2) return nullptr;
    if (!where.text.empty() && where.text != "IN" && !is_search_path(where)) return nullptr;
    return where.args[0].kind == Expr::Kind::column && where.args[0].text == column ? &where.args[1] : nullptr;
}

/// The question is about one table of a schema that was read whole: the catalog would have it. Elsewhere there are
/// others (system catalogs, schemas that the dump left out).
bool asks_for_one_table(const Catalog& catalog, const RelationLoop& rows) {
    if (rows.over != RelationLoop::Over::information_schema_tables || !rows.where) return false;
    const Expr* schema = compared(*rows.where, "table_schema");
    return schema && compared(*rows.where, "table_name") &&
           (schema->kind != Expr::Kind::constant || catalog.knows_what_is_absent({schema->text, ""}));
}

/// The columns by which the view names a relation; empty: it is not about relations, or lists no tables.
std::pair<std::string_view, std::string_view> schema_and_name(RelationLoop::Over over) {
    using Over = RelationLoop::Over;
    switch (over) {
        case Over::pg_tables: return {"schemaname", "tablename"};
        case Over::pg_class: return {"nspname", "relname"};
        case Over::information_schema_tables:
        case Over::information_schema_columns:
        case Over::information_schema_constraints: return {"table_schema", "table_name"};
        default: return {};
    }
}

/// What the condition spells out for the column, as a part of it: column = 'value'.
std::optional<std::string> spelled_out(const Catalog& catalog, const Expr& where, std::string_view column) {
    if (where.kind == Expr::Kind::and_)
        for (const Expr& part : where.args)
            if (auto value = spelled_out(catalog, part, column)) return value;
    const bool equals =
        where.kind == Expr::Kind::op && where.name.name == "=" && where.text.empty() && where.args.size() == 2;
    if (!equals || where.args[0].kind != Expr::Kind::column || where.args[0].text != column) return std::nullopt;
    const Columns none;
    return RowCondition(none, catalog).text(where.args[1]);
}

/// The one relation that the question is about.
std::optional<Name> asked_for(const Catalog& catalog, const RelationLoop& rows) {
    const auto [schema_column, name_column] = schema_and_name(rows.over);
    if (name_column.empty() || !rows.where) return std::nullopt;
    auto schema = spelled_out(catalog, *rows.where, schema_column),
         name = spelled_out(catalog, *rows.where, name_column);
    return schema && name ? std::optional(Name{std::move(*schema), std::move(*name)}) : std::nullopt;
}

/// Of a relation that a migration dropped there is nothing; of a table that the change made, nothing but what is known.
/// Of a schema that was read whole other questions are asked.
bool is_known_to_have_none(const Catalog& catalog, const RelationLoop& rows) {
    const auto name = asked_for(catalog, rows);
    if (!name) return false;
    if (!catalog.complete() && catalog.is_absent(*name)) return true;
    const Relation* relation = catalog.find(*name);
    return relation && rows.over == RelationLoop::Over::information_schema_columns && !relation->existing &&
           !relation->probably_new && !relation->maybe && relation->columns_known;
}

std::optional<bool> has_rows(const Catalog& catalog, const RelationLoop& asked) {
    const std::vector<RelationRow> rows = rows_of(catalog, asked);
    if (std::any_of(rows.begin(), rows.end(), [](const RelationRow& row) { return row.certain; })) return true;
    if (!rows.empty()) return std::nullopt;
    if (is_known_to_have_none(catalog, asked)) return false;
    const bool would_be_seen =
        catalog.complete() && (asks_for_column_of_known(catalog, asked) || asks_for_one_table(catalog, asked));
    return would_be_seen ? std::optional(false) : std::nullopt;
}

std::optional<bool> has_relation(const Catalog& catalog, const Name& name) {
    if (const Relation* relation = catalog.find(name)) return relation->maybe ? std::nullopt : std::optional(true);
    return catalog.is_absent(name) ? std::optional(false) : std::nullopt;
}

/// One part that is `deciding` decides.
std::optional<bool> joined_answer(const Catalog& catalog, const std::vector<CatalogQuestion>& parts, bool deciding) {
    std::optional<bool> joined = !deciding;
    for (const CatalogQuestion& part : parts) {
        const auto answer = answer_of(catalog, part);
        if (answer == deciding) return deciding;
        if (!answer) joined = std::nullopt;
    }
    return joined;
}

std::optional<bool> is_so(const Catalog& catalog, const CatalogQuestion& question) {
    using enum CatalogQuestion::Asks;
    switch (question.asks) {
        case rows: return has_rows(catalog, question.rows);
        case relation: return has_relation(catalog, name_in_text(question.relation));
        case all: return joined_answer(catalog, question.parts, false);
        case any: return joined_answer(catalog, question.parts, true);
        case other: break;
    }
    return std::nullopt;
}

void assume(const Catalog& catalog, const Name& absent, Assumed& assumed) {
    assumed.against_history |= catalog.find(absent) || catalog.told_of(absent);
    assumed.absent.push_back(absent);
}

/// `so`: the question's answer where the branch runs.
void assume(const Catalog& catalog, const CatalogQuestion& question, bool so, Assumed& assumed) {
    using enum CatalogQuestion::Asks;
    const bool each_part_is_told = (question.asks == all && so) || (question.asks == any && !so);
    if (each_part_is_told)
        for (const CatalogQuestion& part : question.parts) assume(catalog, part, so == part.when_found, assumed);
    if (so) return;
    if (question.asks == relation) assume(catalog, catalog.resolve(name_in_text(question.relation)), assumed);
    if (question.asks != rows) return;
    using Over = RelationLoop::Over;
    const bool of_relations =
        question.rows.over == Over::information_schema_tables || question.rows.over == Over::pg_tables;
    const auto name = asked_for(catalog, question.rows);
    if (name && of_relations) assume(catalog, *name, assumed);
}

}  // namespace

std::optional<bool> answer_of(const Catalog& catalog, const CatalogQuestion& question) {
    const auto so = is_so(catalog, question);
    return so ? std::optional(*so == question.when_found) : std::nullopt;
}

Assumed assumed_by(const Catalog& catalog, const CatalogQuestion& question) {
    Assumed assumed;
    assume(catalog, question, question.when_found, assumed);
    return assumed;
}

}  // namespace pgfence

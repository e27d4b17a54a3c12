// The catalog against real servers: tests/observed/catalog.txt holds what PostgreSQL 11 to 19 ended up with after each
// case's statements, written by tests/observed/record_catalog. Replaying the same statements must end in the same
// lines.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "analyze/catalog/replay.h"
#include "analyze/lower/lower.h"

using namespace pgfence;

namespace {

struct Observation {
    std::vector<int> majors;
    std::set<std::size_t> failed;
    std::vector<std::string> lines;
};

struct Case {
    std::string name;
    std::vector<std::string> statements;
    std::vector<Observation> observations;
};

template <class T>
std::vector<T> numbers(const std::string& text) {
    std::istringstream in(text);
    std::vector<T> all;
    for (T n; in >> n;) all.push_back(n);
    return all;
}

std::vector<Case> recorded() {
    std::ifstream in(std::string(PGFENCE_SOURCE_DIR) + "/tests/observed/catalog.txt");
    std::vector<Case> cases;
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("== ")) {
            cases.push_back({line.substr(3), {}, {}});
        } else if (line.starts_with("sql ")) {
            cases.back().statements.push_back(line.substr(4));
        } else if (line.starts_with("-- ")) {
            cases.back().observations.push_back({numbers<int>(line.substr(3)), {}, {}});
        } else if (line.starts_with("failed ")) {
            for (const std::size_t n : numbers<std::size_t>(line.substr(7)))
                cases.back().observations.back().failed.insert(n);
        } else {
            cases.back().observations.back().lines.push_back(line);
        }
    }
    return cases;
}

std::string full(const Name& name) { return name.schema + "." + name.name; }

std::string list(std::vector<std::string> names, bool sorted = true) {
    if (sorted) std::sort(names.begin(), names.end());
    std::string all;
    for (const std::string& name : names) all += (all.empty() ? "" : ",") + name;
    return "(" + all + ")";
}

char letter(ConstraintType type) {
    switch (type) {
        case ConstraintType::primary_key: return 'p';
        case ConstraintType::unique: return 'u';
        case ConstraintType::exclusion: return 'x';
        case ConstraintType::foreign_key: return 'f';
        case ConstraintType::not_null: return 'n';
        default: return 'c';
    }
}

/// The server's names for the types that the parser leaves as written.
std::string type_name(const TypeName& type) {
    std::string name = type.name.name;
    for (int i = 0; i < std::min(type.array_dimensions, 1); ++i) name += "[]";
    return name;
}

class Dump {
public:
    /// Types are looked up by the names the server knows them by: the catalog has no list of them.
    Dump(const Catalog& catalog, int version, const std::vector<std::string>& seen)
        : catalog_(catalog), version_(version) {
        for (const std::string& line : seen) {
            std::istringstream words(line);
            std::string kind, name;
            words >> kind >> name;
            const Name type{name.substr(0, name.find('.')), name.substr(name.find('.') + 1)};
            if (const Enum* e = kind == "enum" ? catalog.find_enum(type) : nullptr)
                types_.push_back("enum " + name + " " + joined(e->labels));
            if (const Domain* d = kind == "domain" ? catalog.find_domain(type) : nullptr)
                types_.push_back(domain_line(name, *d));
        }
    }

    std::vector<std::string> lines() {
        for (const auto& [id, relation] : catalog_.relations()) relation_lines(relation);
        for (const std::string& line : types_) lines_.push_back(line);
        std::sort(lines_.begin(), lines_.end());
        return lines_;
    }

private:
    static std::string joined(const std::vector<std::string>& names) {
        return list(names, false).substr(1, list(names, false).size() - 2);
    }

    static std::string domain_line(const std::string& name, const Domain& domain) {
        std::vector<std::string> checks;
        for (const TableConstraint& check : domain.checks) checks.push_back(check.name);
        std::sort(checks.begin(), checks.end());
        return "domain " + name + " " + domain.base.name.name + (domain.not_null ? " not null" : "") +
               (checks.empty() ? "" : " " + joined(checks));
    }

    void relation_lines(const Relation& r) {
        const std::string suffix = r.persistence == Persistence::unlogged    ? " unlogged"
                                   : r.persistence == Persistence::temporary ? " temporary"
                                                                             : "";
        // Before 16 the index of an unlogged table was unlogged; the sequence became so in 15.
        const bool follows = r.kind != RelationKind::sequence || version_ >= 15;
        lines_.push_back(std::string(name_of(r.kind)) + " " + full(r.name) +
                         (follows || suffix != " unlogged" ? suffix : ""));
        const bool has_columns =
            r.is_table() || r.kind == RelationKind::foreign_table || r.kind == RelationKind::composite_type;
        if (has_columns) column_lines(r);
        for (const TableConstraint& c : r.table.constraints) constraint_line(r, c);
        if (r.index.table) index_line(r);
        for (const RelationId parent : r.table.parents)
            lines_.push_back("inherits " + full(r.name) + " " + full(catalog_.get(parent)->name) +
                             (r.table.is_partition ? " partition" : ""));
        if (r.sequence.owner_table)
            lines_.push_back("owned " + full(r.name) + " by " + full(catalog_.get(r.sequence.owner_table)->name) + "." +
                             r.sequence.owner_column);
        for (const RelationId read : r.view.reads)
            lines_.push_back("view " + full(r.name) + " reads " + full(catalog_.get(read)->name));
        for (const TriggerInfo& trigger : r.triggers) lines_.push_back("trigger " + full(r.name) + "." + trigger.name);
        for (const ExtendedStatistics& s : r.table.statistics)
            lines_.push_back("statistics " + full(s.name) + " on " + full(r.name) + " " + list(s.columns));
    }

    void column_lines(const Relation& r) {
        for (const Column& c : r.columns) {
            std::string line = "column " + full(r.name) + "." + c.name + " " + type_name(c.type);
            if (c.not_null) line += " not null";
            if (c.default_expr && !c.generated) line += " default";
            if (c.identity) line += " identity";
            if (c.generated) line += " generated";
            if (c.inherited) line += " inherited";
            if (r.columns_known && !c.type.name.empty()) lines_.push_back(line);
            if (!c.not_null_constraint.empty())
                lines_.push_back("constraint " + full(r.name) + "." + c.not_null_constraint + " n (" + c.name + ")" +
                                 (c.not_null_valid ? "" : " not valid"));
        }
    }

    void constraint_line(const Relation& r, const TableConstraint& c) {
        std::string line = "constraint " + full(r.name) + "." + c.name + " " + letter(c.type) + " " + list(c.columns);
        if (c.type == ConstraintType::foreign_key)
            line += " -> " + full(c.referenced_name) + list(c.referenced_columns);
        if (!c.valid) line += " not valid";
        if (c.inherited) line += " inherited";
        lines_.push_back(line);
    }

    void index_line(const Relation& r) {
        const Relation& table = *catalog_.get(r.index.table);
        std::vector<std::string> columns;
        for (const IndexElement& e : r.index.elements) columns.push_back(e.column.empty() ? "expr" : e.column);
        columns.insert(columns.end(), r.index.including.begin(), r.index.including.end());
        std::string line = "index " + full(r.name) + " on " + full(table.name) + " " + list(columns, false);
        if (r.index.unique) line += " unique";
        if (r.index.primary) line += " primary";
        if (!r.index.valid) line += " invalid";
        if (table.table.clustered_on == r.id) line += " clustered";
        if (table.table.replica_identity_index == r.id) line += " replica identity";
        if (r.index.parent) line += " part of " + full(catalog_.get(r.index.parent)->name);
        lines_.push_back(line);
    }

    const Catalog& catalog_;
    int version_;
    std::vector<std::string> types_, lines_;
};

/// Search paths are the caller's business; the cases set theirs by SET.
void run(WritableCatalog& catalog, const std::string& sql, int version) {
    for (const LoweredStatement& statement : lower(sql).statements)
        for (const Action& action : statement.actions) {
            if (const auto* set = std::get_if<SetVariable>(&action); set && set->name == "search_path")
                catalog.set_search_path(set->values);
            replay(catalog, action, version);
        }
}

}  // namespace

TEST_CASE("the catalog ends up as real servers' catalogs do") {
    const auto cases = recorded();
    REQUIRE(cases.size() > 40);
    for (const Case& c : cases)
        for (const Observation& seen : c.observations)
            for (const int major : seen.majors) {
                WritableCatalog catalog;
                for (std::size_t i = 0; i < c.statements.size(); ++i)
                    if (!seen.failed.contains(i + 1)) run(catalog, c.statements[i], major);
                auto server = seen.lines;
                const auto lines = Dump(catalog, major, seen.lines).lines();
                // The columns of CREATE TABLE AS are not known, and by intent.
                std::erase_if(server, [&](const std::string& line) {
                    const auto table = line.substr(0, line.rfind('.'));
                    const auto schema = table.find('.');
                    if (!line.starts_with("column ") || schema == std::string::npos) return false;
                    const Relation* r =
                        std::as_const(catalog).find({table.substr(7, schema - 7), table.substr(schema + 1)});
                    return r && (!r->columns_known || (!r->columns.empty() && r->columns[0].type.name.empty()));
                });
                std::string difference;
                std::vector<std::string> only;
                std::set_difference(server.begin(), server.end(), lines.begin(), lines.end(), std::back_inserter(only));
                for (const std::string& line : only) difference += "\n  server only:  " + line;
                only.clear();
                std::set_difference(lines.begin(), lines.end(), server.begin(), server.end(), std::back_inserter(only));
                for (const std::string& line : only) difference += "\n  catalog only: " + line;
                INFO(c.name << " on " << major << ":" << difference);
                CHECK(difference.empty());
            }
}

#include <algorithm>

#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"
#include "analyze/kit/sql_text.h"

namespace pgfence::rules {
namespace {

/// Such a partition takes the rows without a key: no CHECK of this kind proves that.
bool lists_null(const std::string& values) {
    const auto tokens = sql_tokens(values);
    return !tokens || std::any_of(tokens->begin(), tokens->end(), [](const SqlToken& t) { return t.is("NULL"); });
}

/// The bounds as a CHECK; only for one plain key column, where the clause can be turned round as it stands.
std::optional<std::string> bounds(const Step& step, const Clause& clause) {
    const Relation* parent = step.before.find(clause.statement.name);
    if (!parent || !parent->table.partition_key || !clause.cmd.bound || clause.cmd.bound->is_default)
        return std::nullopt;
    if (parent->table.partition_key->elements.size() != 1 ||
        parent->table.partition_key->elements.front().column.empty())
        return std::nullopt;
    const std::string key = quoted(parent->table.partition_key->elements.front().column);
    if (parent->table.partition_key->strategy == PartitionKey::Strategy::list) {
        const auto values = in_parentheses(step.sql, "IN");
        if (!values || lists_null(*values)) return std::nullopt;
        return fmt::format("{} IS NOT NULL AND {} IN ({})", key, key, *values);
    }
    if (parent->table.partition_key->strategy != PartitionKey::Strategy::range) return std::nullopt;
    const auto from = in_parentheses(step.sql, "FROM"), to = in_parentheses(step.sql, "TO");
    if (!from || !to) return std::nullopt;
    std::string check = key + " IS NOT NULL";
    if (!SqlToken{0, 0, *from}.is("MINVALUE")) check += fmt::format(" AND {} >= {}", key, *from);
    if (!SqlToken{0, 0, *to}.is("MAXVALUE")) check += fmt::format(" AND {} < {}", key, *to);
    return check;
}

bool builds_indexes(const Step& step, const Clause& clause) {
    const std::string partition = step.qualified(clause.cmd.relation);
    return std::any_of(step.effects.work.begin(), step.effects.work.end(), [&](const Work& work) {
        return work.kind == Work::Kind::index_build && work.existing && work.relation == partition;
    });
}

std::optional<Recipe> check_first(const Step& step, const Clause& clause) {
    const auto check = bounds(step, clause);
    if (!check || clause.statement.cmds.size() != 1 || !step.alone) return std::nullopt;
    const std::string table = quoted(clause.cmd.relation), name = quoted(clause.cmd.relation.name + "_bounds");
    Recipe recipe{
        {run(fmt::format("ALTER TABLE {} ADD CONSTRAINT {} CHECK ({}) NOT VALID;", table, name, *check), "instant"),
         run(fmt::format("ALTER TABLE {} VALIDATE CONSTRAINT {};", table, name),
             "scans the table; blocks neither reads nor writes")},
        ""};
    if (builds_indexes(step, clause))
        recipe.steps.push_back(
            advice(fmt::format("build on {} the indexes of {} that it lacks, CONCURRENTLY: attaching builds them too",
                               code(table), clause.table_in_code())));
    recipe.steps.push_back(run(step.sql + ";", "instant: the CHECK proves the bounds"));
    recipe.steps.push_back(together(run(fmt::format("ALTER TABLE {} DROP CONSTRAINT {};", table, name))));
    return recipe;
}

}  // namespace

extern const Rule attach_partition_scan{
    .title = "ATTACH PARTITION scans the whole table",
    .category = Category::scan,
    .why = R"(
Every row of the attached table is checked against the partition's bounds while nobody can read or write it, and every
row of the default partition, if there is one, is checked against the same bounds while nobody can use that.

A validated `CHECK` that says the same as the bounds, `IS NOT NULL` included, spares the reading: add it `NOT VALID`,
validate it, attach, and drop it.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint, day date) PARTITION BY RANGE (day);
CREATE TABLE orders_2024 (id bigint, day date);
-- migration:
ALTER TABLE orders ATTACH PARTITION orders_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
)",
            R"(
DO $$ BEGIN
    ALTER TABLE orders ATTACH PARTITION orders_2024 FOR VALUES FROM ('2024-01-01') TO (MAXVALUE);
END $$;
)"},
    .good = {R"(
CREATE TABLE orders (id bigint, day date) PARTITION BY RANGE (day);
CREATE TABLE orders_2024 (id bigint, day date NOT NULL, CHECK (day >= '2024-01-01' AND day < '2025-01-01'));
-- migration:
ALTER TABLE orders ATTACH PARTITION orders_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
)",
             R"(
CREATE TABLE orders (id bigint, day date) PARTITION BY RANGE (day);
-- migration:
CREATE TABLE orders_2024 (id bigint, day date);
ALTER TABLE orders ATTACH PARTITION orders_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
)"},
    .about = alter_table<AlterTableType::AttachPartition>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        for (const Clause& clause : clauses(step, {AlterTableType::AttachPartition})) {
            if (const Costly work = costly(step, {Cause::attach_partition}, clause.index))
                found.push_back(at(
                    of_work(step, work,
                            fmt::format("{1} {0} to check its rows against the bounds. {2}",
                                        in_code(clause.cmd.relation), work.verb("Scans", "May scan"), work.waiting()),
                            check_first(step, clause)),
                    clause));
            if (const Costly work = costly(step, {Cause::default_partition}, clause.index))
                found.push_back(at(of_work(step, work,
                                           fmt::format("{1} default partition {0} for rows of the new partition. {2}",
                                                       list_in_code(work.relations()), work.verb("Scans", "May scan"),
                                                       work.waiting())),
                                   clause));
        }
        return found;
    },
    .aliases = "attach-partition",
};

}  // namespace pgfence::rules

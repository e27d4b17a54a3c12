#include "analyze/pages/lock_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "analyze/analyze.h"
#include "core/effects.h"
#include "core/lock_mode.h"
#include "core/server_version.h"
#include "core/text.h"

namespace pgfence {
namespace {

constexpr std::string_view kBreak = "<br>";

constexpr std::string_view kIntroduction = R"(# What PostgreSQL's statements lock

Which lock each statement takes, on which relations, what has to wait for it, and whether it causes a full table scan or a
table rewrite. Every line is a real statement on the small tables that its section shows, answered by the model that `pgfence` judges
migrations with, for PostgreSQL {0}. Where versions differ, a statement has a line for each answer.

- **Locks last until the transaction ends**, not until the statement does.
- **A lock that waits blocks as well**: whoever comes after it queues behind it. A statement that takes a moment keeps an
  application waiting for as long as the longest query before it runs: set a short `lock_timeout`.
- **blocks**: *reads and writes*: everything, `SELECT` included. *writes*: `INSERT`, `UPDATE`, `DELETE`, `MERGE`. *DDL only*:
  queries go on; other schema changes, and from SHARE UPDATE EXCLUSIVE on `VACUUM` too, wait.
- An index that is locked with ACCESS EXCLUSIVE keeps readers of its table waiting: planning a query opens every index. Whoever
  writes to a sequence is `nextval`.
- **work**: what is done while the locks are held. A *full scan* reads every row of a table. A *rewrite* copies the table and
  rebuilds its indexes. Rows that a query reads depend on its plan and are not listed. *Not in a transaction block*: refused in one.
- **seen on**: the servers that ran this very statement and locked, scanned and rewrote what the line says. Weaker locks on
  indexes, and index locks of what does not run in a transaction block, are not compared.

This page is generated from `tests/observed/lock_cases.sql` ([how](../CONTRIBUTING.md#change-what-the-model-says)).

## The eight lock modes

)";

std::string code(std::string_view text) { return fmt::format("`{}`", text); }

std::string short_name(std::string_view relation) {
    constexpr std::string_view kPublic = "public.";
    return code(relation.starts_with(kPublic) ? relation.substr(kPublic.size()) : relation);
}

// ---- what one version answers -------------------------------------------------------------------------------------

bool is_index(const Lock& lock) {
    return lock.kind == RelationKind::index || lock.kind == RelationKind::partitioned_index;
}

/// A query takes weak locks on the indexes that it may use.
bool is_told(const Lock& lock) {
    return lock.existing && (!is_index(lock) || lock.mode >= LockMode::ShareUpdateExclusive);
}

std::string with_role(const Lock& lock) {
    const std::string_view role = lock.role != LockRole::target      ? name_of(lock.role)
                                  : lock.kind == RelationKind::table ? std::string_view()
                                                                     : name_of(lock.kind);
    return role.empty() ? short_name(lock.relation) : fmt::format("{} ({})", short_name(lock.relation), role);
}

std::string locks_in_words(const Effects& effects) {
    std::map<LockMode, std::vector<std::string>, std::greater<>> by_mode;
    for (const Lock& lock : effects.locks)
        if (is_told(lock)) by_mode[lock.mode].push_back(with_role(lock));
    std::vector<std::string> lines;
    for (const auto& [mode, relations] : by_mode)
        lines.push_back(fmt::format("{}: {}", sql_name(mode), joined(relations, ", ")));
    return lines.empty() ? "none" : joined(lines, kBreak);
}

/// REINDEX CONCURRENTLY and DROP INDEX CONCURRENTLY lock an index when no query uses it any more.
bool is_out_of_use(const Lock& lock, const Effects& effects, bool outside) {
    const bool readers_stay = std::all_of(effects.locks.begin(), effects.locks.end(), [](const Lock& other) {
        return is_index(other) || !blocks(other.mode, Traffic::writes);
    });
    return outside && is_index(lock) && readers_stay;
}

/// The worst first.
constexpr std::array<std::pair<Traffic, std::string_view>, 3> kBlocked{{
    {Traffic::reads, "reads and writes"},
    {Traffic::row_locks, "writes, SELECT FOR UPDATE"},
    {Traffic::writes, "writes"},
}};

std::size_t rank_of_blocked(LockMode mode) {
    const auto worst = std::find_if(kBlocked.begin(), kBlocked.end(),
                                    [&](const auto& traffic) { return blocks(mode, traffic.first); });
    return static_cast<std::size_t>(worst - kBlocked.begin());
}

std::string blocked_in_words(const Effects& effects, bool outside) {
    std::size_t worst_of_tables = kBlocked.size();
    for (const Lock& lock : effects.locks)
        if (is_told(lock) && !is_index(lock)) worst_of_tables = std::min(worst_of_tables, rank_of_blocked(lock.mode));
    std::map<std::size_t, std::vector<std::string>> by_rank;
    std::size_t told = 0;
    for (const Lock& lock : effects.locks) {
        if (!is_told(lock)) continue;
        const bool adds_nothing = is_index(lock) && worst_of_tables <= rank_of_blocked(lock.mode);
        if (adds_nothing && worst_of_tables < kBlocked.size()) continue;
        if (is_out_of_use(lock, effects, outside)) continue;
        ++told;
        if (const std::size_t rank = rank_of_blocked(lock.mode); rank < kBlocked.size())
            by_rank[rank].push_back(short_name(lock.relation));
    }
    if (told == 0) return "nothing";
    if (by_rank.empty()) return "DDL only";
    if (by_rank.begin()->second.size() == told) return std::string(kBlocked[by_rank.begin()->first].second);
    std::vector<std::string> lines;
    for (const auto& [rank, relations] : by_rank)
        lines.push_back(fmt::format("{} of {}", kBlocked[rank].second, joined(relations, ", ")));
    return joined(lines, kBreak);
}

std::string_view words_of(Work::Kind kind) {
    switch (kind) {
        case Work::Kind::scan: return "full scan of";
        case Work::Kind::rewrite: return "rewrite of";
        case Work::Kind::index_build: return "index build on";
        case Work::Kind::index_rebuild: return "rebuild of index";
        case Work::Kind::change_rows: return "changes rows of";
    }
    return "";
}

std::string work_in_words(const Effects& effects, bool outside) {
    std::map<std::pair<Work::Kind, bool>, std::set<std::string>> by_kind;
    for (const Work& work : effects.work)
        if (work.existing) by_kind[{work.kind, !work.certain}].insert(short_name(work.relation));
    for (const auto& [rewritten, relations] : by_kind)  // whoever rewrites a table has read it
        if (rewritten.first == Work::Kind::rewrite)
            if (const auto scans = by_kind.find({Work::Kind::scan, rewritten.second}); scans != by_kind.end())
                for (const std::string& relation : relations) scans->second.erase(relation);
    std::vector<std::string> lines;
    for (const auto& [kind, relations] : by_kind)
        if (!relations.empty())
            lines.push_back(fmt::format("{}{} {}", kind.second ? "perhaps " : "", words_of(kind.first),
                                        fmt::join(relations, ", ")));
    if (effects.certainty != Certainty::known)
        lines.push_back(fmt::format("depends on {}", joined(effects.depends_on)));
    if (lines.empty()) lines.emplace_back("none");
    if (outside) lines.emplace_back("not in a transaction block");
    return joined(lines, kBreak);
}

/// Cells of the table; nothing where the version refuses the statement.
struct Answer {
    std::string locks, blocks, work;
    bool operator==(const Answer&) const = default;
};

std::optional<Answer> answer(const LockExample& example, int version, bool outside = false) {
    if (example.refused.contains(version)) return std::nullopt;
    analyze::Request request;
    request.version = version;
    request.schema.emplace_back();
    for (const auto* part : {&example.schema, &example.extra})
        for (const std::string& sql : *part) request.schema.front() += sql + ";\n";
    Script script;
    script.sql = fmt::format("SET timezone TO 'UTC';\n{}{}", outside ? "" : "BEGIN;\n", example.statement);
    request.changed.push_back(std::move(script));
    const Analysis analysis = analyze::analyze(std::move(request));
    const auto& statements = analysis.files.front().statements;
    if (statements.size() != (outside ? 2u : 3u)) return std::nullopt;  // it does not parse
    const Effects& effects = statements.back().effects;
    for (const Failure& failure : effects.failures) {
        if (!failure.certain) continue;
        const bool only_inside = failure.kind == Failure::Kind::in_transaction_block && !outside;
        return only_inside ? answer(example, version, true) : std::nullopt;
    }
    return Answer{locks_in_words(effects), blocked_in_words(effects, outside), work_in_words(effects, outside)};
}

// ---- versions -----------------------------------------------------------------------------------------------------

/// "11–14, 16"
std::string in_words(const std::set<int>& majors) {
    std::vector<std::string> runs;
    for (auto at = majors.begin(); at != majors.end();) {
        const int first = *at;
        int last = first;
        while (++at != majors.end() && *at == last + 1) last = *at;
        runs.push_back(first == last ? std::to_string(first) : fmt::format("{}–{}", first, last));
    }
    return joined(runs, ", ");
}

struct Line {
    Answer answer;
    std::set<int> versions;
};

std::vector<Line> lines_of(const LockExample& example) {
    std::vector<Line> lines;
    for (int version = kOldestServer; version <= kNewestServer; ++version) {
        const auto one = answer(example, version);
        if (!one) continue;
        const auto same = std::find_if(lines.begin(), lines.end(), [&](const Line& l) { return l.answer == *one; });
        Line& line = same != lines.end() ? *same : lines.emplace_back(Line{*one, {}});
        line.versions.insert(version);
    }
    return lines;
}

std::string proof(const LockExample& example, const std::set<int>& versions) {
    if (!example.gap.empty()) return "known gap: " + example.gap;
    std::set<int> seen;
    std::set_intersection(versions.begin(), versions.end(), example.ran.begin(), example.ran.end(),
                          std::inserter(seen, seen.end()));
    return seen.empty() ? "not proven" : in_words(seen);
}

// ---- the page -----------------------------------------------------------------------------------------------------

std::string statement_cell(const LockExample& example) {
    std::string cell = code(example.statement);
    if (!example.when.empty())
        cell += fmt::format("{}{}", kBreak, example.when);
    else if (!example.extra.empty())
        cell += fmt::format("{}after {}", kBreak, code(example.extra.back()));
    return cell;
}

std::string rows_of(const LockExample& example) {
    std::string rows;
    for (const Line& line : lines_of(example)) {
        const bool all = line.versions.size() == kNewestServer - kOldestServer + 1;
        rows += fmt::format("| {} | {} | {} | {} | {} | {} |\n", rows.empty() ? statement_cell(example) : std::string(),
                            line.answer.locks, line.answer.blocks, line.answer.work,
                            all ? "all" : in_words(line.versions), proof(example, line.versions));
    }
    return rows;
}

std::string group_table(std::span<const LockExample> group) {
    std::string text =
        fmt::format("\n## {}\n\n<details><summary>The schema</summary>\n\n```sql\n", group.front().group);
    for (const std::string& sql : group.front().schema)
        if (!sql.starts_with("INSERT ")) text += sql + ";\n";
    text +=
        "```\n\n</details>\n\n| statement | lock | blocks | work | PostgreSQL | seen on |\n|---|---|---|---|---|---|\n";
    for (const LockExample& example : group) text += rows_of(example);
    return text;
}

std::string table_of_modes() {
    std::string text = "| lock mode | while it is held, these wait | it conflicts with |\n|---|---|---|\n";
    for (int i = static_cast<int>(LockMode::AccessShare); i <= static_cast<int>(LockMode::AccessExclusive); ++i) {
        const auto mode = static_cast<LockMode>(i);
        std::vector<std::string> others;
        for (int j = static_cast<int>(LockMode::AccessShare); j <= static_cast<int>(LockMode::AccessExclusive); ++j)
            if (const auto other = static_cast<LockMode>(j); conflicts(mode, other))
                others.emplace_back(sql_name(other));
        const std::string with = others.size() == 8 ? "all eight" : joined(others, ", ");
        text += fmt::format("| {} | {} | {} |\n", sql_name(mode), pgfence::blocked_in_words(mode), with);
    }
    return text;
}

/// As GitHub makes it of a heading.
std::string anchor(std::string_view heading) {
    std::string text;
    for (const char c : heading) {
        if (c == ' ') text += '-';
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) text += static_cast<char>(c | 0x20);
    }
    return text;
}

}  // namespace

std::string lock_page(const std::vector<LockExample>& examples) {
    std::string contents, tables;
    for (auto at = examples.begin(); at != examples.end();) {
        const auto end = std::find_if(at, examples.end(), [&](const LockExample& e) { return e.group != at->group; });
        contents += fmt::format("- [{}](#{})\n", at->group, anchor(at->group));
        tables += group_table({at, end});
        at = end;
    }
    return fmt::format(kIntroduction, servers_in_words()) + table_of_modes() + "\n## Statements\n\n" + contents +
           tables;
}

}  // namespace pgfence

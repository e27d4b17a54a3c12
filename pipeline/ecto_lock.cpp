#include "pipeline/ecto_lock.h"

#include <algorithm>
#include <vector>

#include "core/path_text.h"
#include "core/text.h"
#include "pipeline/code_search.h"
#include "pipeline/concurrent_builds.h"
#include "pipeline/finding_order.h"
#include "policy/own_rules.h"

namespace pgfence::pipeline {
namespace {

bool project_frees_lock(const Prepared& change) {
    constexpr std::size_t kMostLines = 100;
    const auto found = search_base(change, {{{"migration_lock"}, {}, kMostLines, diff::SearchTerms::In::text}});
    if (!found) return false;
    const auto& lines = found->uses.front().lines;
    return std::any_of(lines.begin(), lines.end(),
                       [](const diff::UsingLine& line) { return frees_ecto_lock(line.path, line.text); });
}

Recipe both_attributes() {
    RecipeStep step;
    step.note = "put both attributes into the module, or set `migration_lock: :pg_advisory_lock` for the repo";
    step.code = "@disable_ddl_transaction true\n@disable_migration_lock true";
    step.language = "elixir";
    return {{std::move(step)},
            "without the lock several nodes that migrate at once may run the file twice: let one of them migrate"};
}

Finding finding(const AnalyzedFile& file, std::size_t statement) {
    Finding found;
    found.rule = policy::kEctoMigrationLock;
    found.category = Category::compatibility;
    found.span = file.statements[statement].span;
    found.statement = statement;
    found.message =
        "CONCURRENTLY waits for the transaction that holds Ecto's migration lock, which waits for this migration: the "
        "deployment hangs";
    found.certainty = Certainty::depends;
    found.depends_on = {"the repo's setting migration_lock, which was not found: `:pg_advisory_lock` lets it run"};
    found.recipe = both_attributes();
    return found;
}

}  // namespace

bool frees_ecto_lock(std::string_view path, std::string_view line) {
    const std::string_view name = last_part(path);
    // Of tests and of a developer's machine.
    if (is_comment(line) || name == "test.exs" || name == "dev.exs") return false;
    const auto at = line.find("migration_lock:");
    if (at == line.npos) return false;
    const std::string_view value = trim(line.substr(at + std::string_view("migration_lock:").size()));
    return value.starts_with(":pg_advisory_lock") || value.starts_with("false") || value.starts_with("nil");
}

void find_what_waits_for_ecto(Analysis& analysis, const Prepared& change) {
    std::vector<Finding> found;
    for (const AnalyzedFile& file : analysis.files)
        if (const auto waiting = file.locked_beside ? first_concurrent_build(file) : std::nullopt)
            found.push_back(finding(file, *waiting));
    if (found.empty() || project_frees_lock(change)) return;
    analysis.findings.insert(analysis.findings.end(), found.begin(), found.end());
    put_in_order(analysis);
}

}  // namespace pgfence::pipeline

#pragma once
// Migrations that their tool takes from a list, and files beside them that the list does not name: they never run.
// Drizzle: meta/_journal.json (drizzle-orm, src/migrator.ts, readMigrationFiles). Its newer folders, one for each
// migration, have no such list. Sqitch: sqitch.plan.

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/tree.h"
#include "extract/order.h"

namespace pgfence::extract {

class Lists {
public:
    explicit Lists(const FileTree& tree) : tree_(tree) {}

    /// The list that names the file's neighbours and not the file; nothing where there is none, or where it names few
    /// of the files: then something else runs them.
    std::optional<std::string> without(std::string_view path);

private:
    struct List {
        std::string path;
        std::set<std::string, std::less<>> names;
        std::size_t named = 0, unnamed = 0;  ///< files of SQL in the folder
    };
    std::optional<List> read(std::string_view folder) const;
    std::optional<std::string> plan_without(const SqitchScript& script);
    bool has(std::string_view path) const;

    const FileTree& tree_;
    std::map<std::string, std::optional<List>, std::less<>> lists_;  ///< by folder
    std::map<std::string, SqitchPlan, std::less<>> plans_;           ///< likewise
};

/// Scripts that the plans of these migrations name, and that are not there: Sqitch stops at the first of them.
std::vector<MissingFile> missing_scripts(const FileTree& tree, const std::vector<Located>& migrations);

/// What `"key": "..."` says, each time that it stands in a JSON text.
std::set<std::string, std::less<>> values_of(std::string_view json, std::string_view key);

}  // namespace pgfence::extract

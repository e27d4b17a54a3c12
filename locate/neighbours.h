#pragma once
// What the files beside a file of SQL say of it: that its tool runs another one in its place.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "core/tree.h"
#include "locate/candidate.h"

namespace pgfence::locate {

/// popx runs 1.postgres.up.sql in place of 1.up.sql.
bool has_variant_for_postgres(std::string_view path, const std::function<bool(std::string_view)>& exists);

/// Each answer is the reason to leave the file out, or nothing.
class Neighbours {
public:
    Neighbours(const std::vector<Candidate>& candidates, const FileTree& tree);

    std::optional<std::string_view> has_variant(const Candidate& one) const;
    /// 0002_a.sql and 0002_a_replicas.sql beside Django's 0002_a.py: what sqlmigrate printed, kept for people. Django
    /// runs programs alone, and none here reads this file.
    std::optional<std::string> has_program(const Candidate& one) const;
    /// Tools that give each migration a folder run one file of it; whatever lies beside is for people. A numbered file
    /// is one of many.
    std::optional<std::string_view> has_own(const Candidate& one) const;
    std::optional<std::string_view> has_folders(const Candidate& one) const;

private:
    /// Programs of one folder whose tool runs programs alone.
    struct ProgramsAlone {
        std::string_view title;                  ///< the tool's
        std::map<std::string_view, bool> reads;  ///< by their names: whether one may read files
        std::string readers;                     ///< the texts of those that may
    };

    void add_programs(const std::vector<Candidate>& candidates, const FileTree& tree);
    void add_folders(const Candidate& one);

    std::unordered_set<std::string_view> all_;
    std::map<std::string_view, ProgramsAlone> programs_;  ///< of the folders that hold SQL as well
    /// Folders such as "tools/migrate" that hold a folder "migrations": what lies around that is the tool's own SQL.
    std::unordered_set<std::string_view> around_migrations_;
    std::unordered_set<std::string_view> of_folders_;  ///< where each migration is a folder: diesel's and Prisma's
};

}  // namespace pgfence::locate

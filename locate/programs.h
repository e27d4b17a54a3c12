#pragma once
// Programs that runners run beside the SQL of a folder: scripts, hooks, migrations in code that nothing here reads.
// They are named as not analyzed, since what they do to the database nobody here knows.

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace pgfence::locate {

/// Of one tree. Paths are in lower case, names in either case.
class Programs {
public:
    /// SQL that was taken for migrations: whose runner may run more than that.
    void beside(std::string_view path);

    /// A migration in a language or of a tool without a reader, by its place and name, or by its own words.
    bool may_be(std::string_view path, const std::function<std::optional<std::string>()>& text) const;

private:
    bool is_numbered_migration(std::string_view path) const;
    bool is_run_beside(std::string_view path) const;
    bool is_run_by_flyway(std::string_view path) const;
    bool is_step_of_handler(std::string_view path) const;

    std::set<std::string, std::less<>> folders_;  ///< that hold numbered SQL
    std::set<std::string, std::less<>>
        versions_;  ///< whose folders hold the SQL of a version each: upgrade of upgrade/4.2/a.sql
    std::set<std::string, std::less<>> flyway_;  ///< that hold Flyway's
    std::set<std::string, std::less<>>
        handlers_;  ///< DBIx::Class::DeploymentHandler's steps: sql/upgrade of sql/PostgreSQL/upgrade
};

}  // namespace pgfence::locate

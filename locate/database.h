#pragma once
// For which database a migration is, where its path does not tell: what its tool wrote beside it, which drivers the
// program around it is built with, and the words of the SQL itself.

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/tree.h"
#include "locate/layout.h"

namespace pgfence::locate {

/// Words in SQL that one database has and others do not; of what comments and strings hold, none.
struct Dialect {
    int postgres = 0, other = 0;
};
Dialect dialect_of(std::string_view sql);

/// What the nearest file that names a database says: the tool's own (migration_lock.toml, meta/_journal.json) or the
/// program's (package.json, Cargo.toml, Gemfile, go.mod, mix.exs).
struct NamedDatabase {
    Database database = Database::unsaid;
    std::string_view folder;  ///< of that file
};

class NearestDatabase {
public:
    explicit NearestDatabase(const FileTree& tree) : tree_(tree) {}
    NamedDatabase around(std::string_view folder);

private:
    Database said_in(std::string_view folder);

    const FileTree& tree_;
    std::map<std::string, NamedDatabase, std::less<>> known_;
};

}  // namespace pgfence::locate

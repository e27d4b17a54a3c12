#pragma once
// For which database a migration is, where its path does not tell: what its tool wrote beside it, which drivers the
// program around it is built with, and the words of the SQL itself.

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/tree.h"
#include "locate/layout.h"

namespace pgfence::locate {

/// Words in SQL that one database has and others do not; of what comments and strings hold, none.
struct Dialect {
    int postgres = 0, other = 0;
    /// SQL that is meant for PostgreSQL has some words of others by chance.
    bool is_of_other() const { return other > 3 * postgres; }
};
Dialect dialect_of(std::string_view sql);
/// It has words that no other database takes.
bool is_postgres_alone(std::string_view sql);
/// Of a statement that PostgreSQL's parser refuses: a word by which it is meant for another database; empty: none.
std::string_view word_of_another(std::string_view refused);

/// For which database the migrations of a folder are, by their words.
class DialectOfFolder {
public:
    void add(std::string_view path, const Dialect& dialect);
    const Dialect& all() const { return all_; }
    bool is_of_other() const { return all_.is_of_other(); }
    /// Few of its files speak of another database, and the others of none: they may be for either.
    bool may_be_either() const { return is_of_other() && of_other_ * 3 < files_; }
    /// Why that file is not read for PostgreSQL's.
    std::string why_either(std::string_view path) const;

private:
    Dialect all_;
    std::size_t files_ = 0, of_other_ = 0;
    std::string_view first_of_other_;
};

/// What the nearest file that names a database says: the tool's own (migration_lock.toml, meta/_journal.json) or the
/// program's (package.json, Cargo.toml, Gemfile, go.mod, mix.exs).
struct NamedDatabase {
    Database database = Database::unsaid;
    std::string_view folder;  ///< of that file
    std::string reason = {};  ///< of another database: what says so, "the files around it name another database"
};

class NearestDatabase {
public:
    explicit NearestDatabase(const FileTree& tree) : tree_(tree) {}
    NamedDatabase around(std::string_view folder);
    /// Of migrations in Python: what their program is installed with says it first (setup.py, requirements.txt), and
    /// where that has a driver of another database, no file that installs, sets up or deploys may name PostgreSQL.
    NamedDatabase around_python(std::string_view folder);

private:
    Database said_in(std::string_view folder);
    NamedDatabase python_said_in(std::string_view folder);
    bool has_file(std::string_view path) const;
    std::vector<std::string> python_files_in(std::string_view folder) const;
    bool is_set_up_for_postgres();

    const FileTree& tree_;
    std::map<std::string, NamedDatabase, std::less<>> known_, known_of_python_;
    std::optional<bool> set_up_for_postgres_;
};

}  // namespace pgfence::locate

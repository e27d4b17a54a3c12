#pragma once
// The folders that hold migrations, and how the tool of each goes through it.

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "locate/candidate.h"

namespace pgfence::locate {

/// A folder of migrations, and how its tool goes through it.
struct Root {
    std::string_view format;  ///< the id of the one that most files have
    Habits habits = {};
    std::set<std::string> names = {};  ///< of its own files, in lower case; of Flyway's, their versions
    std::set<std::string> numbers = {};
    bool holds_sql = false;
    std::string_view file_name = {};  ///< of the one file in each of its folders: "up.sql"; empty: it holds files
    bool numbered = true;             ///< each of its own files has the number of a sequence

    bool holds_version_of(std::string_view name) const;
    bool is_run_with(const FormatOfFile& one) const;
};

class Roots {
public:
    explicit Roots(const Formats& formats) : formats_(formats) {}

    void add(std::string_view path, std::string_view format);
    /// Behind the last `add`: what is known of the tool that most files of each folder are of.
    void settle();

    bool is_empty() const { return roots_.empty(); }
    /// The nearest around the file; at the top of a repository it is about the files there alone.
    std::pair<std::string_view, const Root*> around(std::string_view path) const;
    /// Is the folder one of them, or holds one?
    bool has_or_holds(std::string_view folder) const;
    /// Of the folders around it, too: one setting is for all of them. What most names have is what is set.
    bool begins_otherwise(const Candidate& one, bool is_sure) const;

private:
    const Formats& formats_;
    std::map<std::string_view, Root> roots_;
    std::map<std::string_view, std::map<std::string_view, std::size_t>> counts_;  ///< of each folder's formats
};

}  // namespace pgfence::locate

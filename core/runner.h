#pragma once
// What a migration runner does with files that are not simply the next ones, by its own code and documentation.

#include <cstdint>
#include <string_view>

namespace pgfence {

struct Runner {
    /// A new file that sorts before one that ran.
    enum class Late : std::uint8_t {
        unknown,
        runs,       ///< after those that ran already
        skipped,    ///< for good, where a later one ran: the runner remembers the last version only
        refused,    ///< the deployment stops
        unordered,  ///< names say nothing about the order
    };
    /// A file that ran and was then edited.
    enum class Edited : std::uint8_t {
        unknown,
        ignored,    ///< it does not run again
        refused,    ///< its checksum differs: the deployment stops
        not_again,  ///< its files have numbers, to run once each: what else the runner thinks of it is not known
    };

    /// A file that ran, under another name.
    enum class Renamed : std::uint8_t {
        unknown,
        runs,      ///< again
        refused,   ///< the deployment stops
        accepted,  ///< it is the same migration
    };

    std::string_view title = {};  ///< "Flyway"; empty: it is not known which program runs the files
    Late late = Late::unknown;
    Edited edited = Edited::unknown;
    /// It knows a migration by the number in its name or its text, wherever the file lies and whatever else it is
    /// called.
    bool by_version = false;
    Renamed renamed = Renamed::unknown;
    /// The last parts of its path by which it knows a migration: app/migrations/name has three. 0: by none of them.
    std::uint8_t known_parts = 1;
};

/// By what a project's code or settings let its runner run late files that it refuses else.
struct LateSwitch {
    std::string_view text;         ///< of the line, in small letters, without - and _
    std::string_view value = {};   ///< what the line must say besides; empty: the name says all
    std::string_view words = {};   ///< any of these whole words finds the lines; empty: those of the one before do
    std::string_view beside = {};  ///< in files that have any of these as well; empty: in all
};

/// By what a tool's migrations have a lock_timeout that they do not set themselves.
struct LockTimeoutBy {
    std::string_view setting = {};  ///< of a library beside the tool, in small letters
    std::string_view gem = {};      ///< gives every statement one of its own, unless it is told otherwise
    std::string_view program = {};  ///< of the project, which runs its migrations: "env.py"
};

}  // namespace pgfence

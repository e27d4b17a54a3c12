#pragma once
// Runs the `up` of a migration that is a JavaScript or TypeScript program, and records the SQL it sends.
//
// The ORM is the real one, bundled at build time on a stand-in for its database driver; the engine is QuickJS. The file
// is a stranger's program: each run has a process of its own that can open, start and see nothing (orm/sandbox.h).

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/recording.h"

namespace pgfence::orm {

/// A file of the repository at the commit that is looked at, by its path from the root; nothing when there is none.
using ReadFile = std::function<std::optional<std::string>(const std::string& path)>;
/// Asked for under this name: the paths of all package.json files of the repository, one a line.
inline constexpr std::string_view kPackages = "packages:";
/// Likewise: "none" where the runner begins no transaction before `up`; nothing, or another text, where it does.
inline constexpr std::string_view kTransaction = "transaction:";

struct Limits {
    /// Steps are counted, not time: the same commits give the same findings on a slow machine and on a busy one. One
    /// step is 10,000 calls and jumps of the engine (JS_INTERRUPT_COUNTER_INIT in quickjs.c); a busy migration takes
    /// some 3,000 a second.
    long run_steps = 10'000;
    long file_steps = 25'000;  ///< of all runs of a file
    long all_steps = 400'000;  ///< of all files that one Recorder is asked for
    double run_seconds = 10;   ///< CPU time, for what computes without a step: one large regular expression
    double file_seconds = 20;
    std::size_t heap = 128u << 20;
    std::size_t stack = 1u << 20;
    int runs = 24;  ///< ways through a file that asks the database
    std::size_t statements = 10'000;
    std::size_t bytes = 8u << 20;  ///< of SQL
};

class Recorder {
public:
    explicit Recorder(Limits limits = {});
    ~Recorder();
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    /// Never fails: what could not be carried out stands in Recording::unread. An ORM is loaded when first asked for.
    Recording record(Orm orm, const std::string& path, const ReadFile& read);

private:
    struct Machines;
    struct Modules;
    Limits limits_;
    long steps_ = 0;  ///< of all files so far
    std::unique_ptr<Machines> machines_;
    std::unique_ptr<Modules> modules_;
};

}  // namespace pgfence::orm

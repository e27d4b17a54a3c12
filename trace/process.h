#pragma once
// Programs of a PostgreSQL installation, run as a user that PostgreSQL accepts.

#include <sys/types.h>

#include <string>
#include <vector>

#include "core/result.h"

namespace pgfence::trace {

/// PostgreSQL refuses to run as root: then its programs run as `postgres`, or as `nobody` where there is none.
struct Account {
    uid_t user = 0;
    gid_t group = 0;
    bool differs = false;  ///< from the one this process runs as
};
Result<Account> server_account();

struct Command {
    std::string program;
    std::vector<std::string> arguments;
    Account account = {};
    std::string output_file = {};  ///< standard output and error go there
};

struct Finished {
    int exit_code = 0;   ///< 128 + the signal's number when one ended it
    std::string output;  ///< standard output and error, at most 64 KB
};

/// Runs it to its end. An interruption ends it early.
Result<Finished> run(const Command& command);

/// A program that runs until it is told to stop. It is told by the kernel when this process dies, however it dies.
class Child {
public:
    static Result<Child> start(const Command& command);
    Child(Child&& other) noexcept;
    Child& operator=(Child&& other) = delete;
    ~Child();
    bool running();
    /// SIGQUIT, and SIGKILL when that does not help.
    void stop();

private:
    explicit Child(pid_t pid) : pid_(pid) {}
    pid_t pid_ = 0;
};

}  // namespace pgfence::trace

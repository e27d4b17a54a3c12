#pragma once
// Text on its way to a GitHub runner's log. The runner reads both streams for commands: `::name::` at a line's start
// (after blanks) and the old `##[name]` anywhere in a line, so whatever a pull request can influence passes here first.
// Source: actions/runner, ActionCommand.cs and ActionCommandManager.cs.

#include <iosfwd>
#include <string>
#include <string_view>

namespace pgfence {

/// For the middle of a log line: control characters become blanks, `##[` is broken, long text is cut at 1,000 bytes.
std::string as_log_text(std::string_view text);

/// A command's message: % first, then CR and LF.
std::string escape_command_data(std::string_view text);

/// 128 random bits in hexadecimal, from the operating system.
std::string random_token();

/// While it lives, the runner takes nothing on `out` as a command (`::stop-commands::`). Does nothing outside a runner.
class CommandsStopped {
public:
    CommandsStopped(std::ostream& out, bool on_runner);
    ~CommandsStopped();
    CommandsStopped(const CommandsStopped&) = delete;
    CommandsStopped& operator=(const CommandsStopped&) = delete;

private:
    std::ostream& out_;
    std::string token_;
};

}  // namespace pgfence

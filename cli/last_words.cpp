#include "cli/last_words.h"

#include <unistd.h>

#include <array>
#include <atomic>
#include <charconv>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <string_view>

#include "core/progress.h"

namespace pgfence::cli {
namespace {

constexpr int kCouldNotDoTheJob = 3;

// Memory may be gone, and a signal may have come in the middle of anything: nothing here allocates or locks.

void say(std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = write(STDERR_FILENO, text.data(), text.size());
        if (written <= 0) return;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

void say(std::size_t number) {
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.begin(), digits.end(), number).ptr;
    say({digits.data(), static_cast<std::size_t>(end - digits.data())});
}

void say(const Progress::Step& step) {
    say(step.doing.load());
    say(" (files: ");
    say(step.files.load());
    say(")");
}

[[noreturn]] void end(std::string_view why) {
    say("pgfence: ");
    say(why);
    const std::size_t steps = progress.count();
    if (steps > 0) {
        say(" while ");
        say(progress[steps - 1]);
    }
    say("\nNothing was decided: this is no review.");
    for (std::size_t i = 0; i + 1 < steps; ++i) {
        say(i == 0 ? " Done before: " : ", ");
        say(progress[i]);
    }
    say("\n");
    _exit(kCouldNotDoTheJob);
}

[[noreturn]] void out_of_memory() { end("ran out of memory"); }

[[noreturn]] void fault(int signal) {
    switch (signal) {
        case SIGABRT: end("stopped at a mistake of its own");
        case SIGXCPU: end("used more processor time than it is allowed");
        default: end("failed by a mistake of its own");
    }
}

std::atomic<bool> returns = false;

/// PostgreSQL's parser calls exit(1), which would say that there are findings.
void ended_from_within() {
    if (!returns) end("was ended by PostgreSQL's parser, as it does when memory runs out,");
}

/// AddressSanitizer and its kin say more of such ends.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kWatched = true;
#else
constexpr bool kWatched = false;
#endif

/// A stack that has run over has no room for the handler.
void use_other_stack() {
    static std::array<std::byte, 64 << 10> room;
    stack_t stack{};
    stack.ss_sp = room.data();
    stack.ss_size = room.size();
    sigaltstack(&stack, nullptr);
}

}  // namespace

void have_last_words() {
    std::set_new_handler(out_of_memory);
    std::atexit(ended_from_within);
    if (kWatched) return;
    use_other_stack();
    struct sigaction action {};
    action.sa_handler = [](int signal) { fault(signal); };
    action.sa_flags = SA_ONSTACK | SA_RESETHAND;
    for (const int signal : {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGXCPU}) sigaction(signal, &action, nullptr);
}

void need_no_last_words() { returns = true; }

}  // namespace pgfence::cli

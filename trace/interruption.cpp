#include "trace/interruption.h"

#include <csignal>
#include <cstddef>
#include <iterator>

namespace pgfence::trace {
namespace {

// SIGPIPE: `pgfence trace ... | head` closes standard output while the server still runs.
constexpr int kSignals[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
volatile std::sig_atomic_t noted = 0;
struct sigaction before[std::size(kSignals)];

void note(int signal) { noted = signal; }

}  // namespace

int interrupted() { return noted; }

Interruptible::Interruptible() {
    struct sigaction action {};
    action.sa_handler = note;
    for (std::size_t i = 0; i < std::size(kSignals); ++i) {
        sigaction(kSignals[i], nullptr, &before[i]);
        // Whoever started us with nohup wants it ignored.
        if (before[i].sa_handler != SIG_IGN) sigaction(kSignals[i], &action, nullptr);
    }
}

Interruptible::~Interruptible() {
    for (std::size_t i = 0; i < std::size(kSignals); ++i) sigaction(kSignals[i], &before[i], nullptr);
}

}  // namespace pgfence::trace

#include "bot/cancellation.h"

#include <csignal>

namespace pgfence {
namespace {

volatile std::sig_atomic_t requested = 0;

extern "C" void remember_cancellation(int) { requested = 1; }

}  // namespace

void listen_for_cancellation() {
    struct sigaction action {};
    action.sa_handler = remember_cancellation;
    // No SA_RESTART: a sleep between requests ends at once.
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

bool cancellation_requested() { return requested != 0; }

}  // namespace pgfence

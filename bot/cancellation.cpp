#include "bot/cancellation.h"

#include <sys/time.h>
#include <unistd.h>

#include <csignal>

namespace pgfence {
namespace {

volatile std::sig_atomic_t requested = 0;

// What is under way may be a request that nobody answers or a long review: after this it is left where it is. Nothing
// depends on it: a check run has its conclusion from the beginning, and files are put in place whole.
constexpr itimerval kPatience{{0, 0}, {1, 500'000}};

extern "C" void remember_cancellation(int) {
    requested = 1;
    setitimer(ITIMER_REAL, &kPatience, nullptr);
}

extern "C" void end_now(int) {
    static constexpr char said[] = "pgfence: warning: the job was cancelled\n";
    if (write(STDERR_FILENO, said, sizeof said - 1) < 0) _exit(3);
    _exit(3);
}

}  // namespace

void listen_for_cancellation() {
    struct sigaction action {};
    action.sa_handler = remember_cancellation;
    // No SA_RESTART: a sleep between requests ends at once.
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    // As process 1 of a container, which a signal without a handler does not end.
    action.sa_handler = end_now;
    sigaction(SIGALRM, &action, nullptr);
}

bool cancellation_requested() { return requested != 0; }

}  // namespace pgfence

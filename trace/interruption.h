#pragma once
// SIGINT, SIGTERM and SIGHUP end the work, not the process: what was started is taken down first.

namespace pgfence::trace {

/// The signal that asked to stop; 0 when none did.
int interrupted();

/// While it lives, the signals are noted. Waiting calls return early (EINTR).
class Interruptible {
public:
    Interruptible();
    ~Interruptible();
    Interruptible(const Interruptible&) = delete;
    Interruptible& operator=(const Interruptible&) = delete;
};

}  // namespace pgfence::trace

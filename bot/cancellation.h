#pragma once
// GitHub cancels a job with SIGINT, 7.5 seconds later SIGTERM, 2.5 seconds later SIGKILL. As process 1 of a container
// pgfence has no default signal actions, so without handlers it would ignore both.

namespace pgfence {

/// From now on the first of them is remembered, and the process ends by itself (exit code 3) or 1.5 seconds later.
void listen_for_cancellation();
bool cancellation_requested();

}  // namespace pgfence

#pragma once
// GitHub cancels a job with SIGINT, 7.5 seconds later SIGTERM, 2.5 seconds later SIGKILL. As process 1 of a container
// pgfence has no default signal actions, so without handlers it would ignore both.

namespace pgfence {

void listen_for_cancellation();
bool cancellation_requested();

}  // namespace pgfence

#pragma once
// Ends of the process that nobody can go on from: memory that runs out, a fault of its own. They are said in words,
// with what was done by then and with the exit code of every job that could not be done.

namespace pgfence::cli {

void have_last_words();
/// What comes now is no such end: main() returns.
void need_no_last_words();

}  // namespace pgfence::cli

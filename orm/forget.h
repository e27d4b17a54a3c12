#pragma once
// A sandbox's process begins as a copy of ours, with everything that ours has read. A program cannot ask for it; one
// that breaks out of its interpreter could look.

#include <string>

namespace pgfence::orm {

/// From now on no process of a sandbox has this text in its memory once its program runs.
void never_in_sandbox(const std::string& secret);

/// In such a process, while it may still read /proc: overwrites what was named above wherever it stands. False: the
/// memory could not be looked through.
bool forget_secrets();

}  // namespace pgfence::orm

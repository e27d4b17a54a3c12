#pragma once
// The two things of the world that a review needs beside git: the date and the files it is given.

#include <string>

#include "core/result.h"

namespace pgfence::pipeline {

/// Today's date in UTC, ISO 8601.
std::string today();
/// A regular file of at most 256 MiB, a pipe of the shell's, or /dev/null, which is empty. A link that leads out of the
/// repository in which it stands, or into its .git, is an error.
Result<std::string> read_file(const std::string& path);

}  // namespace pgfence::pipeline

#pragma once
// A lock_timeout that is set elsewhere than in the migrations: of the role or the database by a migration that ran, of
// the server, of the migrations' connection, or by the program that runs them. What only mentions the word (another
// lock's timeout, a job's own SET), and what the application sets for its own connections, is none of these.

#include <optional>
#include <string>
#include <string_view>

#include "core/analysis.h"
#include "pipeline/prepared.h"

namespace pgfence::pipeline {

/// What a line of a file does about the lock_timeout of sessions that run migrations.
struct LockTimeoutLine {
    bool sets = false;        ///< to more than 0; false: it switches it off
    std::string_view format;  ///< whose migrations it is about, "rails"; empty: everybody's
    bool by_itself = true;    ///< false: PostgreSQL's only if the file speaks of PostgreSQL elsewhere
    bool of_runner = true;    ///< false: of what runs migrations only if the file speaks of migrations elsewhere
};
/// Nothing when it does nothing about it.
std::optional<LockTimeoutLine> lock_timeout_line(std::string_view path, std::string_view line);

/// Takes the findings of missing-lock-timeout away that such a setting answers, and notes where it is. Where nothing
/// sets one, nor did any of many earlier migrations, they depend on whether the project wants it.
void heed_lock_timeout_set_elsewhere(Analysis& analysis, Prepared& change);

}  // namespace pgfence::pipeline

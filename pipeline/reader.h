#pragma once
// The SQL of migration files, whichever way it is got: extract/ reads texts, orm/ runs programs.

#include <optional>
#include <string>

#include "core/migration.h"
#include "extract/extract.h"
#include "orm/orm.h"

namespace pgfence::pipeline {

class Reader {
public:
    /// `imports`: what the programs may import.
    Reader(extract::Hints hints, orm::ReadFile imports) : hints_(std::move(hints)), imports_(std::move(imports)) {}

    /// The SQL of a file; of one that is a program, what it sends when it runs.
    Script script(const MigrationFile& file);

private:
    extract::Hints hints_;
    orm::ReadFile imports_;
    std::optional<orm::Recorder> recorder_;  // made when the first program comes
};

/// What a program of a change imports: the side that it runs on.
orm::ReadFile at_commit(std::string repository, std::string commit);
/// Files below the working directory, wherever links lead, and no others.
std::optional<std::string> below_working_directory(const std::string& path);

}  // namespace pgfence::pipeline

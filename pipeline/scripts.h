#pragma once
// The SQL of migration files. One that is a program is run for it, with what it imports.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/migration.h"
#include "extract/extract.h"
#include "orm/orm.h"

namespace pgfence::pipeline {

class Scripts {
public:
    Scripts(extract::Hints hints, orm::ReadFile imports);

    /// Of each file; an empty one of a file that is deleted.
    std::vector<Script> of(const std::vector<MigrationFile>& files);

private:
    Script of(const MigrationFile& file);

    extract::Hints hints_;
    extract::Memory memory_;
    orm::ReadFile imports_;
    std::unique_ptr<orm::Recorder> recorder_;  ///< made for the first program: plain SQL shall not wait for it
};

/// What a program of a change imports: the files of the side that it runs on.
orm::ReadFile at_commit(const std::string& repository, const std::string& commit);

/// What one that was named on the command line imports: files below the working directory, wherever links lead.
std::optional<std::string> below_working_directory(const std::string& path);

}  // namespace pgfence::pipeline

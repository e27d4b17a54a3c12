#pragma once
// The files that a changelog runs: other changelogs, and files of SQL (include, includeAll, sqlFile, createProcedure).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/tree.h"
#include "extract/formats/format.h"
#include "extract/liquibase/element.h"

namespace pgfence::extract::liquibase {

/// As a path below a root of the class path: "db/a.sql" of classpath:/db/a.sql.
std::string_view below_root(std::string_view named);
/// Where that may lie which the changelog calls `named`: in its own folder, or in any around it, each of which may be
/// the root of the class path.
std::vector<std::string> places_of(std::string_view changelog, const Element& by, std::string_view named);

/// The file whose text is the change: of sqlFile, and of a procedure, function or view with a path. Empty: none.
std::string_view file_of(const Element& change);

/// The file is a migration of its own at the changelog's place: nothing else stands in the transaction of its set, so
/// that what is found in it is told in its own lines. Files of other sets are read in the changelog.
bool runs_by_itself(const Element& change, const Element& set);

/// What the tree's changelog runs beside its own changes, in its order. Nothing of any other file.
std::vector<std::string> files_run_by(const FileTree& tree, std::string_view path);

/// Tells the memory which files of SQL the changelog runs, and how.
void announce_files(const Source& source, const Document& document, const Document* before);

/// How a changelog runs the file; null: none does.
const Memory::RunBy* run_by_changelog(const Memory& memory, std::string_view path);

}  // namespace pgfence::extract::liquibase

#pragma once
// A text search over the files of a commit: which of them name something. Words, not meaning.

#include <string>
#include <vector>

#include "diff/tree.h"
#include "diff/uses.h"

namespace pgfence::diff {

/// At most 20,000 files and 64 MB, none over 500 kB. Left out: what is no program text by its name (prose, data, lock
/// files), folders of other people's code, `migrations`, and what else belongs to migrations.
Read<SearchResult> search(git_repository* repository, const git_oid& commit, const std::vector<SearchTerms>& wanted,
                          const std::vector<std::string>& migrations);

}  // namespace pgfence::diff

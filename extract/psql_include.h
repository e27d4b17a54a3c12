#pragma once
// The scripts that \i and \ir run: files of the repository, never others.

#include <string>
#include <string_view>

#include "extract/formats/format.h"
#include "extract/psql_session.h"

namespace pgfence::extract {

struct Included {
    std::string path;  ///< empty: `why_not` says why it is not read
    std::string text;
    std::string why_not;
};

/// `relative`: \ir, from the script's own folder. \i is from where psql was started, which is some folder around the
/// first script: the nearest one that has the file.
Included included_script(const Source& source, PsqlSession& session, std::string_view name, bool relative);

}  // namespace pgfence::extract

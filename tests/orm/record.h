#pragma once
// Migrations of a repository that does not exist, run for real.

#include <map>
#include <optional>
#include <string>

#include "orm/orm.h"

namespace pgfence::test {

using Files = std::map<std::string, std::string>;

inline Recording record(Orm which, const std::string& path, const Files& files) {
    orm::Recorder recorder;
    return recorder.record(which, path, [&](const std::string& file) -> std::optional<std::string> {
        const auto found = files.find(file);
        return found == files.end() ? std::nullopt : std::optional(found->second);
    });
}

}  // namespace pgfence::test

#pragma once
// What a repository tells about its migrations before anybody has configured anything: `pgfence init` asks.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "diff/changes.h"

namespace pgfence::pipeline {

struct Survey {
    struct Folder {
        std::string path;    ///< whose migrations run one after the other
        std::string format;  ///< of its last one: "goose"
        std::size_t migrations = 0;
        std::string last;  ///< path of the one that ran last
    };
    struct ServerVersion {
        int major = 0;
        std::string where;  ///< "compose.yml line 7"
    };
    std::vector<Folder> folders;              ///< in order of path
    std::optional<ServerVersion> pg_version;  ///< the oldest that is named, as that has the fewest fixes
    std::vector<std::string> notes;
};

/// The head compared with itself: nothing has changed, every migration is history.
diff::Request at_its_head(diff::Request request);

/// Of the repository's head.
Result<Survey> survey(const diff::Request& repository);

/// Does the file's name say that servers are chosen there: compose files, workflows, Dockerfiles, .tool-versions?
bool names_servers(std::string_view path);
/// The oldest major that is answered for of a PostgreSQL image ("postgres:16-alpine", "pgvector/pgvector:pg16",
/// "timescaledb:2.14-pg16") or tool version ("postgres 16.2") that the text names, and its line.
struct NamedVersion {
    int major = 0;
    std::size_t line = 0;
};
std::optional<NamedVersion> named_version(std::string_view text);

}  // namespace pgfence::pipeline

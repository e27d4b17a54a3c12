#pragma once
// Somebody who can tell what a commit holds when git's own ways to it fail: GitHub's REST API, as bot/ asks it.

#include <string>
#include <vector>

#include "core/result.h"

namespace pgfence {

struct CommitTree {
    struct Entry {
        std::string path;
        std::string mode;  ///< as git writes it in a tree: "100644", "40000"
        std::string id;
    };
    std::string commit;          ///< full id
    std::string tree;            ///< of its root
    std::vector<Entry> entries;  ///< all there are, folders too
};

class CommitSource {
public:
    virtual ~CommitSource() = default;
    /// Of two commit ids, or names of branches or tags.
    virtual Result<std::string> merge_base(const std::string& base, const std::string& head) = 0;
    /// Of a commit id, or the name of a branch or a tag.
    virtual Result<CommitTree> tree_of(const std::string& revision) = 0;
    virtual Result<std::string> blob(const std::string& id) = 0;
};

}  // namespace pgfence

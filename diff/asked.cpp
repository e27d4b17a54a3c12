#include "diff/asked.h"

#include <git2/sys/odb_backend.h>

#include <algorithm>
#include <cstring>
#include <map>

#include "core/path_text.h"

namespace pgfence::diff {
namespace {

struct Named {
    std::string name, mode;
    git_oid id;
};
using Folders = std::map<std::string, std::vector<Named>, std::less<>>;  // "" is the root

/// git sorts a folder as if its name ended in a slash (base_name_compare in tree.c).
std::string sorted_by(const Named& entry) { return entry.mode == "40000" ? entry.name + "/" : entry.name; }

std::string raw_tree(std::vector<Named> entries) {
    std::sort(entries.begin(), entries.end(),
              [](const Named& a, const Named& b) { return sorted_by(a) < sorted_by(b); });
    std::string raw;
    for (const Named& entry : entries) {
        raw += entry.mode + " " + entry.name + '\0';
        raw.append(reinterpret_cast<const char*>(entry.id.id), GIT_OID_SHA1_SIZE);
    }
    return raw;
}

Result<git_oid> written(git_repository* repository, const std::string& raw, git_object_t type) {
    git_odb* found = nullptr;
    if (git_repository_odb(&found, repository) != 0) return failure("could not write an object: " + last_error());
    const Odb odb(found);
    git_oid id;
    // Writing what the clone has already would set the time of its pack: git_odb_write freshens it.
    if (git_odb_hash(&id, raw.data(), raw.size(), type) == 0 && git_odb_exists(odb.get(), &id) != 0) return id;
    if (git_odb_write(&id, odb.get(), raw.data(), raw.size(), type) != 0)
        return failure("could not write an object: " + last_error());
    return id;
}

}  // namespace

struct Asked::Backend : git_odb_backend {
    Backend(CommitSource& asked, std::shared_ptr<bool> still)
        : git_odb_backend{}, source(asked), asking(std::move(still)) {
        git_odb_init_backend(this, GIT_ODB_BACKEND_VERSION);
        this->read = &Backend::give;
        this->read_header = &Backend::measure;
        this->exists = [](git_odb_backend*, const git_oid*) { return 0; };
        this->free = [](git_odb_backend* self) { delete static_cast<Backend*>(self); };
    }

    /// The text, once: libgit2 asks for the size first.
    const std::string* text_of(const git_oid& id) {
        if (last && same(last_id, id)) return &*last;
        last.reset();
        auto blob = source.blob(to_string(id));
        if (!blob) return git_error_set_str(GIT_ERROR_ODB, blob.error().message.c_str()), nullptr;
        last_id = id;
        last = std::move(*blob);
        return &*last;
    }

    static int measure(std::size_t* size, git_object_t* type, git_odb_backend* self, const git_oid* id) {
        auto& backend = *static_cast<Backend*>(self);
        if (!*backend.asking) return GIT_ENOTFOUND;
        const std::string* text = backend.text_of(*id);
        if (!text) return GIT_ERROR;
        *size = text->size();
        *type = GIT_OBJECT_BLOB;
        return 0;
    }

    static int give(void** data, std::size_t* size, git_object_t* type, git_odb_backend* self, const git_oid* id) {
        if (const int code = measure(size, type, self, id); code != 0) return code;
        *data = git_odb_backend_data_alloc(self, *size + 1);
        if (!*data) return GIT_ERROR;
        std::memcpy(*data, static_cast<Backend*>(self)->last->c_str(), *size + 1);
        return 0;
    }

    CommitSource& source;
    std::shared_ptr<bool> asking;
    git_oid last_id{};
    std::optional<std::string> last;
};

Result<Asked> Asked::make(git_repository* repository, CommitSource& source) {
    git_odb* found = nullptr;
    if (git_repository_odb(&found, repository) != 0)
        return failure("could not open the object database: " + last_error());
    const Odb odb(found);
    auto asking = std::make_shared<bool>(true);
    auto backend = std::make_unique<Backend>(source, asking);
    // Behind all objects that are there, those that the clone lends too.
    if (git_odb_add_alternate(odb.get(), backend.get(), -1) != 0)
        return failure("could not add to the object database: " + last_error());
    static_cast<void>(backend.release());
    return Asked(repository, source, std::move(asking));
}

Result<Asked::StandIn> Asked::commit(const std::string& revision) {
    const CommitTree told = TRY(source_->tree_of(revision));
    Folders folders{{"", {}}};
    std::map<std::string, std::string, std::less<>> ids{{"", told.tree}};
    for (const CommitTree::Entry& entry : told.entries) {
        const auto id = parse_id(entry.id);
        const std::string folder(folder_of(entry.path));
        if (!id) return failure("commit " + told.commit + " lists '" + entry.path + "' without an id");
        folders[folder].push_back({std::string(last_part(entry.path)), entry.mode, *id});
        if (entry.mode == "40000") ids[entry.path] = entry.id;
    }
    for (auto& [path, entries] : folders) {
        const git_oid tree = TRY(written(repository_, raw_tree(std::move(entries)), GIT_OBJECT_TREE));
        const auto listed = ids.find(path);
        if (listed == ids.end() || to_string(tree) != listed->second)
            return failure("what is told of commit " + told.commit + " is not what it holds: folder '" + path + "'");
    }
    const std::string nobody = "pgfence <> 0 +0000";
    const git_oid made = TRY(written(
        repository_,
        "tree " + told.tree + "\nauthor " + nobody + "\ncommitter " + nobody + "\n\nstands for " + told.commit + "\n",
        GIT_OBJECT_COMMIT));
    return StandIn{made, told.commit};
}

void Asked::stop() { *asking_ = false; }

}  // namespace pgfence::diff

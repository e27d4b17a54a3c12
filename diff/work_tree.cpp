#include "diff/work_tree.h"

#include <filesystem>
#include <utility>

#include "diff/git.h"
#include "diff/tree.h"

namespace pgfence::diff {
namespace {

namespace fs = std::filesystem;

std::optional<std::string> below(const fs::path& root, const fs::path& path) {
    const auto inside = path.lexically_relative(root);
    if (inside.empty() || *inside.begin() == ".." || *inside.begin() == ".") return std::nullopt;
    return inside.generic_string();
}

}  // namespace

struct WorkTree::State {
    Repository repository;
    fs::path root;  // without links
    std::optional<git_oid> base, head;
    std::string base_name;
};

WorkTree::WorkTree(std::unique_ptr<State> state) : state_(std::move(state)) {}
WorkTree::WorkTree(WorkTree&&) noexcept = default;
WorkTree& WorkTree::operator=(WorkTree&&) noexcept = default;
WorkTree::~WorkTree() = default;

std::optional<WorkTree> WorkTree::around(const std::string& folder) {
    auto repository = open_repository(folder);
    if (!repository) return std::nullopt;
    const char* root = git_repository_workdir(repository->get());
    std::error_code failed;
    const fs::path real = root ? fs::canonical(root, failed) : fs::path();
    if (!root || failed) return std::nullopt;
    auto state = std::make_unique<State>(State{std::move(*repository), real, {}, {}, {}});
    state->head = find_revision(state->repository.get(), "HEAD");
    if (auto base = usual_base(state->repository.get())) {
        state->base = base->commit;
        state->base_name = std::move(base->name);
    } else if (const Commit head = state->head ? find_commit(state->repository.get(), *state->head) : Commit()) {
        // GitHub's test merge, whose first parent is the base; two commits deep, it is there.
        const auto parents = written_parents(head.get());
        if (parents.size() == 2 && find_commit(state->repository.get(), parents[0])) {
            state->base = parents[0];
            state->base_name = to_string(parents[0]).substr(0, 12);
        }
    }
    return WorkTree(std::move(state));
}

std::optional<std::string> WorkTree::inside(const std::string& path) const {
    std::error_code failed;
    const auto real = fs::weakly_canonical(path, failed);
    return failed ? std::nullopt : below(state_->root, real);
}

std::optional<std::string> WorkTree::inside_as_linked(const std::string& path) const {
    std::error_code failed;
    // The way to the work tree may have links of its own.
    const auto here = fs::canonical(fs::current_path(failed), failed);
    return failed ? std::nullopt : below(state_->root, (here / path).lexically_normal());
}

bool WorkTree::knows_base() const { return state_->base.has_value(); }
const std::string& WorkTree::base_name() const { return state_->base_name; }

bool WorkTree::base_has(const std::string& path) const {
    if (!state_->base) return false;
    const auto has = has_file(state_->repository.get(), *state_->base, path);
    return has && *has;
}

bool WorkTree::head_has(const std::string& path) const {
    if (!state_->head) return false;
    const auto has = has_file(state_->repository.get(), *state_->head, path);
    return has && *has;
}

}  // namespace pgfence::diff

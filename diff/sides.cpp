// Ways to the two sides, the cheapest first; the checkouts are those that actions/checkout makes.
//   1. everything is in the clone (fetch-depth: 0, a developer's clone)
//   2. HEAD is GitHub's test merge of head into base and its first parent is there (fetch-depth: 2): what the merge
//      changes in its first parent is what the pull request does
//   3. HEAD is that merge and stands alone (fetch-depth: 1, the default): its first parent is fetched, one commit deep
//   4. something else lacks: base and head are fetched, deeper and deeper until they share a commit
//   5. nothing was checked out (pull_request_target, which must not): the same, beside an empty repository
//   6. nothing can be fetched: GitHub's API is asked for both, file by file; of a partial clone, for what it lacks
#include "diff/sides.h"

#include <algorithm>
#include <vector>

namespace pgfence::diff {
namespace {

constexpr std::string_view kMend = "add the line `fetch-depth: 0` under `with:` of the actions/checkout step";

constexpr std::string_view kMendCheckout =
    "give the token the permission `contents: read`, or check out the repository";

std::string shown(const git_oid& id) { return to_string(id).substr(0, 12); }

std::optional<git_oid> merge_base(git_repository* repository, const git_oid& a, const git_oid& b) {
    git_oid found;
    if (git_merge_base(&found, repository, &a, &b) != 0) return std::nullopt;
    return found;
}

struct TestMerge {
    git_oid merge, base, head;
};

std::optional<TestMerge> test_merge(git_repository* clone) {
    git_oid id;
    if (git_reference_name_to_id(&id, clone, "HEAD") != 0) return std::nullopt;
    const Commit merge = find_commit(clone, id);
    if (!merge) return std::nullopt;
    const auto parents = written_parents(merge.get());
    if (parents.size() != 2) return std::nullopt;
    return TestMerge{id, parents[0], parents[1]};
}

/// What to ask a server for when a name means nothing in the clone, a tag before a branch as git does; none when it
/// cannot be a name.
std::vector<std::string> refs_named(std::string_view name) {
    std::vector<std::string> refs;
    if (name.starts_with("refs/"))
        refs = {std::string(name)};
    else if (name.starts_with("origin/"))
        refs = {"refs/heads/" + std::string(name.substr(7))};
    else
        refs = {"refs/tags/" + std::string(name), "refs/heads/" + std::string(name)};
    std::erase_if(refs, [](const std::string& ref) {
        int valid = 0;
        return git_reference_name_is_valid(&valid, ref.c_str()) != 0 || !valid;
    });
    return refs;
}

/// What is called by a plain name may be a tag, of which GitHub's test merge knows nothing.
bool may_be_merged_into(std::string_view base) {
    return parse_id(std::string(base)) || base.starts_with("origin/") || base.starts_with("refs/heads/") ||
           base.starts_with("refs/remotes/");
}

bool is_given(const std::optional<std::string>& revision) {
    return revision && !revision->empty() && revision->find_first_not_of('0') != revision->npos;
}

}  // namespace

struct Sides::Revision {
    std::string_view role;  // "base"
    std::string text;
    std::optional<git_oid> id;
    bool in_clone = false;

    std::string name() const {
        return std::string(role) + " " + (parse_id(text) ? "commit " + text : "'" + text + "'");
    }
    /// The first that the server has is meant.
    std::vector<FetchRef> wants() const {
        if (id) return {{to_string(*id), std::string(role)}};
        std::vector<FetchRef> found;
        for (const std::string& ref : refs_named(text))
            found.push_back({ref, std::string(role) + std::to_string(found.size())});
        return found;
    }
};

Result<Sides::Revision> Sides::head_revision() const {
    const std::string text = is_given(request_.head) ? *request_.head : "HEAD";
    const auto id = find_revision(clone_.get(), text);
    if (!id && text == "HEAD") return usage_error("the repository has no commit yet: HEAD points nowhere");
    return Revision{"head", text, id, id && find_commit(clone_.get(), *id)};
}

Result<Sides::Revision> Sides::base_revision() const {
    if (is_given(request_.base)) {
        const auto id = find_revision(clone_.get(), *request_.base);
        return Revision{"base", *request_.base, id, id && find_commit(clone_.get(), *id)};
    }
    if (auto found = usual_base(clone_.get())) return Revision{"base", std::move(found->name), found->commit, true};
    return usage_error("nothing to compare with: the clone has no origin/HEAD, main or master; " +
                       std::string(in_a_workflow() ? "give the input base" : "name the base with --base"));
}

bool Sides::found_in_clone(const Revision& base, const Revision& head) {
    if (!base.in_clone || !head.in_clone) return false;
    const auto shared = merge_base(clone_.get(), *base.id, *head.id);
    if (!shared) return false;
    old_side = *shared;
    new_side = *head.id;
    base_tip = *base.id;
    how = "compared " + head.text + " (" + shown(*head.id) + ") with " + base.text + " (" + shown(*base.id) +
          ") from their merge base " + shown(*shared) + ", all in the clone";
    return true;
}

bool Sides::found_as_test_merge(const Revision& base, const Revision& head) {
    const auto found = test_merge(clone_.get());
    if (!found) return false;
    const bool of_this_head = head.id && same(found->head, *head.id) && may_be_merged_into(base.text);
    const bool of_this_base = head.id && same(found->merge, *head.id) && base.id && same(found->base, *base.id);
    if (!of_this_head && !of_this_base) return false;
    old_side = base_tip = found->base;
    new_side = found->merge;
    how = "HEAD (" + shown(new_side) + ") merges the head into its base: compared with its first parent " +
          shown(old_side) + ", which is in the clone";
    return true;
}

Result<void> Sides::need_scratch() {
    if (scratch_) return {};
    auto source = source_of(clone_.get(), request_.credentials);
    if (!source) return failure("the clone has no remote 'origin' to fetch from");
    scratch_.emplace(TRY(Scratch::make(clone_.get(), std::move(*source), request_.scratch_folder)));
    return {};
}

Result<void> Sides::fetch_first_parent() {
    if (auto made = need_scratch(); !made) return made;
    if (auto fetched = scratch_->fetch({{to_string(old_side), "base"}}, 1); !fetched) return fetched;
    if (!scratch_->fetched("base")) return failure("the server sent no commit " + to_string(old_side));
    how = "HEAD (" + shown(new_side) + ") merges the head into its base: compared with its first parent " +
          shown(old_side) + ", which was fetched";
    return {};
}

std::optional<git_oid> Sides::first_fetched(const std::vector<FetchRef>& wants) const {
    for (const FetchRef& want : wants)
        if (const auto id = scratch_->fetched(want.name)) return id;
    return std::nullopt;
}

Result<void> Sides::fetch_both(const Revision& base, const Revision& head) {
    const auto wants_base = base.wants(), wants_head = head.wants();
    for (const auto& [revision, wants] : {std::pair{&base, &wants_base}, std::pair{&head, &wants_head}})
        if (wants->empty()) return failure("it names no branch or tag that could be fetched: '" + revision->text + "'");
    auto wants = wants_base;
    wants.insert(wants.end(), wants_head.begin(), wants_head.end());
    if (auto made = need_scratch(); !made) return made;
    for (const int depth : {50, 500, kUnshallow}) {
        if (auto fetched = scratch_->fetch(wants, depth); !fetched) return fetched;
        const auto base_id = first_fetched(wants_base), head_id = first_fetched(wants_head);
        for (const auto& [id, revision] : {std::pair{&base_id, &base}, std::pair{&head_id, &head}})
            if (!*id) return failure("the server has no " + revision->name());
        const auto shared = merge_base(scratch_->repository(), *base_id, *head_id);
        if (!shared) continue;
        old_side = *shared;
        new_side = *head_id;
        base_tip = *base_id;
        how = std::string(stand_in_ ? "nothing is checked out: " : "") + "fetched base (" + shown(*base_id) +
              ") and head (" + shown(*head_id) + ")" + (stand_in_ ? "" : ", which the clone lacks,") +
              " and compared from their merge base " + shown(*shared);
        return {};
    }
    return usage_error(base.name() + " and " + head.name() + " share no commit");
}

std::string Sides::named(const git_oid& commit) const {
    const std::string id = to_string(commit);
    const auto found = stands_for_.find(id);
    return found == stands_for_.end() ? id : found->second;
}

void Sides::ask_no_more() {
    if (asked_) asked_->stop();
}

Result<void> Sides::ask_for_both(const Revision& base, const Revision& head, const std::string& why) {
    if (!request_.commits) return failure("there is no API to ask");
    if (auto made = need_scratch(); !made) return made;
    // The API takes a branch or a tag by its name, without "refs/".
    const auto branch = [](const Revision& revision) {
        if (revision.id) return to_string(*revision.id);
        for (const std::string_view folder : {"origin/", "refs/heads/", "refs/tags/"})
            if (revision.text.starts_with(folder)) return revision.text.substr(folder.size());
        return revision.text;
    };
    asked_.emplace(TRY(Asked::make(scratch_->repository(), *request_.commits)));
    const std::string shared = TRY(request_.commits->merge_base(branch(base), branch(head)));
    const auto old_commit = TRY(asked_->commit(shared));
    const auto tip = TRY(asked_->commit(branch(base))), new_commit = TRY(asked_->commit(branch(head)));
    for (const auto& one : {old_commit, tip, new_commit}) stands_for_[to_string(one.commit)] = one.stands_for;
    old_side = old_commit.commit;
    base_tip = tip.commit;
    new_side = new_commit.commit;
    how = "asked the API file by file, as fetching failed (" + why + "): compared head " + named(new_side) +
          " with base " + named(base_tip) + " from their merge base " + named(old_side);
    return {};
}

/// An empty repository stands in for the clone, so that the rest need not know.
Result<Sides> Sides::without_checkout(const Request& request) {
    auto folder = TRY(TemporaryFolder::make(request.scratch_folder));
    Sides sides(request, TRY(empty_repository(folder.path())));
    sides.stand_in_.emplace(std::move(folder));
    return sides;
}

Result<Sides> Sides::find(const Request& request) {
    auto clone = open_repository(request.repository_path);
    const bool absent = !clone && clone.error().kind == Error::Kind::usage;
    if (!clone && !(absent && !request.credentials.repository.empty() && is_given(request.head)))
        return tl::unexpected(clone.error());
    auto sides = absent ? TRY(without_checkout(request)) : Sides(request, std::move(*clone));
    const auto head = TRY(sides.head_revision());
    const auto base = TRY(sides.base_revision());
    if (sides.found_in_clone(base, head)) return sides;

    const bool of_test_merge = sides.found_as_test_merge(base, head);
    if (of_test_merge && find_commit(sides.clone_.get(), sides.old_side)) return sides;
    if (base.in_clone && head.in_clone && !git_repository_is_shallow(sides.clone_.get()))
        return usage_error(base.name() + " and " + head.name() + " share no commit: nothing tells what the change is");

    const auto fetched = of_test_merge ? sides.fetch_first_parent() : sides.fetch_both(base, head);
    if (fetched) return sides;
    if (fetched.error().kind == Error::Kind::usage) return tl::unexpected(fetched.error());
    std::string why = fetched.error().message;
    if (request.commits) {
        const auto asked = sides.ask_for_both(base, head, why);
        if (asked) return sides;
        why += "; " + asked.error().message;
    }
    const std::string lacking = of_test_merge    ? "base commit " + to_string(sides.old_side) + " is"
                                : !base.in_clone ? base.name() + " is"
                                : !head.in_clone
                                    ? head.name() + " is"
                                    : "the history that " + base.name() + " and " + head.name() + " share is";
    return failure(lacking + (sides.stand_in_ ? " not checked out" : " not in this clone") +
                   ", and could not be had (" + why + "): " + std::string(sides.stand_in_ ? kMendCheckout : kMend));
}

Result<void> Sides::complete() {
    if (!completed_) completed_ = fetch_or_ask_for_files();
    return *completed_;
}

Result<void> Sides::fetch_or_ask_for_files() {
    const auto fetched = fetch_files();
    if (fetched || !request_.commits || !scratch_ || asked_) return fetched;
    const auto asked = ask_for_files();
    if (!asked) return failure(fetched.error().message + "; " + asked.error().message);
    how +=
        "; the API was asked for the files that the clone lacks, as fetching failed (" + fetched.error().message + ")";
    return {};
}

Result<void> Sides::fetch_files() {
    if (auto made = need_scratch(); !made) return made;
    if (auto fetched = scratch_->fetch({{to_string(old_side), "old"}, {to_string(base_tip), "tip"}}, 1); !fetched)
        return fetched;
    // A test merge may be gone from the server by now, and its files are mostly checked out: what lacks shows in the
    // reading.
    static_cast<void>(scratch_->fetch({{to_string(new_side), "new"}}, 1));
    return {};
}

/// The clone's own commits, with the folders and files that they lack.
Result<void> Sides::ask_for_files() {
    scratch_->lend_objects();
    asked_.emplace(TRY(Asked::make(scratch_->repository(), *request_.commits)));
    for (const git_oid& side : {old_side, base_tip}) TRY(asked_->commit(to_string(side)));
    static_cast<void>(asked_->commit(to_string(new_side)));  // may be gone, as above
    return {};
}

}  // namespace pgfence::diff

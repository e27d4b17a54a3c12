#include "diff/scratch.h"

#include <cstdlib>
#include <fstream>
#include <system_error>

namespace pgfence::diff {
namespace {

namespace fs = std::filesystem;

constexpr const char* kKept = "refs/pgfence/";

/// What the callbacks need to know; one for each connection.
struct Login {
    const Source& source;
    int asked = 0;
};

int give_token(git_credential** out, const char*, const char*, unsigned int allowed, void* payload) {
    auto& login = *static_cast<Login*>(payload);
    if (login.source.token.empty()) {
        git_error_set_str(GIT_ERROR_HTTP, "the server asks for a login and there is no token");
        return GIT_EAUTH;
    }
    // Asked again, the token was refused; without an end libgit2 would offer it for ever.
    if (!(allowed & GIT_CREDENTIAL_USERPASS_PLAINTEXT) || ++login.asked > 1) {
        git_error_set_str(GIT_ERROR_HTTP,
                          "the server does not take the token: it needs the permission 'contents: read'");
        return GIT_EAUTH;
    }
    return git_credential_userpass_plaintext_new(out, "x-access-token", login.source.token.reveal().c_str());
}

/// libgit2 keeps a login over redirects, whatever host they lead to; here the connection ends before it is sent.
int check_host(git_cert*, int, const char* host, void* payload) {
    const auto& login = *static_cast<const Login*>(payload);
    if (login.source.token.empty() || host_of(std::string("https://") + host) == login.source.host)
        return GIT_PASSTHROUGH;
    git_error_set_str(GIT_ERROR_HTTP,
                      (std::string("the server redirects to '") + host + "', which must not see the token").c_str());
    return GIT_EAUTH;
}

git_fetch_options options_for(Login& login, int depth) {
    git_fetch_options options = GIT_FETCH_OPTIONS_INIT;
    options.depth = depth;
    options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE;
    options.update_fetchhead = 0;
    options.proxy_opts.type = GIT_PROXY_AUTO;
    options.callbacks.credentials = give_token;
    options.callbacks.certificate_check = check_host;
    options.callbacks.payload = &login;
    // Over plain HTTP no certificate tells where a redirect led.
    const bool unseen_redirects = !login.source.token.empty() && login.source.url.starts_with("http://");
    options.follow_redirects = unseen_redirects ? GIT_REMOTE_REDIRECT_NONE : GIT_REMOTE_REDIRECT_INITIAL;
    return options;
}

Result<Repository> open_bare(const fs::path& path, int (*open)(git_repository**, const char*)) {
    git_repository* opened = nullptr;
    if (open(&opened, path.c_str()) != 0)
        return failure("could not use the temporary repository '" + path.string() + "': " + last_error());
    return Repository(opened);
}

int init_bare(git_repository** out, const char* path) { return git_repository_init(out, path, 1); }

}  // namespace

Result<TemporaryFolder> TemporaryFolder::make(const std::string& parent) {
    std::error_code error;
    const fs::path above = parent.empty() ? fs::temp_directory_path(error) : fs::path(parent);
    std::string path = (above / "pgfence-XXXXXX").string();
    if (error || !mkdtemp(path.data()))
        return failure("could not make a temporary folder for missing commits in '" + above.string() +
                       "': set TMPDIR to a folder that can be written");
    return TemporaryFolder(path);
}

Result<Repository> empty_repository(const fs::path& folder) { return open_bare(folder, init_bare); }

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;  // nobody could act on it
    if (!path_.empty()) fs::remove_all(path_, ignored);
}

Result<Scratch> Scratch::make(git_repository* clone, Source source, const std::string& folder) {
    auto temporary = TRY(TemporaryFolder::make(folder));
    auto repository = TRY(empty_repository(temporary.path()));
    if (!source.ca_file.empty() &&
        git_libgit2_opts(GIT_OPT_SET_SSL_CERT_LOCATIONS, source.ca_file.c_str(), nullptr) != 0)
        return failure("could not read the certificates in '" + source.ca_file + "': " + last_error());
    return Scratch(clone, std::move(source), std::move(temporary), std::move(repository));
}

/// libgit2 reads the shallow roots when it opens a repository; git_repository_open_bare reads none.
Result<void> Scratch::reopen() {
    repository_ = TRY(open_bare(folder_.path(), git_repository_open));
    return {};
}

/// Failing shows later, as a missing object.
void Scratch::lend_objects() {
    git_odb* found = nullptr;
    if (git_repository_odb(&found, repository_.get()) != 0) return;
    const Odb odb(found);
    git_odb_add_disk_alternate(odb.get(), (fs::path(git_repository_commondir(clone_)) / "objects").c_str());
}

/// A partial clone has commits without their files, and the local transport takes "there" for "there with all history":
/// neither may be told what the clone has.
bool Scratch::clone_is_whole_per_commit() const {
    if (source_.is_local) return false;
    git_config* found = nullptr;
    if (git_repository_config_snapshot(&found, clone_) != 0) return false;
    const Config config(found);
    bool partial = false;
    const auto note = [](const git_config_entry*, void* seen) { return *static_cast<bool*>(seen) = true, 0; };
    git_config_foreach_match(config.get(), "^remote\\..*\\.(promisor|partialclonefilter)$", note, &partial);
    git_config_foreach_match(config.get(), "^extensions\\.partialclone$", note, &partial);
    return !partial;
}

/// Each fetch says the same: one commit is had, without its parents. The server then sends what differs from the
/// checkout and not all of its files once more. More must not be said, nor what an earlier fetch brought: libgit2
/// (1.8, 1.9) forgets shallow roots that the server does not name again (setup_shallow_roots), and from twenty commits
/// on it asks in rounds, in which it does not expect that the server repeats the roots (store_common).
Result<void> Scratch::start_anew() {
    std::error_code ignored;  // there at the second fetch only
    fs::remove_all(folder_.path() / kKept, ignored);
    fs::remove(folder_.path() / "shallow", ignored);
    git_oid head;
    const bool says = clone_is_whole_per_commit() && git_reference_name_to_id(&head, clone_, "HEAD") == 0;
    if (says) std::ofstream(folder_.path() / "shallow") << to_string(head) << '\n';
    if (auto opened = reopen(); !opened || !says) return opened;
    lend_objects();
    git_reference* created = nullptr;
    git_reference_create(&created, repository_.get(), (std::string(kKept) + "clone").c_str(), &head, 1, nullptr);
    const Reference kept(created);
    return {};
}

Result<void> Scratch::fetch(const std::vector<FetchRef>& wants, int depth) {
    const auto failed = [&] {
        return failure(without_secrets("fetching from " + source_.url + " failed: " + last_error(), source_.token));
    };
    if (auto started = start_anew(); !started) return started;
    git_remote* created = nullptr;
    if (git_remote_create_anonymous(&created, repository_.get(), source_.url.c_str()) != 0) return failed();
    const Remote remote(created);

    std::vector<std::string> texts;
    for (const FetchRef& want : wants) texts.push_back("+" + want.source + ":" + kKept + want.name);
    std::vector<char*> pointers;
    for (std::string& text : texts) pointers.push_back(text.data());
    const git_strarray refspecs{pointers.data(), pointers.size()};

    Login login{source_};
    const git_fetch_options options = options_for(login, source_.is_local ? 0 : depth);
    if (git_remote_fetch(remote.get(), &refspecs, &options, nullptr) != 0) return failed();
    if (auto opened = reopen(); !opened) return opened;
    lend_objects();
    return {};
}

std::optional<git_oid> Scratch::fetched(const std::string& name) const {
    git_oid id;
    if (git_reference_name_to_id(&id, repository_.get(), (kKept + name).c_str()) != 0) return std::nullopt;
    const auto commit = find_revision(repository_.get(), to_string(id));  // of an annotated tag, what it names
    if (!commit || !find_commit(repository_.get(), *commit)) return std::nullopt;
    return commit;
}

}  // namespace pgfence::diff

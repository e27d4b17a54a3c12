#pragma once
// A GitHub in this process: keeps check runs and comments as GitHub does (annotations append, comments come in pages),
// fails when told to, and remembers every request for the contract test.

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "bot/http.h"

namespace pgfence::fake {

struct Recorded {
    std::string method, path, body;  ///< path with query, as requested
    std::map<std::string, std::string> headers = {};
};

/// What happens to the next request of `method` whose path contains `path`.
struct Fault {
    std::string method, path;
    int status = 500;  ///< 0: the connection breaks without an answer
    std::map<std::string, std::string> headers = {};
    std::string body = R"({"message":"fault"})";
    bool after_effect = false;  ///< GitHub did it, and then failed to say so
    int times = 1;
    int skip = 0;  ///< so many fitting requests pass first
};

struct CheckRun {
    std::uint64_t id = 0;
    std::string name, head_sha, external_id, status, conclusion, title;
    std::vector<std::string> annotations;  ///< their messages, in order
};

struct Comment {
    std::uint64_t id = 0;
    std::string body, login = "github-actions[bot]", type = "Bot";
};

struct Pull {
    std::uint64_t number = 0;
    std::string head_repository, head_branch, head_sha, base_sha, author = "mona", state = "open";
};

/// A file of pull request 7. Review comments are taken on the lines that the patch shows.
struct ChangedFile {
    std::string path, patch;
};

struct ReviewComment {
    std::uint64_t id = 0;
    std::string path, body;
    std::uint32_t start_line = 0, line = 0;
    bool own = true, resolved = false;
    std::size_t answers = 0;
};

struct Upload {
    std::string commit_sha, ref;
    std::string sarif;  ///< decoded and unpacked
};

/// A request that is not answered until it is let go.
class Hold {
public:
    void wait_until_held();
    void let_go();
    void keep();  ///< by the server

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool held_ = false, gone_ = false;
};

class FakeGitHub {
public:
    /// `prefix`: before every REST path, "/api/v3" as on GitHub Enterprise Server.
    explicit FakeGitHub(std::string prefix = "");
    ~FakeGitHub();

    std::string url() const;          ///< GITHUB_API_URL
    std::string graphql_url() const;  ///< GITHUB_GRAPHQL_URL
    void fail(Fault fault);
    /// Keeps the requests of `method` whose path contains `path` waiting.
    std::shared_ptr<Hold> hold(std::string method, std::string path);
    /// As over HTTP, without a connection.
    HttpResponse answer(const HttpRequest& request);
    /// Requests to the repository by its old name answer 307 to /repositories/1.
    void rename_repository();

    std::vector<CheckRun> check_runs();
    std::vector<Comment> comments();
    void add_comment(Comment comment);
    void add_pull(Pull pull);
    /// The commit that is pull request 7's head from now on; forty times "b" until then.
    void push(std::string head);
    /// Answers for the commits of that repository, a folder on this machine.
    void serve_commits_of(const std::string& repository);
    void add_file(ChangedFile file);
    std::vector<ReviewComment> review_comments();
    void add_review_comment(ReviewComment comment);
    std::vector<Upload> uploads();
    /// How code scanning answers after so many looks: "complete" or "failed".
    void process_uploads(int looks, std::string status, std::vector<std::string> errors = {});
    std::vector<Recorded> requests();
    std::size_t count(const std::string& method, const std::string& path_part);
    void forget_requests();

private:
    struct Server;
    std::unique_ptr<Server> server_;
};

/// Runs tests/tools/validate-openapi.mjs over the requests. Empty: no violation; else what it printed.
std::string contract_violations(const std::vector<Recorded>& requests);
/// The same by tests/tools/replay-prism.mjs, which takes seconds: once for requests of every kind.
std::string prism_violations(const std::vector<Recorded>& requests);

}  // namespace pgfence::fake

#include "tests/bot/fake_github.h"

#include <httplib.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <regex>
#include <thread>

#include "core/text.h"
#include "tests/bot/fake_commits.h"
#include "tests/bot/fake_reviews.h"

namespace pgfence::fake {
namespace {

using nlohmann::json;

}  // namespace

struct FakeGitHub::Server {
    httplib::Server http;
    std::thread thread;
    int port = 0;
    std::string prefix;
    std::mutex mutex;
    std::uint64_t next_id = 1000;
    std::vector<CheckRun> runs;
    std::vector<Comment> comments;
    std::vector<Pull> pulls;
    std::string head = std::string(40, 'b');  ///< of pull request 7
    Reviews reviews;
    Uploads uploads;
    std::optional<Commits> commits;
    std::vector<Recorded> requests;
    std::vector<Fault> faults;
    bool renamed = false;
    std::string held_method, held_path;
    std::shared_ptr<Hold> held;

    json run_json(const CheckRun& run) const {
        return {{"id", run.id},
                {"name", run.name},
                {"head_sha", run.head_sha},
                {"external_id", run.external_id},
                {"status", run.status},
                {"conclusion", run.conclusion.empty() ? json(nullptr) : json(run.conclusion)},
                {"html_url", "https://github.com/octo/app/runs/" + std::to_string(run.id)},
                {"output", {{"title", run.title}, {"annotations_count", run.annotations.size()}}}};
    }

    json comment_json(const Comment& comment) const {
        return {{"id", comment.id},
                {"html_url", "https://github.com/octo/app/pull/7#issuecomment-" + std::to_string(comment.id)},
                {"body", comment.body},
                {"user", {{"login", comment.login}, {"type", comment.type}}}};
    }

    Answer apply(CheckRun& run, const json& body) {
        if (body.contains("output")) {
            const json& output = body["output"];
            if (!output.contains("summary") || !output.contains("title"))
                return problem(422, "output needs title and summary");
            if (output["summary"].get<std::string>().size() > 65535)
                return problem(422, "Only 65535 characters are allowed");
            run.title = output["title"];
            const json annotations = output.value("annotations", json::array());
            if (annotations.size() > 50) return problem(422, "Only 50 annotations are allowed per request");
            for (const json& annotation : annotations) run.annotations.push_back(annotation["message"]);
        }
        run.status = body.value("status", run.status);
        run.conclusion = body.value("conclusion", run.conclusion);
        if (!run.conclusion.empty()) run.status = "completed";
        if (run.status == "completed" && run.conclusion.empty()) return problem(422, "conclusion is missing");
        return {200, run_json(run), {}};
    }

    Answer create_run(const json& body) {
        CheckRun run;
        run.id = next_id++;
        run.name = body.at("name");
        run.head_sha = body.at("head_sha");
        run.external_id = body.value("external_id", "");
        run.status = "queued";
        auto answer = apply(run, body);
        if (answer.status != 200) return answer;
        runs.push_back(run);
        answer.status = 201;
        return answer;
    }

    Answer list_runs(const std::string& sha, const std::string& name) const {
        json list = json::array();
        for (const auto& run : runs)
            if (run.head_sha == sha && (name.empty() || run.name == name)) list.push_back(run_json(run));
        return {200, {{"total_count", list.size()}, {"check_runs", list}}, {}};
    }

    Answer paged(const httplib::Request& request, const std::string& path, const json& all) const {
        const auto number = [&](const char* name, std::size_t otherwise) {
            return request.has_param(name) ? static_cast<std::size_t>(std::stoul(request.get_param_value(name)))
                                           : otherwise;
        };
        const auto size = std::min<std::size_t>(number("per_page", 30), 100), page = number("page", 1);
        json list = json::array();
        for (std::size_t i = (page - 1) * size; i < std::min(page * size, all.size()); ++i) list.push_back(all[i]);
        Answer answer{200, list, {}};
        if (page * size < all.size()) {
            const auto link = [&](std::size_t to) {
                return "<http://127.0.0.1:" + std::to_string(port) + path + "?per_page=" + std::to_string(size) +
                       "&page=" + std::to_string(to) + ">";
            };
            answer.headers["Link"] =
                link(page + 1) + "; rel=\"next\", " + link((all.size() + size - 1) / size) + "; rel=\"last\"";
        }
        return answer;
    }

    json all_comments() const {
        json all = json::array();
        for (const Comment& comment : comments) all.push_back(comment_json(comment));
        return all;
    }

    Answer create_comment(const json& body) {
        const std::string text = body.at("body");
        if (text.size() > 65536) return problem(422, "Body is too long (maximum is 65536 characters)");
        comments.push_back({next_id++, text});
        return {201, comment_json(comments.back()), {}};
    }

    Answer change_comment(const std::string& method, std::uint64_t id, const json& body) {
        const auto found = std::find_if(comments.begin(), comments.end(), [&](const Comment& c) { return c.id == id; });
        if (found == comments.end()) return problem(404, "Not Found");
        if (method == "DELETE") {
            comments.erase(found);
            return {204, nullptr, {}};
        }
        if (method == "PATCH") found->body = body.at("body");
        return {200, comment_json(*found), {}};
    }

    /// "head" is OWNER:BRANCH; without it GitHub lists all.
    Answer list_pulls(const httplib::Request& request) const {
        json list = json::array();
        for (const Pull& pull : pulls) {
            const auto owner = pull.head_repository.substr(0, pull.head_repository.find('/'));
            if (request.has_param("state") && request.get_param_value("state") != pull.state) continue;
            if (request.has_param("head") && request.get_param_value("head") != owner + ":" + pull.head_branch)
                continue;
            const json head_repository =
                pull.head_repository.empty() ? json() : json{{"full_name", pull.head_repository}};
            list.push_back({{"number", pull.number},
                            {"state", pull.state},
                            {"user", {{"login", pull.author}}},
                            {"base", {{"sha", pull.base_sha}}},
                            {"head", {{"sha", pull.head_sha}, {"ref", pull.head_branch}, {"repo", head_repository}}}});
        }
        return {200, list, {}};
    }

    Answer pull() const {
        const auto told = std::find_if(pulls.begin(), pulls.end(), [](const Pull& p) { return p.number == 7; });
        return {200, {{"number", 7}, {"head", {{"sha", told == pulls.end() ? head : told->head_sha}}}}, {}};
    }

    Answer route(const httplib::Request& request, std::string path) {
        const json body = request.body.empty() ? json() : json::parse(request.body, nullptr, false);
        if (path == (prefix.empty() ? "/graphql" : "/api/graphql")) return reviews.graphql(body);
        if (!path.starts_with(prefix)) return problem(404, "Not Found");
        path.erase(0, prefix.size());
        if (renamed && path.starts_with("/repos/octo/app/"))
            return {307,
                    {{"message", "Moved"}},
                    {{"Location", "http://127.0.0.1:" + std::to_string(port) + prefix + "/repositories/1/" +
                                      path.substr(16) + (request.params.empty() ? "" : "?per_page=100")}}};
        const std::string repository = path.starts_with("/repositories/1") ? "/repositories/1" : "/repos/octo/app";
        if (!path.starts_with(repository)) return problem(404, "Not Found");
        const auto rest = path.substr(repository.size());
        std::smatch match;
        if (request.method == "POST" && rest == "/check-runs") return create_run(body);
        if (std::regex_match(rest, match, std::regex("/check-runs/(\\d+)"))) {
            const auto id = std::stoull(match[1]);
            const auto run = std::find_if(runs.begin(), runs.end(), [&](const CheckRun& r) { return r.id == id; });
            if (run == runs.end()) return problem(404, "Not Found");
            return request.method == "GET" ? Answer{200, run_json(*run), {}} : apply(*run, body);
        }
        if (std::regex_match(rest, match, std::regex("/commits/([0-9a-f]+)/check-runs")))
            return list_runs(match[1], request.has_param("check_name") ? request.get_param_value("check_name") : "");
        if (const auto told = commits && request.method == "GET" ? commits->answer(rest) : std::nullopt)
            return {200, *told, {}};
        if (request.method == "GET" && rest == "/pulls") return list_pulls(request);
        if (request.method == "GET" && rest == "/pulls/7") return pull();
        if (rest == "/issues/7/comments")
            return request.method == "GET" ? paged(request, path, all_comments()) : create_comment(body);
        if (request.method == "GET" && rest == "/pulls/7/files") return paged(request, path, reviews.all_files());
        if (request.method == "POST" && rest == "/pulls/7/reviews") return reviews.create(body);
        if (request.method == "POST" && rest == "/pulls/7/comments") return reviews.create_comment(body);
        if (std::regex_match(rest, match, std::regex("/pulls/comments/(\\d+)")))
            return request.method == "DELETE" ? reviews.remove(std::stoull(match[1]))
                                              : reviews.edit(std::stoull(match[1]), body);
        if (request.method == "POST" && rest == "/code-scanning/sarifs") return uploads.take(body);
        if (request.method == "GET" && rest.starts_with("/code-scanning/sarifs/")) return uploads.status();
        if (std::regex_match(rest, match, std::regex("/issues/comments/(\\d+)")))
            return change_comment(request.method, std::stoull(match[1]), body);
        return problem(404, "Not Found");
    }

    Fault* fault_for(const std::string& method, const std::string& path) {
        for (Fault& fault : faults) {
            if (fault.times == 0 || fault.method != method || path.find(fault.path) == std::string::npos) continue;
            if (fault.skip > 0) {
                --fault.skip;
                continue;
            }
            --fault.times;
            return &fault;
        }
        return nullptr;
    }

    static void send(const Answer& answer, httplib::Response& response) {
        response.status = answer.status;
        for (const auto& [name, value] : answer.headers) response.set_header(name.c_str(), value);
        if (answer.status != 204) response.set_content(answer.body.dump(), "application/json");
    }

    void handle(const httplib::Request& request, httplib::Response& response) {
        if (held && request.method == held_method && request.path.find(held_path) != std::string::npos) held->keep();
        const std::lock_guard lock(mutex);
        Recorded recorded{request.method, request.target, request.body, {}};
        for (const auto& [name, value] : request.headers) recorded.headers[name] = value;
        requests.push_back(std::move(recorded));
        Fault* fault = fault_for(request.method, request.path);
        if (!fault) return send(route(request, request.path), response);
        if (fault->after_effect) (void)route(request, request.path);
        if (fault->status == 0) {
            // A body that breaks off: the client never gets a whole answer.
            response.set_content_provider(1000, "application/json",
                                          [](std::size_t, std::size_t, httplib::DataSink&) { return false; });
            return;
        }
        response.status = fault->status;
        for (const auto& [name, value] : fault->headers) response.set_header(name.c_str(), value);
        response.set_content(fault->body, "application/json");
    }
};

FakeGitHub::FakeGitHub(std::string prefix) : server_(std::make_unique<Server>()) {
    server_->prefix = std::move(prefix);
    const auto handler = [this](const httplib::Request& request, httplib::Response& response) {
        server_->handle(request, response);
    };
    server_->http.Get(".*", handler);
    server_->http.Post(".*", handler);
    server_->http.Patch(".*", handler);
    server_->http.Delete(".*", handler);
    server_->port = server_->http.bind_to_any_port("127.0.0.1");
    server_->thread = std::thread([this] { server_->http.listen_after_bind(); });
    while (!server_->http.is_running()) std::this_thread::yield();
}

FakeGitHub::~FakeGitHub() {
    server_->http.stop();
    server_->thread.join();
}

std::string FakeGitHub::url() const { return "http://127.0.0.1:" + std::to_string(server_->port) + server_->prefix; }

std::string FakeGitHub::graphql_url() const {
    return "http://127.0.0.1:" + std::to_string(server_->port) +
           (server_->prefix.empty() ? "/graphql" : "/api/graphql");
}

void Hold::wait_until_held() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return held_; });
}

void Hold::let_go() {
    const std::lock_guard lock(mutex_);
    gone_ = true;
    changed_.notify_all();
}

void Hold::keep() {
    std::unique_lock lock(mutex_);
    held_ = true;
    changed_.notify_all();
    changed_.wait(lock, [&] { return gone_; });
}

std::shared_ptr<Hold> FakeGitHub::hold(std::string method, std::string path) {
    const std::lock_guard lock(server_->mutex);
    server_->held_method = std::move(method);
    server_->held_path = std::move(path);
    server_->held = std::make_shared<Hold>();
    return server_->held;
}

HttpResponse FakeGitHub::answer(const HttpRequest& request) {
    httplib::Request asked;
    asked.method = request.method;
    asked.target = request.target;
    asked.path = request.target.substr(0, request.target.find('?'));
    if (const auto query = request.target.find('?'); query != std::string::npos)
        httplib::detail::parse_query_text(request.target.substr(query + 1), asked.params);
    asked.body = request.body;
    httplib::Response answered;
    server_->handle(asked, answered);
    HttpResponse response{answered.status, {}, answered.body};
    for (const auto& [name, value] : answered.headers) response.headers.emplace(lower_case(name), value);
    return response;
}

void FakeGitHub::fail(Fault fault) {
    const std::lock_guard lock(server_->mutex);
    server_->faults.push_back(std::move(fault));
}

void FakeGitHub::rename_repository() {
    const std::lock_guard lock(server_->mutex);
    server_->renamed = true;
}

std::vector<CheckRun> FakeGitHub::check_runs() {
    const std::lock_guard lock(server_->mutex);
    return server_->runs;
}

std::vector<Comment> FakeGitHub::comments() {
    const std::lock_guard lock(server_->mutex);
    return server_->comments;
}

void FakeGitHub::add_comment(Comment comment) {
    const std::lock_guard lock(server_->mutex);
    if (comment.id == 0) comment.id = server_->next_id++;
    server_->comments.push_back(std::move(comment));
}

void FakeGitHub::push(std::string head) {
    const std::lock_guard lock(server_->mutex);
    server_->head = std::move(head);
}

void FakeGitHub::add_pull(Pull pull) {
    const std::lock_guard lock(server_->mutex);
    server_->pulls.push_back(std::move(pull));
}

void FakeGitHub::serve_commits_of(const std::string& repository) {
    const std::lock_guard lock(server_->mutex);
    server_->commits.emplace(repository);
}

void FakeGitHub::add_file(ChangedFile file) {
    const std::lock_guard lock(server_->mutex);
    server_->reviews.files.push_back(std::move(file));
}

std::vector<ReviewComment> FakeGitHub::review_comments() {
    const std::lock_guard lock(server_->mutex);
    return server_->reviews.comments;
}

void FakeGitHub::add_review_comment(ReviewComment comment) {
    const std::lock_guard lock(server_->mutex);
    server_->reviews.add(std::move(comment));
}

std::vector<Upload> FakeGitHub::uploads() {
    const std::lock_guard lock(server_->mutex);
    return server_->uploads.taken;
}

void FakeGitHub::process_uploads(int looks, std::string status, std::vector<std::string> errors) {
    const std::lock_guard lock(server_->mutex);
    server_->uploads.looks = looks;
    server_->uploads.result = std::move(status);
    server_->uploads.errors = std::move(errors);
}

std::vector<Recorded> FakeGitHub::requests() {
    const std::lock_guard lock(server_->mutex);
    return server_->requests;
}

std::size_t FakeGitHub::count(const std::string& method, const std::string& path_part) {
    const auto all = requests();
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const Recorded& r) {
        return r.method == method && r.path.find(path_part) != std::string::npos;
    }));
}

void FakeGitHub::forget_requests() {
    const std::lock_guard lock(server_->mutex);
    server_->requests.clear();
}

namespace {

/// A script of tests/tools over the requests; what it printed when it found something.
std::string found_by(const std::string& script, const std::vector<Recorded>& requests) {
    char path[] = "/tmp/pgfence-requests-XXXXXX";
    const int file = mkstemp(path);
    if (file < 0) return "cannot make a temporary file";
    close(file);
    {
        std::ofstream lines(path);
        for (const Recorded& request : requests) {
            const json line{{"method", request.method},
                            {"path", request.path},
                            {"body", request.body.empty() ? json() : json::parse(request.body)}};
            lines << line.dump() << '\n';
        }
    }
    const auto command = std::string("node ") + PGFENCE_TEST_TOOLS + "/" + script + " " + path + " 2>&1";
    std::string output;
    FILE* pipe = popen(command.c_str(), "r");
    std::array<char, 4096> buffer{};
    while (pipe && fgets(buffer.data(), buffer.size(), pipe)) output += buffer.data();
    const int status = pipe ? pclose(pipe) : -1;
    unlink(path);
    return status == 0 ? "" : output + "(exit status " + std::to_string(status) + ")";
}

}  // namespace

std::string contract_violations(const std::vector<Recorded>& requests) {
    return found_by("validate-openapi.mjs", requests);
}

std::string prism_violations(const std::vector<Recorded>& requests) { return found_by("replay-prism.mjs", requests); }

}  // namespace pgfence::fake

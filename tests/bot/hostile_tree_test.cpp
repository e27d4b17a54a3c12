// The program as `action.yml` starts it, in trees that a pull request made to write or read where it must not: after
// each, nothing but the two report files is other than it was.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <cstdio>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/diff/repositories.h"

using namespace pgfence::diff::testing;

namespace {

struct Ran {
    int exit_code = -1;
    std::string output;
};

Ran run(const std::string& command) {
    Ran ran;
    FILE* pipe = popen((command + " 2>&1").c_str(), "r");
    REQUIRE(pipe);
    char buffer[4096];
    for (std::size_t n = 0; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;) ran.output.append(buffer, n);
    const int status = pclose(pipe);
    ran.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return ran;
}

/// What stands below the folder: kind, mode, owner, and what it holds. No link is followed.
std::map<std::string, std::string> below(const fs::path& folder) {
    std::map<std::string, std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        struct stat about {};
        if (lstat(entry.path().c_str(), &about) != 0) continue;
        std::string what = std::to_string(about.st_mode) + " " + std::to_string(about.st_uid) + " ";
        if (S_ISLNK(about.st_mode)) what += fs::read_symlink(entry.path()).string();
        if (S_ISREG(about.st_mode)) {
            std::ifstream file(entry.path(), std::ios::binary);
            what += std::string(std::istreambuf_iterator<char>(file), {});
        }
        found[entry.path().lexically_relative(folder).string()] = std::move(what);
    }
    return found;
}

/// A workspace with a pull request's commits, and beside it what is none of the pull request's business.
struct Tree {
    Folder folder;
    Repo repository{folder / "workspace"};
    fs::path workspace = folder / "workspace", outside = folder / "outside";
    std::string base, head;
    std::map<std::string, std::string> inputs;

    Tree() {
        fs::create_directories(outside);
        write(outside / "file", "nobody's\n");
        repository.write("migrations/1.up.sql", "CREATE TABLE t (id bigint PRIMARY KEY);\n");
        base = repository.commit();
        repository.run("checkout -q -b change");
        repository.write("migrations/2.up.sql", "CREATE INDEX t_id ON t (id);\n");
        head = repository.commit();
        repository.run("config http.extraheader 'AUTHORIZATION: basic c2VjcmV0'");
        git(outside, "init -q other");
    }

    void link(const fs::path& name, const fs::path& target) const {
        fs::remove_all(workspace / name);
        fs::create_directories((workspace / name).parent_path());
        fs::create_symlink(target, workspace / name);
    }
    void commit() { head = repository.commit(); }

    Ran act() {
        const nlohmann::json side = {{"repo", {{"full_name", "octo/app"}}}};
        nlohmann::json event = {{"repository", {{"full_name", "octo/app"}}},
                                {"pull_request", {{"number", 7}, {"base", side}, {"head", side}}}};
        event["pull_request"]["base"]["sha"] = base;
        event["pull_request"]["head"]["sha"] = head;
        write(folder / "event.json", event.dump());
        std::map<std::string, std::string> variables{
            {"GITHUB_ACTIONS", "true"},
            {"GITHUB_EVENT_NAME", "pull_request"},
            {"GITHUB_EVENT_PATH", (folder / "event.json").string()},
            {"GITHUB_OUTPUT", (folder / "output").string()},
            {"GITHUB_REPOSITORY", "octo/app"},
            {"GITHUB_STEP_SUMMARY", (folder / "summary").string()},
            {"GITHUB_WORKSPACE", workspace.string()},
            {"INPUT_PG-VERSION", "16"},
            {"INPUT_REPORT-FILE", "report.json"},
            {"INPUT_SARIF-FILE", "pgfence.sarif"},
        };
        for (const auto& [name, value] : inputs) variables[name] = value;
        std::string command = "timeout 60 env -i PATH=/usr/bin:/bin";
        for (const auto& [name, value] : variables) command += " " + for_shell(name + "=" + value);
        return run(command + " " PGFENCE_BINARY " action");
    }
};

struct Hostile {
    std::string name;
    std::function<void(Tree&)> make;
    std::string said = {};  ///< in the log
    std::vector<std::string> may_change = {"pgfence.sarif", "report.json"};
    int exit_code = 1;  ///< the finding's; 2: an input cannot be used
};

void sarif_is(Tree& tree, const std::string& path) { tree.inputs["INPUT_SARIF-FILE"] = path; }

const std::string kLink = "a symbolic link, which is not followed";

std::vector<Hostile> trees() {
    const std::vector<std::string> report{"report.json"};
    return {
        {"the SARIF file is a link to .git/config", [](Tree& t) { t.link("pgfence.sarif", ".git/config"); },
         "pgfence.sarif is not written: it is " + kLink, report},
        {"the report is a link to .git/config",
         [](Tree& t) { t.link("report.json", ".git/config"); },
         "report.json is not written: it is " + kLink,
         {"pgfence.sarif"}},
        {"a link out, absolute", [](Tree& t) { t.link("pgfence.sarif", t.outside / "file"); }, kLink, report},
        {"a link out, relative", [](Tree& t) { t.link("pgfence.sarif", "../outside/file"); }, kLink, report},
        {"a link to what is not there yet", [](Tree& t) { t.link("pgfence.sarif", t.outside / "new"); }, kLink, report},
        {"a link to a hook", [](Tree& t) { t.link("pgfence.sarif", ".git/hooks/post-checkout"); }, kLink, report},
        {"a link to /dev/stdout", [](Tree& t) { t.link("pgfence.sarif", "/dev/stdout"); }, kLink, report},
        {"a link to itself", [](Tree& t) { t.link("pgfence.sarif", "pgfence.sarif"); }, kLink, report},
        {"links in a circle",
         [](Tree& t) {
             t.link("pgfence.sarif", "other");
             t.link("other", "pgfence.sarif");
         },
         kLink, report},
        {"a link to a file of the tree", [](Tree& t) { t.link("pgfence.sarif", "migrations/1.up.sql"); }, kLink,
         report},
        {"a committed link",
         [](Tree& t) {
             t.link("pgfence.sarif", ".git/config");
             t.commit();
         },
         kLink, report},
        {"its folder is a link out",
         [](Tree& t) {
             t.link("out", t.outside);
             sarif_is(t, "out/file");
         },
         "out/file is not written: out is " + kLink, report},
        {"its folder is a link to .git",
         [](Tree& t) {
             t.link("out", ".git");
             sarif_is(t, "out/config");
         },
         "out is " + kLink, report},
        {"a folder above its folder is a link",
         [](Tree& t) {
             t.link("a/b", t.outside);
             sarif_is(t, "a/b/c/pgfence.sarif");
         },
         "a/b is " + kLink, report},
        {"a link, taken back by ..",
         [](Tree& t) {
             t.link("a", t.outside);
             sarif_is(t, "a/../new/pgfence.sarif");
         },
         "",
         {"new", "new/pgfence.sarif", "report.json"}},
        {"its folder is a file",
         [](Tree& t) {
             t.repository.write("out", "x");
             sarif_is(t, "out/pgfence.sarif");
         },
         "out is no regular file", report},
        {"a folder stands in its place", [](Tree& t) { t.repository.write("pgfence.sarif/x", "x"); }, "it is a folder",
         report},
        {"a named pipe", [](Tree& t) { REQUIRE(mkfifo((t.workspace / "pgfence.sarif").c_str(), 0666) == 0); },
         "it is no regular file", report},
        {"a socket",
         [](Tree& t) {
             sockaddr_un name{AF_UNIX, {}};
             const auto path = (t.workspace / "pgfence.sarif").string();
             REQUIRE(path.size() < sizeof name.sun_path);
             path.copy(name.sun_path, path.size());
             const int made = socket(AF_UNIX, SOCK_STREAM, 0);
             REQUIRE(bind(made, reinterpret_cast<sockaddr*>(&name), sizeof name) == 0);
             close(made);
         },
         "it is no regular file", report},
        {"the same file as one outside",
         [](Tree& t) { fs::create_hard_link(t.outside / "file", t.workspace / "pgfence.sarif"); }},
        {"a file that nobody may write",
         [](Tree& t) {
             t.repository.write("pgfence.sarif", "old");
             chmod((t.workspace / "pgfence.sarif").c_str(), 0444);
         }},
        {"a program of root's",
         [](Tree& t) {
             t.repository.write("pgfence.sarif", "old");
             chmod((t.workspace / "pgfence.sarif").c_str(), 04755);
         }},
        {"a name with a command and a line break",
         [](Tree& t) { sarif_is(t, "a\n::error::b.sarif"); },
         "",
         {"a\n::error::b.sarif", "report.json"}},
        {"a name like an option", [](Tree& t) { sarif_is(t, "-rf"); }, "", {"-rf", "report.json"}},
        {"a name turned round",
         [](Tree& t) {
             sarif_is(t,
                      "\xE2\x80\xAE"
                      "firas.x");
         },
         "",
         {"\xE2\x80\xAE"
          "firas.x",
          "report.json"}},
        {"the working directory is a link",
         [](Tree& t) {
             t.link("app", t.outside / "other");
             t.inputs["INPUT_WORKING-DIRECTORY"] = "app";
         },
         "it is a link out of the workspace",
         {},
         2},
        {"the sizes are a named pipe",
         [](Tree& t) {
             REQUIRE(mkfifo((t.workspace / "stats.json").c_str(), 0666) == 0);
             t.inputs["INPUT_STATS-FILE"] = "stats.json";
         },
         "it is no regular file",
         {},
         2},
        {"the sizes are a link to /dev/zero",
         [](Tree& t) {
             t.link("stats.json", "/dev/zero");
             t.inputs["INPUT_STATS-FILE"] = "stats.json";
         },
         "is a link to what is not in the repository",
         {},
         2},
        {"the sizes are a committed link",
         [](Tree& t) {
             t.link("stats.json", "/dev/zero");
             t.commit();
             t.inputs["INPUT_STATS-FILE"] = "stats.json";
         },
         "is part of the change under review",
         {},
         2},
        {"the snapshot is a link out",
         [](Tree& t) {
             t.link("snapshot.json", "../outside/file");
             t.inputs["INPUT_SNAPSHOT"] = "snapshot.json";
         },
         "is a link to what is not in the repository",
         {},
         2},
        {"the schema is a link to .git/config",
         [](Tree& t) {
             t.link("schema.sql", ".git/config");
             t.inputs["INPUT_SCHEMA"] = "schema.sql";
         },
         "is a link to what is not in the repository",
         {},
         2},
        {"the schema is in a folder that is a link",
         [](Tree& t) {
             t.link("db", t.outside);
             t.inputs["INPUT_SCHEMA"] = "db/file";
         },
         "is a link to what is not in the repository",
         {},
         2},
        {"the configuration is a link", [](Tree& t) { t.link(".pgfence.toml", "/dev/zero"); }},
        {"a migration is a link out",
         [](Tree& t) {
             t.link("migrations/3.up.sql", t.outside / "file");
             t.commit();
         }},
        {"the folder of migrations is a link",
         [](Tree& t) {
             t.link("db/migrate", t.outside);
             t.commit();
         }},
    };
}

}  // namespace

TEST_CASE("whatever the tree holds, nothing but the two report files changes") {
    const auto all = trees();
    CHECK(all.size() >= 30);
    for (const Hostile& hostile : all) {
        INFO(hostile.name);
        Tree tree;
        hostile.make(tree);
        const auto outside = below(tree.outside);
        auto before = below(tree.workspace);
        const Ran ran = tree.act();
        INFO(ran.output);
        CHECK(ran.exit_code == hostile.exit_code);
        CHECK(ran.output.find(hostile.said) != std::string::npos);
        CHECK(ran.output.find("c2VjcmV0") == std::string::npos);
        CHECK(below(tree.outside) == outside);
        auto after = below(tree.workspace);
        for (const std::string& path : hostile.may_change) {
            CHECK(after.contains(path));
            before.erase(path);
            after.erase(path);
        }
        CHECK(before == after);
    }
}

TEST_CASE("the runner's own files are not written through a link") {
    for (const char* variable : {"GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"}) {
        Tree tree;
        tree.link("link", tree.outside / "file");
        tree.inputs[variable] = (tree.workspace / "link").string();
        const auto outside = below(tree.outside);
        const Ran ran = tree.act();
        INFO(ran.output);
        CHECK(ran.exit_code == 1);
        CHECK(ran.output.find(std::string(variable)) != std::string::npos);
        CHECK(below(tree.outside) == outside);
    }
}

TEST_CASE("reports, and the folders made for them, belong to the workspace's owner") {
    if (geteuid() != 0) SKIP("only root makes files for others");
    Tree tree;
    REQUIRE(chown(tree.workspace.c_str(), 1001, 1002) == 0);
    tree.inputs["INPUT_SARIF-FILE"] = "new/folder/pgfence.sarif";
    CHECK(tree.act().exit_code == 1);
    for (const char* made : {"new", "new/folder", "new/folder/pgfence.sarif", "report.json"}) {
        INFO(made);
        struct stat about {};
        REQUIRE(lstat((tree.workspace / made).c_str(), &about) == 0);
        CHECK(about.st_uid == 1001);
        CHECK(about.st_gid == 1002);
    }
}

TEST_CASE("the files of pgfence review are written through no link of the repository either") {
    for (const char* option : {"--comment-file", "--sarif-file", "--json-file", "--summary-file"}) {
        INFO(option);
        Tree tree;
        tree.link("report", ".git/config");
        const auto before = below(tree.workspace / ".git");
        const std::string review = "cd " + for_shell(tree.workspace.string()) +
                                   " && " PGFENCE_BINARY " review --base main " + std::string(option) + " ";
        const Ran ran = run(review + "report");
        INFO(ran.output);
        CHECK(ran.exit_code == 3);
        CHECK(ran.output.find("report is not written: it is a symbolic link") != std::string::npos);
        CHECK(below(tree.workspace / ".git") == before);
        // Elsewhere a path is the user's own.
        CHECK(run(review + (tree.folder / "elsewhere").string()).exit_code == 1);
        CHECK(fs::file_size(tree.folder / "elsewhere") > 0);
        CHECK(run(review + "/dev/stdout").exit_code == 1);
    }
}

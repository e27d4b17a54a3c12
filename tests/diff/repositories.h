#pragma once
// Real repositories for the diff tests, made by the git program, which shares no code with libgit2.

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <string_view>

namespace pgfence::diff::testing {

namespace fs = std::filesystem;

class Folder {
public:
    Folder() {
        std::string path = (fs::temp_directory_path() / "pgfence-test-XXXXXX").string();
        REQUIRE(mkdtemp(path.data()));
        path_ = path;
    }
    ~Folder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    fs::path operator/(std::string_view name) const { return path_ / name; }
    const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

inline std::string for_shell(std::string_view text) {
    std::string result = "'";
    for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return result + "'";
}

/// Runs git as nobody in particular: no configuration of the machine or the user. Answers what it prints.
inline std::string git(const fs::path& where, const std::string& arguments) {
    const std::string command =
        "cd " + for_shell(where.string()) +
        " && GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@x "
        "GIT_COMMITTER_NAME=a"
        " GIT_COMMITTER_EMAIL=a@x GIT_TERMINAL_PROMPT=0 git -c init.defaultBranch=main -c protocol.file.allow=always"
        " -c safe.directory='*' -c gc.auto=0 " +
        arguments + " 2>&1";
    FILE* pipe = popen(command.c_str(), "r");
    REQUIRE(pipe);
    std::string output;
    char buffer[4096];
    for (std::size_t n = 0; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;) output.append(buffer, n);
    const int status = pclose(pipe);
    INFO("git " << arguments << "\n" << output);
    REQUIRE(status == 0);
    while (output.ends_with('\n')) output.pop_back();
    return output;
}

inline void write(const fs::path& file, std::string_view text) {
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
}

/// A repository with a work tree.
class Repo {
public:
    explicit Repo(fs::path path) : path_(std::move(path)) {
        fs::create_directories(path_);
        git(path_, "init -q");
    }
    void write(std::string_view file, std::string_view text) const { testing::write(path_ / file, text); }
    void remove(std::string_view file) const { fs::remove(path_ / file); }
    std::string commit(const std::string& message = "x") const {
        git(path_, "add -A");
        git(path_, "commit -q --allow-empty -m " + for_shell(message));
        return git(path_, "rev-parse HEAD");
    }
    /// What the base has had for long has been deployed.
    std::string commit_long_ago() const {
        setenv("GIT_COMMITTER_DATE", "@1600000000 +0000", 1);
        std::string id = commit();
        unsetenv("GIT_COMMITTER_DATE");
        return id;
    }
    /// Commits that change nothing, in one go, on the branch that is checked out.
    void empty_commits(int count) const {
        const std::string branch = "refs/heads/" + git(path_, "rev-parse --abbrev-ref HEAD");
        std::string stream;
        for (int i = 0; i < count; ++i) {
            const std::string message = branch + std::to_string(i);
            stream += "commit " + branch + "\ncommitter a <a@x> 1700000000 +0000\ndata " +
                      std::to_string(message.size()) + "\n" + message + "\n";
            if (i == 0) stream += "from " + branch + "^0\n";
        }
        const fs::path file = path_ / ".git" / "stream";
        testing::write(file, stream);
        git(path_, "fast-import --quiet < " + for_shell(file.string()));
    }
    std::string run(const std::string& arguments) const { return git(path_, arguments); }
    const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

/// Every file below a folder, with its bytes and its time of change.
inline std::map<std::string, std::string> everything_in(const fs::path& folder) {
    std::map<std::string, std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        std::ostringstream text;
        if (entry.is_regular_file()) text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
        found[entry.path().string()] =
            text.str() + "@" + std::to_string(entry.last_write_time().time_since_epoch().count());
    }
    return found;
}

}  // namespace pgfence::diff::testing

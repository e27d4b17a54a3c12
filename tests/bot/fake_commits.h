#pragma once
// Commits, trees and blobs as GitHub's API tells them, read out of a real repository by the git program.

#include <array>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <regex>
#include <sstream>
#include <string>

#include "bot/gzip.h"

namespace pgfence::fake {

class Commits {
public:
    explicit Commits(std::filesystem::path repository) : repository_(std::move(repository)) {}

    /// The answer to GET /repos/{owner}/{repo}`path`; nothing when GitHub would know none.
    std::optional<nlohmann::json> answer(const std::string& path) const {
        std::smatch match;
        if (std::regex_match(path, match, std::regex("/git/commits/([0-9a-f]{40})")))
            return told(git("rev-parse --verify " + match[1].str() + "^{tree}"), [](const std::string& tree) {
                return nlohmann::json{{"tree", {{"sha", tree}}}};
            });
        if (std::regex_match(path, match, std::regex("/git/trees/([0-9a-f]{40})"))) return tree(match[1]);
        if (std::regex_match(path, match, std::regex("/git/blobs/([0-9a-f]{40})"))) return blob(match[1]);
        if (std::regex_match(path, match, std::regex("/commits/([a-z0-9.]+)"))) return commit(match[1]);
        if (std::regex_match(path, match, std::regex("/compare/([a-z0-9]+(?:\\.[a-z0-9]+)*)\\.\\.\\.([a-z0-9]+)")))
            return told(git("merge-base " + match[1].str() + " " + match[2].str()), [](const std::string& id) {
                return nlohmann::json{{"merge_base_commit", {{"sha", id}}}};
            });
        return std::nullopt;
    }

private:
    template <class AsJson>
    static std::optional<nlohmann::json> told(const std::string& line, AsJson as_json) {
        if (line.empty()) return std::nullopt;
        return as_json(line.substr(0, line.find('\n')));
    }

    std::string git(const std::string& arguments) const {
        const auto command =
            "git -c safe.directory='*' -C '" + repository_.string() + "' " + arguments + " 2>/dev/null";
        std::string output;
        if (FILE* pipe = popen(command.c_str(), "r")) {
            std::array<char, 65536> buffer{};
            for (std::size_t n = 0; (n = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
                output.append(buffer.data(), n);
            if (pclose(pipe) != 0) output.clear();
        }
        return output;
    }

    std::optional<nlohmann::json> tree(const std::string& id) const {
        nlohmann::json entries = nlohmann::json::array();
        std::istringstream lines(git("ls-tree -r -t -z " + id));
        for (std::string line; std::getline(lines, line, '\0');) {
            std::istringstream words(line.substr(0, line.find('\t')));
            std::string mode, type, sha;
            words >> mode >> type >> sha;
            entries.push_back(
                {{"path", line.substr(line.find('\t') + 1)}, {"mode", mode}, {"type", type}, {"sha", sha}});
        }
        return nlohmann::json{{"sha", id}, {"tree", entries}, {"truncated", false}};
    }

    std::optional<nlohmann::json> blob(const std::string& id) const {
        const auto text = base64(git("cat-file blob " + id));
        std::string lines;
        for (std::size_t i = 0; i < text.size(); i += 60) lines += text.substr(i, 60) + "\n";
        return nlohmann::json{{"sha", id}, {"content", lines}, {"encoding", "base64"}};
    }

    std::optional<nlohmann::json> commit(const std::string& name) const {
        const auto commit = git("rev-parse --verify " + name + "^{commit}"),
                   tree = git("rev-parse " + name + "^{tree}");
        return told(commit, [&](const std::string& id) {
            return nlohmann::json{{"sha", id}, {"commit", {{"tree", {{"sha", tree.substr(0, tree.find('\n'))}}}}}};
        });
    }

    std::filesystem::path repository_;
};

}  // namespace pgfence::fake

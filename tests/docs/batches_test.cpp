// The presets release and coverage compile the small files of some stages together (BATCHED in CMakeLists.txt,
// cmake/layout.cmake), the others each by itself: what two of them define alike would break those two alone.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/docs/files.h"

using namespace pgfence::docs_testing;

namespace {

namespace fs = std::filesystem;

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

/// The folders of the stages that are BATCHED; those of rules always are.
std::vector<std::string> batched_folders() {
    std::vector<std::string> folders;
    std::istringstream lines(read(kRoot / "CMakeLists.txt"));
    for (std::string line; std::getline(lines, line);) {
        const bool is_rules = line.starts_with("pgfence_rules(");
        if (!is_rules && !(line.starts_with("pgfence_stage(") && line.find(" BATCHED ") != line.npos)) continue;
        const std::vector<std::string> parts = words(line);
        const auto named = std::find(parts.begin(), parts.end(), is_rules ? "FOLDER" : "FOLDERS");
        REQUIRE(named + 1 < parts.end());
        folders.push_back(named[1]);
    }
    return folders;
}

/// "const std::string& name" and "const std::string& other" are the same to the compiler.
std::string without_name(std::string parameter) {
    parameter = parameter.substr(0, parameter.find(" = "));
    std::size_t end = parameter.size();
    while (end > 0 && is_word(parameter[end - 1])) --end;
    return end == 0 ? parameter : parameter.substr(0, end);
}

/// "is_new(const Step&,const Clause&" of a function's head; "kMost" and "Parts" of a constant's and a type's.
std::string signature(const std::string& head) {
    const std::size_t open = head.find('(');
    const bool is_type = head.starts_with("struct ") || head.starts_with("class ") || head.starts_with("enum ");
    if (open == head.npos || is_type || head.starts_with("using ")) {
        const std::vector<std::string> parts = words(head.substr(0, head.find_first_of(is_type ? ":" : "=[")));
        return parts.empty() ? "" : parts.back();
    }
    std::size_t begin = open;
    while (begin > 0 && (is_word(head[begin - 1]) || head[begin - 1] == ':')) --begin;
    std::string found = head.substr(begin, open - begin) + "(";
    std::istringstream parameters(head.substr(open + 1, head.rfind(')') - open - 1));
    for (std::string parameter; std::getline(parameters, parameter, ',');) found += without_name(parameter) + ",";
    return found;
}

/// What a file's unnamed namespaces define in a line's first column, each with the text of its head.
std::map<std::string, std::string> helpers_of(const std::string& text) {
    std::map<std::string, std::string> found;
    std::istringstream lines(text);
    bool inside = false;
    std::string head;
    for (std::string line; std::getline(lines, line);) {
        if (line == "namespace {") inside = true;
        if (line == "}  // namespace") inside = false;
        const bool begins = !line.empty() && (std::isalpha(static_cast<unsigned char>(line[0])) || line[0] == '[');
        if (!inside || (!begins && head.empty()) || line.starts_with("namespace") ||
            line.starts_with("using namespace") || line.starts_with("using enum") || line.starts_with("template") ||
            line.ends_with(":"))
            continue;
        head += (head.empty() ? "" : " ") + line.substr(std::min(line.size(), line.find_first_not_of(' ')));
        const bool is_alias = head.starts_with("using ");
        const std::size_t end = head.find_first_of(is_alias ? ";" : "{;=");
        if (end == head.npos) continue;
        const std::string name = signature(head.substr(0, end));
        if (!name.empty() && name.find("::") == name.npos) found.emplace(name, head);
        head.clear();
    }
    return found;
}

}  // namespace

TEST_CASE("house: no two files that the release compiles together define the same helper") {
    const auto found = helpers_of(
        "namespace {\n\nbool is_new(const Step& step,\n            Kind kind) {\n    return f(1);\n}\n\n"
        "constexpr int kMost = 3;\nstruct Parts {\n    int a;\n};\nusing Kind = Other;\n"
        "}  // namespace\nint main() {\n");
    CHECK(found.size() == 4);
    for (const char* name : {"is_new(const Step& , Kind ,", "kMost", "Parts", "Kind"}) CHECK(found.contains(name));
    const std::vector<std::string> folders = batched_folders();
    REQUIRE(std::find(folders.begin(), folders.end(), "analyze/rules") != folders.end());
    REQUIRE(folders.size() >= 2);
    for (const std::string& folder : folders) {
        std::map<std::string, std::pair<std::string, std::string>> first;
        for (const auto& entry : fs::directory_iterator(kRoot / folder)) {
            if (entry.path().extension() != ".cpp") continue;
            const std::string file = entry.path().filename().string();
            for (const auto& [helper, head] : helpers_of(read(entry.path()))) {
                const auto [it, is_first] = first.emplace(helper, std::pair(head, file));
                INFO(folder << ": " << helper << " in " << it->second.second << " and " << file);
                CHECK((is_first || (head.starts_with("using ") && head == it->second.first)));
            }
        }
        CHECK(first.size() > 50);
    }
}

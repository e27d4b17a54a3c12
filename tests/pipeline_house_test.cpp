// The house rules of ARCHITECTURE.md, held against the tree.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
const fs::path kRoot = PGFENCE_SOURCE_DIR;

std::string read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> words(const std::string& text) {
    std::istringstream in(text);
    return {std::istream_iterator<std::string>(in), {}};
}

struct FolderRule {
    std::set<std::string> includes;
    std::vector<std::string> owns;
};

/// The table "Who may include whom".
std::map<std::string, FolderRule> folder_rules() {
    std::map<std::string, FolderRule> rules;
    std::istringstream lines(read(kRoot / "ARCHITECTURE.md"));
    bool in_table = false;
    static const std::regex row(R"(\| ([a-z/]+) \|([^|]*)\|([^|]*)\|)");
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("| folder | may include"))
            in_table = true;
        else if (in_table && !line.starts_with("|"))
            break;
        std::smatch match;
        if (!in_table || !std::regex_match(line, match, row) || match[1] == "folder") continue;
        const auto includes = words(match[2]);
        rules[match[1]] = {{includes.begin(), includes.end()}, words(match[3])};
    }
    return rules;
}

/// "analyze/rules" for analyze/rules/x.cpp, "extract" for extract/formats/x.cpp: the longest folder the table knows.
std::string folder_of(const std::string& path, const std::map<std::string, FolderRule>& rules) {
    for (fs::path folder = fs::path(path).parent_path(); !folder.empty(); folder = folder.parent_path())
        if (rules.contains(folder.generic_string())) return folder.generic_string();
    return "";
}

std::vector<std::string> sources() {
    std::vector<std::string> found;
    for (const auto& [folder, rule] : folder_rules())
        for (const auto& entry : fs::recursive_directory_iterator(kRoot / folder)) {
            const auto extension = entry.path().extension();
            if (extension != ".h" && extension != ".cpp" && extension != ".inc") continue;
            found.push_back(fs::relative(entry.path(), kRoot).generic_string());
        }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

std::vector<std::string> includes_of(const std::string& text) {
    std::vector<std::string> found;
    static const std::regex include("(?:^|\n)[ \t]*#[ \t]*include[ \t]*[<\"]([^>\"]+)[>\"]");
    for (std::sregex_iterator it(text.begin(), text.end(), include), end; it != end; ++it) found.push_back((*it)[1]);
    return found;
}

}  // namespace

TEST_CASE("house: folders include only what ARCHITECTURE.md allows") {
    const auto rules = folder_rules();
    REQUIRE(rules.size() >= 15);
    std::size_t seen = 0;
    for (const std::string& path : sources()) {
        const std::string folder = folder_of(path, rules);
        for (const std::string& include : includes_of(read(kRoot / path))) {
            INFO(path << " includes " << include);
            const std::string from = fs::exists(kRoot / include) ? folder_of(include, rules) : "";
            if (!from.empty() && from != folder) {
                CHECK(rules.at(folder).includes.contains(from));
                ++seen;
            }
            for (const auto& [owner, rule] : rules)
                for (const std::string& library : rule.owns) {
                    if (folder.empty() || !include.starts_with(library)) continue;
                    const auto& own = rules.at(folder).owns;  // a library may have several users
                    if (std::find(own.begin(), own.end(), library) == own.end())
                        FAIL_CHECK(library << " belongs to " << owner);
                }
        }
    }
    CHECK(seen > 100);  // the walk itself works
}

TEST_CASE("house: rules name no lock mode") {
    static const std::regex named(
        R"(LockMode::|using enum LockMode|\b(AccessExclusive|ShareRowExclusive|ShareUpdateExclusive|RowExclusive)\b)");
    for (const auto& entry : fs::directory_iterator(kRoot / "analyze/rules")) {
        INFO(entry.path().filename());
        CHECK_FALSE(std::regex_search(read(entry.path()), named));
    }
}

// Which version has what stands in core/server_features.h; what PostgreSQL does on each, in the model.
TEST_CASE("house: rules and recipes ask for features, not for versions") {
    static const std::regex compared(R"(version(\(\))? *(<|>|==|!=)=? *\d)");
    for (const std::string& path : sources()) {
        if (!path.starts_with("analyze/")) continue;
        if (path.starts_with("analyze/model/") || path.starts_with("analyze/catalog/")) continue;
        INFO(path);
        const std::string text = read(kRoot / path);
        std::smatch match;
        CHECK_FALSE(std::regex_search(text, match, compared));
    }
}

TEST_CASE("house: the pure stages touch neither files, clocks nor the environment") {
    static const std::regex worldly(
        R"(#include <(fstream|iostream|cstdio|filesystem|ctime|unistd\.h)>|\b(system|steady)_clock\b|\bgetenv *\(|\bthrow )");
    for (const std::string& path : sources()) {
        const bool pure = path.starts_with("core/") || path.starts_with("extract/") || path.starts_with("analyze/") ||
                          path.starts_with("policy/") || path.starts_with("annotate/");
        if (!pure) continue;
        INFO(path);
        const std::string text = read(kRoot / path);
        std::smatch match;
        CHECK_FALSE(std::regex_search(text, match, worldly));
    }
}

TEST_CASE("house: nothing is left half done") {
    static const std::regex unfinished(R"(\b(TODO|FIXME|XXX|HACK)\b)");
    for (const std::string& path : sources()) {
        INFO(path);
        CHECK_FALSE(std::regex_search(read(kRoot / path), unfinished));
    }
}

TEST_CASE("house: every header is included by someone") {
    std::set<std::string> included;
    for (const std::string& path : sources())
        for (const std::string& include : includes_of(read(kRoot / path))) included.insert(include);
    for (const auto& entry : fs::directory_iterator(kRoot / "tests"))
        if (entry.is_regular_file())
            for (const std::string& include : includes_of(read(entry.path()))) included.insert(include);
    for (const std::string& path : sources())
        if (path.ends_with(".h")) {
            INFO(path);
            CHECK(included.contains(path));
        }
}

TEST_CASE("house: no two headers define the same type in the same namespace") {
    // The linker keeps one of two constructors with the same name: what then breaks is memory, far from the cause.
    static const std::regex opening(R"(^namespace ([a-z:]+) \{)");
    static const std::regex defined(R"(^(?:struct|class|enum class) ([A-Z]\w*)(?: final)?(?: :[^;{]*)? ?\{)");
    std::map<std::string, std::string> seen;
    for (const std::string& path : sources()) {
        if (!path.ends_with(".h")) continue;
        std::string space;
        std::istringstream lines(read(kRoot / path));
        for (std::string line; std::getline(lines, line);) {
            std::smatch match;
            if (std::regex_search(line, match, opening)) space = match[1];
            if (!std::regex_search(line, match, defined)) continue;
            const auto [it, first] = seen.emplace(space + "::" + std::string(match[1]), path);
            INFO(it->first << " in " << it->second << " and " << path);
            CHECK(first);
        }
    }
    CHECK(seen.size() > 100);
}

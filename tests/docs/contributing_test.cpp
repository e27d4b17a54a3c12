// CONTRIBUTING.md and README.md do not promise what is not there: files and commands that they name, and what
// scripts/new begins.

#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/docs/files.h"

using namespace pgfence::docs_testing;

namespace {

namespace fs = std::filesystem;

/// What a document quotes as code: spans, fenced blocks for a shell, and indented blocks, a command each.
std::vector<std::string> quoted_in(const std::string& document) {
    std::vector<std::string> found;
    std::istringstream lines(document);
    std::string prose, fence;
    bool continued = false;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("```")) {
            fence = fence.empty() ? line : "";
            continue;
        }
        const bool shell =
            fence.starts_with("```sh") || fence.starts_with("```bash") || fence.starts_with("```console");
        if (shell || (fence.empty() && line.starts_with("    "))) {
            const bool more = line.ends_with("\\");
            if (more) line.pop_back();
            if (continued)
                found.back() += " " + line;
            else
                found.push_back(line);
            continued = more;
        } else if (fence.empty()) {
            prose += line + " ";
        }
    }
    const std::regex span("`([^`]+)`");
    for (std::sregex_iterator at(prose.begin(), prose.end(), span), end; at != end; ++at) found.push_back((*at)[1]);
    return found;
}

/// A path of this repository: "tools/observe/record", "extract/formats/code.h".
bool is_path(const std::string& word) {
    static const std::regex path(R"([A-Za-z.][A-Za-z0-9_.-]*(/[A-Za-z0-9_.-]+)+/?)");
    if (!std::regex_match(word, path)) return false;
    const std::string first = word.substr(0, word.find('/'));
    return fs::is_directory(kRoot / first) && first != "build" && first != ".deps";
}

/// Made by a command, not kept.
bool is_made(const std::string& path) { return path.find("node_modules") != path.npos; }

std::string text_below(const fs::path& folder, const std::string& extension) {
    std::string text;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file() && entry.path().extension() == extension) text += read(entry.path());
    return text;
}

/// Where the options of a command stand: its own text, and what lies beside it (a tool's Python modules).
std::string options_of(const std::string& command) {
    if (command == "pgfence" || command.ends_with("/pgfence")) return text_below(kRoot / "cli", ".cpp");
    const fs::path file = kRoot / command;
    if (!fs::is_regular_file(file)) return "";
    std::string text = read(file);
    for (const auto& entry : fs::directory_iterator(file.parent_path()))
        if (entry.path().extension() == ".py") text += read(entry.path());
    return text;
}

std::set<std::string> presets() {
    std::set<std::string> names;
    const auto all = nlohmann::json::parse(read(kRoot / "CMakePresets.json"));
    for (const auto& preset : all.at("configurePresets")) names.insert(preset.at("name"));
    return names;
}

bool is_target(const std::string& name) {
    const std::string lists =
        read(kRoot / "CMakeLists.txt") + read(kRoot / "tests/CMakeLists.txt") + text_below(kRoot / "cmake", ".cmake");
    if (name.ends_with("_tests"))
        return std::regex_search(lists, std::regex("pgfence_test\\(" + name.substr(0, name.size() - 6) + "[ )]"));
    return std::regex_search(lists, std::regex("(add_executable|add_custom_target|pgfence_pack)\\(" + name + "[ )\n]"));
}

void check_command(const std::string& quoted) {
    INFO(quoted);
    std::vector<std::string> parts = words(quoted);
    while (!parts.empty() && parts[0].find('=') != std::string::npos) parts.erase(parts.begin());  // PGFENCE_UPDATE=1
    if (parts.empty()) return;
    const std::string command = parts[0];
    const std::string options = options_of(command);
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const std::string& word = parts[i];
        if (command == "cmake" || command == "ctest") {
            if (word == "--preset") CHECK(presets().contains(parts.at(i + 1)));
            if (word == "--target")
                for (std::size_t t = i + 1; t < parts.size() && parts[t][0] != '-' && parts[t] != "&&"; ++t)
                    CHECK(is_target(parts[t]));
        } else if (!options.empty() && word.starts_with("--") && word.size() > 2) {
            INFO("option " << word);
            CHECK(options.find(word.substr(0, word.find('='))) != std::string::npos);
        }
    }
    if (command == "pgfence" && parts.size() > 1 && std::regex_match(parts[1], std::regex("[a-z-]+")))
        CHECK(options.find("\"" + parts[1] + "\"") != std::string::npos);
}

// ---- scripts/new ----------------------------------------------------------------------------------------------------

/// A tree with nothing but what scripts/new reads and writes.
struct Copy {
    fs::path root = fs::temp_directory_path() / ("pgfence-new-" + std::to_string(getpid()));
    Copy() {
        fs::create_directories(root / "scripts");
        fs::copy_file(kRoot / "scripts/new", root / "scripts/new", fs::copy_options::overwrite_existing);
    }
    ~Copy() { fs::remove_all(root); }

    int begin(const std::string& what) const {
        return std::system(((root / "scripts/new").string() + " " + what + " > /dev/null 2>&1").c_str());
    }
};

/// How the build compiles a file, without what it writes. What lies below `first` stands for what the repository has.
std::string flags_of(const std::string& path, const fs::path& first) {
    for (const auto& entry : nlohmann::json::parse(read(fs::path(PGFENCE_BUILD_DIR) / "compile_commands.json"))) {
        if (entry["file"] != (kRoot / path).string()) continue;
        std::string flags;
        bool compiler = false, skip = false;
        for (const std::string& word : words(entry["command"])) {
            // In front of the compiler stands what caches its results.
            const bool is_compiler = !compiler && std::regex_search(word, std::regex("(\\+\\+|cxx)[0-9.-]*$"));
            compiler = compiler || is_compiler;
            if (compiler && !skip && word != "-o" && word != "-c" && word != entry["file"]) flags += word + " ";
            if (is_compiler) flags += "-I" + first.string() + " ";
            skip = compiler && (word == "-o" || word == "-include");
            if (word == "-include") flags.erase(flags.size() - 9);  // headers precompiled for another file
        }
        return "cd " + entry["directory"].get<std::string>() + " && " + flags;
    }
    return "";
}

/// `like`: a file of the same folder, which the build knows.
void check_compiles(const Copy& copy, const std::string& path, const std::string& like) {
    REQUIRE(fs::is_regular_file(copy.root / path));
    const std::string flags = flags_of(like, copy.root);
    INFO(path << " as " << like);
    REQUIRE_FALSE(flags.empty());
    CHECK(std::system((flags + "-fsyntax-only " + (copy.root / path).string()).c_str()) == 0);
}

void check_said(const std::string& place) {
    INFO(place << " is where scripts/new begins it, and CONTRIBUTING.md says nothing of it");
    CHECK(read(kRoot / "CONTRIBUTING.md").find("`" + place + "`") != std::string::npos);
}

}  // namespace

TEST_CASE("files that CONTRIBUTING.md, README.md and SECURITY.md name are there") {
    for (const char* document : {"CONTRIBUTING.md", "README.md", "SECURITY.md"}) {
        std::size_t paths = 0;
        for (const std::string& quoted : quoted_in(read(kRoot / document)))
            for (const std::string& word : words(quoted)) {
                if (!is_path(word) || is_made(word)) continue;
                ++paths;
                INFO(document << ": " << quoted);
                CHECK(fs::exists(kRoot / word));
            }
        CHECK(paths > 0);
    }
}

TEST_CASE("commands that CONTRIBUTING.md and README.md quote exist, and have the options that they are given") {
    std::size_t commands = 0;
    for (const char* document : {"CONTRIBUTING.md", "README.md"})
        for (const std::string& quoted : quoted_in(read(kRoot / document))) {
            ++commands;
            INFO(document);
            check_command(quoted);
        }
    CHECK(commands > 50);
    CHECK_FALSE(is_target("bench_of_nothing"));
    CHECK(options_of("pgfence").find("--no-such-option") == std::string::npos);
}

TEST_CASE("scripts/new begins a rule, a format and an output that compile, where CONTRIBUTING.md says") {
    const Copy copy;
    CHECK(copy.begin("rule acme-made-up") == 0);
    check_said("analyze/rules/<id>.cpp");
    check_compiles(copy, "analyze/rules/acme-made-up.cpp", "analyze/rules/drop-table.cpp");

    CHECK(copy.begin("format acme") == 0);
    check_said("extract/formats/<name>.cpp");
    check_said("tests/extract/");
    check_compiles(copy, "extract/formats/acme.cpp", "extract/formats/goose.cpp");
    check_compiles(copy, "tests/extract/acme_test.cpp", "tests/docs/contributing_test.cpp");
    check_said("author/<name>.cpp");
    check_compiles(copy, "author/acme.cpp", "author/goose.cpp");

    CHECK(copy.begin("output acme") == 0);
    check_said("annotate/other_ci/<name>.cpp");
    check_said("tests/annotate/");
    check_compiles(copy, "annotate/other_ci/acme.cpp", "annotate/other_ci/azure.cpp");
    check_compiles(copy, "tests/annotate/acme_test.cpp", "tests/docs/contributing_test.cpp");

    CHECK(copy.begin("rule acme-made-up") != 0);  // nothing is written over
    CHECK(copy.begin("rule Acme") != 0);
    CHECK(copy.begin("stage acme") != 0);
}

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

#include "tests/docs/files.h"

using namespace pgfence::docs_testing;

namespace {

namespace fs = std::filesystem;

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

/// "analyze/rules" for a rule, "extract" for a file of extract/formats/: the longest folder the table knows.
std::string folder_of(const std::string& path, const std::map<std::string, FolderRule>& rules) {
    for (fs::path folder = fs::path(path).parent_path(); !folder.empty(); folder = folder.parent_path())
        if (rules.contains(folder.generic_string())) return folder.generic_string();
    return "";
}

bool is_code(const fs::path& path) {
    const auto extension = path.extension();
    return extension == ".h" || extension == ".cpp" || extension == ".inc";
}

std::vector<std::string> sources() {
    std::vector<std::string> found;
    for (const auto& [folder, rule] : folder_rules())
        for (const auto& entry : fs::recursive_directory_iterator(kRoot / folder)) {
            if (is_code(entry.path())) found.push_back(fs::relative(entry.path(), kRoot).generic_string());
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

TEST_CASE("house: ARCHITECTURE.md allows nothing that nobody uses") {
    const auto rules = folder_rules();
    std::map<std::string, FolderRule> unused = rules;
    for (const std::string& path : sources()) {
        const std::string folder = folder_of(path, rules);
        auto& [includes, owns] = unused.at(folder);
        for (const std::string& include : includes_of(read(kRoot / path))) {
            if (fs::exists(kRoot / include)) includes.erase(folder_of(include, rules));
            std::erase_if(owns, [&](const std::string& library) { return include.starts_with(library); });
        }
    }
    for (const auto& [folder, left] : unused) {
        for (const std::string& other : left.includes) FAIL_CHECK(folder << " does not include anything of " << other);
        for (const std::string& library : left.owns) FAIL_CHECK(folder << " does not use " << library);
    }
}

TEST_CASE("house: no file needs another that needs it") {
    // A header and its .cpp are one: what either includes, both need.
    const auto unit = [](const std::string& path) { return path.substr(0, path.rfind('.')); };
    std::map<std::string, std::set<std::string>> needs;
    for (const std::string& path : sources())
        for (const std::string& include : includes_of(read(kRoot / path)))
            if (fs::exists(kRoot / include) && unit(include) != unit(path)) needs[unit(path)].insert(unit(include));
    CHECK(needs.size() > 100);

    // What needs nothing that is left, or is needed by nothing that is left, stands in no circle.
    for (bool less = true; less;) {
        std::set<std::string> needed;
        for (auto& [one, others] : needs) {
            std::erase_if(others, [&](const std::string& other) { return !needs.contains(other); });
            needed.insert(others.begin(), others.end());
        }
        less = std::erase_if(
                   needs, [&](const auto& entry) { return entry.second.empty() || !needed.contains(entry.first); }) > 0;
    }
    for (const auto& [one, others] : needs)
        for (const std::string& other : others) FAIL_CHECK(one << " needs " << other << ": a circle, or between two");
}

TEST_CASE("house: files that comments and documents name are there") {
    // Those of PostgreSQL's source and of libraries.
    const std::set<std::string> others{"builtins.h", "cmdtaglist.h", "elog.h",    "git2.h",    "httplib.h", "kwlist.h",
                                       "nodetags.h", "parsenodes.h", "plpgsql.h", "quickjs.h", "zstd.h"};
    std::set<std::string> names;
    std::vector<std::string> documents = sources();
    for (const std::string& path : documents) names.insert(fs::path(path).filename().string());
    for (const char* folder : {"tests", "tools", "cmake"})
        for (fs::recursive_directory_iterator entry(kRoot / folder), end; entry != end; ++entry) {
            if (entry->path().filename() == "node_modules") entry.disable_recursion_pending();
            names.insert(entry->path().filename().string());
            if (is_code(entry->path())) documents.push_back(fs::relative(entry->path(), kRoot).generic_string());
        }
    for (const char* path : {"ARCHITECTURE.md", "CONTRIBUTING.md", "CMakeLists.txt"}) documents.emplace_back(path);

    static const std::regex file(R"(([A-Za-z0-9_./-]*[A-Za-z0-9_-])\.(?:h|cpp|inc)\b)");
    static const std::regex library("<[^<>]*>");
    std::size_t seen = 0;
    for (const std::string& path : documents) {
        std::istringstream lines(read(kRoot / path));
        for (std::string line; std::getline(lines, line);) {
            if (is_code(path)) line.erase(0, std::min(line.find("//"), line.size()));
            line = std::regex_replace(line, library, "");
            for (std::sregex_iterator it(line.begin(), line.end(), file), end; it != end; ++it) {
                std::string name = it->str();
                if (name.starts_with("a/") || name.starts_with("b/")) name.erase(0, 2);  // a diff's two sides
                if (others.contains(fs::path(name).filename().string())) continue;
                INFO(path << " names " << name);
                const bool is_there = name.find('/') == std::string::npos
                                          ? names.contains(name)
                                          : fs::exists(kRoot / name) || fs::exists((kRoot / path).parent_path() / name);
                CHECK(is_there);
                ++seen;
            }
        }
    }
    CHECK(seen > 50);
}

TEST_CASE("house: who judges sees the catalog as it is, and cannot change it") {
    std::map<std::string, std::set<std::string>> includes;
    for (const std::string& path : sources())
        for (const std::string& include : includes_of(read(kRoot / path))) includes[path].insert(include);
    for (const std::string& path : sources()) {
        static const std::regex judges(R"(analyze/(scope|model|kit|rules)/.*)");
        if (!std::regex_match(path, judges)) continue;
        INFO(path);
        std::set<std::string> met;
        std::vector<std::string> pending{path};
        while (!pending.empty()) {
            const std::string one = pending.back();
            pending.pop_back();
            if (met.insert(one).second) pending.insert(pending.end(), includes[one].begin(), includes[one].end());
        }
        CHECK_FALSE(met.contains("analyze/catalog/writable_catalog.h"));
    }
}

TEST_CASE("house: rules name no lock mode") {
    static const std::regex named(
        R"(LockMode::|using enum LockMode|\b(AccessExclusive|ShareRowExclusive|ShareUpdateExclusive|RowExclusive)\b)");
    for (const auto& entry : fs::directory_iterator(kRoot / "analyze/rules")) {
        INFO(entry.path().filename());
        CHECK_FALSE(std::regex_search(read(entry.path()), named));
    }
}

TEST_CASE("house: only core/server_features.h and core/server_behaviour.h know which major does what") {
    static const std::regex compared(R"(version_?(\(\))? *(<|>|==|!=)=? *\d)");
    for (const std::string& path : sources()) {
        if (!path.starts_with("analyze/")) continue;
        INFO(path);
        const std::string text = read(kRoot / path);
        std::smatch match;
        CHECK_FALSE(std::regex_search(text, match, compared));
    }
}

TEST_CASE("house: a rule is known by its id in its own file alone") {
    // Other tools' names for rules, policy's list of its own, and the report's words for causes, some of which are
    // alike.
    const std::set<std::string> lists{"policy/other_tools.cpp", "policy/own_rules.h", "annotate/json.cpp"};
    std::vector<std::string> ids;
    for (const char* folder : {"analyze/rules", "policy/rules"})
        for (const auto& entry : fs::directory_iterator(kRoot / folder)) ids.push_back(entry.path().stem().string());
    std::erase_if(ids, [](const std::string& id) { return id.find('-') == std::string::npos; });
    CHECK(ids.size() > 100);
    for (const std::string& path : sources()) {
        if (lists.contains(path)) continue;
        const std::string text = read(kRoot / path), own = fs::path(path).stem().string();
        for (const std::string& id : ids) {
            INFO(path << " knows " << id << ": let the rule say what it is about (RuleSubject)");
            CHECK((id == own || text.find('"' + id + '"') == std::string::npos));
        }
    }
}

TEST_CASE("house: a format is known by its id in its own files alone") {
    // What others say with the same word: packages and modules of languages, the library that a program uses, a mark in
    // a file, and what a line of settings is searched for.
    const std::map<std::string, std::set<std::string>> words{
        {"diff/evidence.cpp", {"prisma"}},
        {"diff/witness.cpp", {"diesel", "prisma"}},
        {"extract/liquibase/sql_text.cpp", {"liquibase"}},
        {"extract/python/imports.cpp", {"alembic", "django"}},
        {"orm/recorder.cpp", {"db-migrate", "knex", "kysely", "mikro-orm", "node-pg-migrate", "sequelize", "typeorm"}},
        {"pipeline/flyway_lock.cpp", {"flyway"}},
    };
    std::set<std::string> ids;
    static const std::regex own(R"re(\.id = "([a-z-]+)")re");
    for (const auto& entry : fs::directory_iterator(kRoot / "extract/formats")) {
        std::smatch match;
        const std::string text = read(entry.path());
        if (std::regex_search(text, match, own)) ids.insert(match[1]);
    }
    CHECK(ids.size() > 40);
    for (const char* english : {"go", "pop"}) ids.erase(english);
    // author/<format>.cpp and a folder extract/<format>/ are that format's, and locate/ has lists of folders' names.
    const auto is_its_own = [](const std::string& path, const std::string& id) {
        std::string stem = fs::path(path).stem().string();
        std::replace(stem.begin(), stem.end(), '_', '-');
        return path.starts_with("extract/formats/") || path == "locate/layout.cpp" ||
               path.starts_with("extract/" + id + "/") || (path.starts_with("author/") && stem.starts_with(id));
    };
    for (const std::string& path : sources()) {
        std::string code;
        std::istringstream lines(read(kRoot / path));
        for (std::string line; std::getline(lines, line);) code += line.substr(0, line.find("//")) + '\n';
        const auto allowed = words.find(path);
        for (const std::string& id : ids) {
            INFO(path << " knows " << id << ": let the format state what is asked of it (extract/formats/format.h)");
            const bool is_allowed = allowed != words.end() && allowed->second.contains(id);
            const bool is_named = code.find('"' + id + '"') != code.npos;
            CHECK((!is_named || is_allowed || is_its_own(path, id)));
            if (is_allowed) CHECK(is_named);
        }
    }
}

TEST_CASE("house: the pure stages touch neither files, clocks nor the environment") {
    static const std::regex worldly(
        R"(#include <(fstream|iostream|cstdio|filesystem|ctime|unistd\.h)>|\b(system|steady)_clock\b|\bgetenv *\(|\bthrow )");
    for (const std::string& path : sources()) {
        const bool pure = path.starts_with("core/") || path.starts_with("locate/") || path.starts_with("extract/") ||
                          path.starts_with("analyze/") || path.starts_with("policy/") || path.starts_with("annotate/");
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

TEST_CASE("house: types have the field's names") {
    // Words of ours that said nothing to who met them, and one that grep found six times.
    static const std::regex ours(R"(\b(struct|class|enum class) (Crew|Hole|Blot|Told|Ways?|Doubt\w*|Place)\b)");
    CHECK(std::regex_search("struct Told {", ours));
    CHECK_FALSE(std::regex_search("struct WrittenPlace {", ours));
    for (const std::string& path : sources()) {
        INFO(path);
        // "class Place" of a template's head is a parameter.
        CHECK_FALSE(
            std::regex_search(std::regex_replace(read(kRoot / path), std::regex("template <[^>]*>"), ""), ours));
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

namespace {

/// The functions that a header of small helpers offers.
std::set<std::string> functions_of(const std::string& header) {
    static const std::regex declared(R"((?:^|\n)(?:inline |constexpr )*[A-Z_a-z:<>]+ (\w+)\()");
    std::set<std::string> names;
    const std::string text = read(kRoot / header);
    for (std::sregex_iterator it(text.begin(), text.end(), declared), end; it != end; ++it) names.insert((*it)[1]);
    return names;
}

/// The first of the names that the text defines for itself, of a byte, a text or a list of texts; empty when none.
/// Other types may be trimmed and joined in ways of their own.
std::string defined_again(const std::string& text, const std::set<std::string>& names) {
    static const std::regex defined(
        R"((?:^|\n)(?:inline |constexpr |static )*[\w:<>]+[ &*]+(\w+)\((?:const )?(?:(?:char|std::string|std::string_view)\b|std::vector<std::string(?:_view)?>))");
    static const std::regex lambda(R"(\n *(?:const )?auto (\w+) = \[)");
    for (const std::regex& definition : {defined, lambda})
        for (std::sregex_iterator it(text.begin(), text.end(), definition), end; it != end; ++it)
            if (names.contains((*it)[1])) return (*it)[1];
    return "";
}

}  // namespace

TEST_CASE("house: what core/ can do with text is written nowhere else") {
    // What the copies were called that had another name.
    std::set<std::string> names{"base_name", "continues_word", "folded",    "is_any",
                                "lowered",   "parent",         "same_word", "upper"};
    for (const char* header :
         {"core/text.h", "core/path_text.h", "core/number_text.h", "core/sql_scanner.h", "core/at_once.h"})
        names.merge(functions_of(header));
    names.erase("contains");  // of a list it is another question
    for (const char* known : {"is_digit", "joined", "trim", "folder_of", "number_in", "end_of_quoted", "cores"})
        CHECK(names.contains(known));
    CHECK(defined_again("\nbool is_digit(char c) { return c >= '0' && c <= '9'; }\n", names) == "is_digit");
    CHECK(defined_again("\nstd::string joined(const std::vector<std::string>& all) {\n", names) == "joined");
    CHECK(defined_again("\n    const auto is_upper = [](char c) { return c <= 'Z'; };\n", names) == "is_upper");
    CHECK(defined_again("\nValue joined(const Value& separator) {\n    trim(text);\n", names).empty());
    for (const std::string& path : sources()) {
        if (path.starts_with("core/")) continue;
        INFO(path);
        CHECK(defined_again(read(kRoot / path), names) == "");
    }
}

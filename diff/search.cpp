#include "diff/search.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include "core/text.h"
#include "diff/evidence.h"
#include "diff/witness.h"
#include "locate/layout.h"

namespace pgfence::diff {
namespace {

constexpr std::size_t kMostFiles = 20'000;
constexpr std::size_t kMostBytes = 64'000'000;
constexpr std::size_t kLargestFile = 500'000;

constexpr std::array<std::string_view, 23> kNoProgramText{
    ".md",  ".mdx", ".rst", ".txt",  ".adoc", ".json", ".lock", ".sum", ".csv", ".tsv",  ".svg",   ".png",
    ".jpg", ".gif", ".pdf", ".woff", ".po",   ".css",  ".map",  ".log", ".zip", ".snap", ".min.js"};

/// README, CONTRIBUTING, CODE_OF_CONDUCT: for people.
bool is_prose_by_name(std::string_view path) {
    const std::string_view name = last_part(path);
    return std::all_of(name.begin(), name.end(), [](char c) { return is_upper(c) || c == '_' || c == '-'; });
}

/// Test code by conventions that nothing else uses. A folder `tests` or a class `LabTest` may be the application's own:
/// leaving those out could hide code that a rename breaks.
bool is_test(std::string_view path) {
    const std::string_view name = last_part(path), stem = name.substr(0, name.rfind('.'));
    constexpr std::array kEnds{"_test", "_spec", ".test", ".spec"};
    return contains(path, "__tests__/") || contains(path, "src/test/") ||
           (name.starts_with("test_") && name.ends_with(".py")) ||
           std::any_of(kEnds.begin(), kEnds.end(), [&](std::string_view end) { return stem.ends_with(end); });
}

/// What describes or builds the program and is no part of it. Only at the top: a folder docs further down may hold the
/// application's code for documents.
bool is_beside_the_program(std::string_view path) {
    constexpr std::array<std::string_view, 9> kFolders{
        "docs/", "doc/", "documentation/", ".github/", ".gitlab/", ".circleci/", ".buildkite/", ".vscode/", ".idea/"};
    constexpr std::array<std::string_view, 4> kFiles{".gitlab-ci.yml", ".travis.yml", "Jenkinsfile", "CODEOWNERS"};
    return std::any_of(kFolders.begin(), kFolders.end(), [&](auto folder) { return path.starts_with(folder); }) ||
           std::find(kFiles.begin(), kFiles.end(), path) != kFiles.end();
}

bool is_program_text(std::string_view path) {
    return !locate::is_of_others(path) && !is_prose_by_name(path) && !is_beside_the_program(path) && !is_test(path) &&
           std::none_of(kNoProgramText.begin(), kNoProgramText.end(),
                        [&](std::string_view end) { return path.ends_with(end); });
}

/// package.json holds scripts, others what a tool is told; most JSON is data, and what others wrote.
bool is_settings_json(std::string_view path) {
    const std::string name = lower_case(last_part(path));
    return name.ends_with(".json") && !locate::is_of_others(path) && !is_beside_the_program(path) && !is_test(path) &&
           (name == "package.json" || name == "database.json" || contains(name, "config") || contains(name, "migrat"));
}

bool is_word(char c) { return is_letter_or_digit(c) || c == '_' || (c & 0x80); }

template <class Visit>
void for_each_word(std::string_view text, Visit visit) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        while (at < text.size() && is_word(text[at])) ++at;
        if (at > begin)
            visit(begin, at);
        else
            ++at;
    }
}

/// A minified file is one line of megabytes.
std::string_view line_at(std::string_view text, std::size_t begin) {
    constexpr std::size_t kLongest = 1000;
    const std::string_view rest = text.substr(begin, kLongest);
    return rest.substr(0, rest.find('\n'));
}

/// order_items and OrderItems alike.
std::string without_case(std::string_view name) {
    std::string plain = lower_case(name);
    std::erase_if(plain, [](char c) { return c == '_' || c == '-'; });
    return plain;
}

/// app/models/order.rb, OrderEntity.java, orders.repository.ts of table orders: its model, or what asks for its rows.
bool is_named_after(std::string_view path, const std::vector<std::string>& words) {
    static constexpr std::array<std::string_view, 9> kRoles{"model",  "entity", "schema", "repository", "repo",
                                                            "mapper", "dao",    "table",  "queries"};
    const std::string_view name = last_part(path);
    std::string stem = without_case(name.substr(0, name.find('.')));
    for (const std::string_view role : kRoles)
        if (stem.size() > role.size() && stem.ends_with(role)) {
            stem.resize(stem.size() - role.size());
            break;
        }
    return std::any_of(words.begin(), words.end(), [&](const std::string& word) { return without_case(word) == stem; });
}

/// Which of the wanted a word belongs to, as a word or as what must stand beside one.
struct Meaning {
    std::vector<std::size_t> of, beside;
};
using Vocabulary = std::map<std::string, Meaning, std::less<>>;

Vocabulary vocabulary(const std::vector<SearchTerms>& wanted, SearchTerms::In in) {
    Vocabulary words;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (wanted[i].in != in) continue;
        for (const std::string& word : wanted[i].words) words[word].of.push_back(i);
        for (const std::string& word : wanted[i].beside) words[word].beside.push_back(i);
    }
    return words;
}

class Search {
public:
    explicit Search(const std::vector<SearchTerms>& wanted)
        : wanted_(wanted),
          in_text_(vocabulary(wanted, In::text)),
          in_settings_(vocabulary(wanted, In::settings)),
          in_use_(vocabulary(wanted, In::use)),
          named_(wanted.size(), false) {
        result_.uses.resize(wanted.size());
    }

    bool reads(std::string_view path) const {
        return is_program_text(path) || (!in_settings_.empty() && is_settings_json(path));
    }

    void read(const std::string& path, std::string_view text) {
        if (!in_settings_.empty()) read(path, text, text, in_settings_);
        if (!is_program_text(path)) return;
        if (!path.ends_with(".sql")) ++result_.files;
        if (!in_text_.empty()) read(path, text, text, in_text_);
        if (in_use_.empty() || !has_any(text, in_use_)) return;
        const std::string uses = uses_in(path, text);
        const EvidenceIn evidence(path, uses);
        read(path, uses, text, in_use_, &evidence);
    }

    void leave_out_the_rest() { result_.whole = false; }
    SearchResult result() && { return std::move(result_); }

private:
    using In = SearchTerms::In;

    static bool has_any(std::string_view text, const Vocabulary& words) {
        bool found = false;
        for_each_word(text, [&](std::size_t begin, std::size_t end) {
            const auto word = words.find(text.substr(begin, end - begin));
            found |= word != words.end() && !word->second.of.empty();
        });
        return found;
    }

    /// What a file says of one of the wanted.
    struct Found {
        std::uint32_t line = 0;  ///< the first, or of uses the first that tells most; 0: none
        Evidence best = Evidence::none;
        std::size_t asked = 0;
        std::vector<UsingLine> lines;
    };

    static constexpr std::size_t kMostAsked = 200;  // of one name in a file

    void look_at(std::size_t i, std::size_t begin, std::size_t end, std::uint32_t line, const EvidenceIn* evidence,
                 std::string_view text, Found& found) const {
        const SearchTerms& terms = wanted_[i];
        Evidence told = Evidence::mention;
        if (evidence) {
            if (found.best == Evidence::together || ++found.asked > kMostAsked) return;
            const auto names_table = [&](std::string_view word) {
                return std::find(terms.beside.begin(), terms.beside.end(), word) != terms.beside.end();
            };
            told = !terms.beside.empty()               ? evidence->of_column(begin, end, names_table)
                   : terms.of == SearchTerms::Of::type ? evidence->of_type(begin, end)
                                                       : evidence->of_table(begin, end);
            if (told < terms.least || told == Evidence::none) return;
        }
        if (told > found.best) {
            found.line = line;
            found.best = told;
        }
        const auto line_begin = begin == 0 ? text.npos : text.rfind('\n', begin - 1);
        if (found.lines.size() < terms.lines_kept && (found.lines.empty() || found.lines.back().line != line))
            found.lines.push_back({"", line, std::string(line_at(text, line_begin == text.npos ? 0 : line_begin + 1))});
    }

    /// The words in `text`, where what must stand beside them is anywhere in `whole`.
    void read(const std::string& path, std::string_view text, std::string_view whole, const Vocabulary& words,
              const EvidenceIn* evidence = nullptr) {
        std::vector<Found> found(wanted_.size());
        std::vector<bool> has_beside(wanted_.size(), false);
        for_each_word(whole, [&](std::size_t begin, std::size_t end) {
            if (const auto word = words.find(whole.substr(begin, end - begin)); word != words.end())
                for (const std::size_t i : word->second.beside) has_beside[i] = true;
        });
        std::uint32_t line = 1;
        std::size_t counted_to = 0;
        for_each_word(text, [&](std::size_t begin, std::size_t end) {
            const auto word = words.find(text.substr(begin, end - begin));
            if (word == words.end()) return;
            for (auto at = text.find('\n', counted_to); at < begin; at = text.find('\n', counted_to)) {
                ++line;
                counted_to = at + 1;
            }
            for (const std::size_t i : word->second.of)
                if (wanted_[i].beside.empty() || has_beside[i]) look_at(i, begin, end, line, evidence, text, found[i]);
        });
        for (std::size_t i = 0; i < wanted_.size(); ++i)
            if (found[i].line > 0) add(path, std::move(found[i]), i, evidence != nullptr);
    }

    void add(const std::string& path, Found found, std::size_t i, bool ranked) {
        const SearchTerms& terms = wanted_[i];
        Uses& uses = result_.uses[i];
        for (UsingLine& one : found.lines)
            if (uses.lines.size() < terms.lines_kept) uses.lines.push_back({path, one.line, std::move(one.text)});
        const bool named = ranked && is_named_after(path, terms.beside.empty() ? terms.words : terms.beside);
        const bool tells_more = ranked && std::pair(found.best, named) > std::pair(uses.best, bool(named_[i]));
        if (uses.files++ > 0 && !tells_more) return;
        named_[i] = named;
        uses.path = path;
        uses.line = found.line;
        if (ranked) uses.best = found.best;
    }

    const std::vector<SearchTerms>& wanted_;
    Vocabulary in_text_, in_settings_, in_use_;
    std::vector<bool> named_;  // whether the file of each of the uses is named after its table
    SearchResult result_;
};

}  // namespace

SearchResult search(const std::map<std::string, std::string>& code, const std::vector<SearchTerms>& wanted) {
    Search search(wanted);
    for (const auto& [path, text] : code) search.read(path, text);
    return std::move(search).result();
}

Read<SearchResult> search(git_repository* repository, const git_oid& commit, const std::vector<SearchTerms>& wanted,
                          const std::vector<std::string>& migrations) {
    const auto files = TRY(files_of(repository, commit));
    Search search(wanted);
    std::size_t read_files = 0, read_bytes = 0;
    for (const TreeFile& file : files) {
        if (file.is_link || file.is_submodule || !search.reads(file.path) || locate::is_of_migrations(file.path) ||
            std::binary_search(migrations.begin(), migrations.end(), file.path))
            continue;
        const auto size = size_of(repository, file.id);
        if (size && *size > kLargestFile) continue;
        if (read_files == kMostFiles || read_bytes > kMostBytes) {
            search.leave_out_the_rest();
            break;
        }
        const auto text = size ? text_of(repository, file.id) : Read<std::string>(tl::unexpected(size.error()));
        // A partial clone lacks it: nothing is fetched for a search that is only a hint.
        if (!text) {
            search.leave_out_the_rest();
            continue;
        }
        ++read_files;
        read_bytes += text->size();
        if (text->find('\0') == text->npos) search.read(file.path, *text);
    }
    return std::move(search).result();
}

}  // namespace pgfence::diff

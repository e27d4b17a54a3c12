#include "extract/ruby/rails_names.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/text.h"
#include "extract/program/digest.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kLongestIndexName = 62;
constexpr std::size_t kHashDigits = 10;

// active_support/inflections.rb
constexpr std::array kUncountable{"equipment"sv, "information"sv, "rice"sv,  "money"sv, "species"sv,
                                  "series"sv,    "fish"sv,        "sheep"sv, "jeans"sv, "police"sv};
constexpr std::array kIrregular{std::pair{"person"sv, "people"sv},  std::pair{"man"sv, "men"sv},
                                std::pair{"child"sv, "children"sv}, std::pair{"sex"sv, "sexes"sv},
                                std::pair{"move"sv, "moves"sv},     std::pair{"zombie"sv, "zombies"sv}};
// The rules that are tried last stand first there; here they are in the order in which they are tried.
constexpr std::array kPlural{std::pair{"quiz"sv, "quizzes"sv},    std::pair{"oxen"sv, "oxen"sv},
                             std::pair{"mouse"sv, "mice"sv},      std::pair{"louse"sv, "lice"sv},
                             std::pair{"mice"sv, "mice"sv},       std::pair{"lice"sv, "lice"sv},
                             std::pair{"matrix"sv, "matrices"sv}, std::pair{"vertex"sv, "vertices"sv},
                             std::pair{"index"sv, "indices"sv},   std::pair{"x"sv, "xes"sv},
                             std::pair{"ch"sv, "ches"sv},         std::pair{"ss"sv, "sses"sv},
                             std::pair{"sh"sv, "shes"sv},         std::pair{"hive"sv, "hives"sv},
                             std::pair{"lf"sv, "lves"sv},         std::pair{"rf"sv, "rves"sv},
                             std::pair{"sis"sv, "ses"sv},         std::pair{"ta"sv, "ta"sv},
                             std::pair{"ia"sv, "ia"sv},           std::pair{"tum"sv, "ta"sv},
                             std::pair{"ium"sv, "ia"sv},          std::pair{"buffalo"sv, "buffaloes"sv},
                             std::pair{"tomato"sv, "tomatoes"sv}, std::pair{"bus"sv, "buses"sv},
                             std::pair{"alias"sv, "aliases"sv},   std::pair{"status"sv, "statuses"sv},
                             std::pair{"octopus"sv, "octopi"sv},  std::pair{"virus"sv, "viri"sv},
                             std::pair{"axis"sv, "axes"sv},       std::pair{"s"sv, "s"sv}};
constexpr std::array kSingular{std::pair{"databases"sv, "database"sv},
                               std::pair{"quizzes"sv, "quiz"sv},
                               std::pair{"matrices"sv, "matrix"sv},
                               std::pair{"vertices"sv, "vertex"sv},
                               std::pair{"indices"sv, "index"sv},
                               std::pair{"oxen"sv, "ox"sv},
                               std::pair{"aliases"sv, "alias"sv},
                               std::pair{"statuses"sv, "status"sv},
                               std::pair{"alias"sv, "alias"sv},
                               std::pair{"status"sv, "status"sv},
                               std::pair{"octopi"sv, "octopus"sv},
                               std::pair{"viri"sv, "virus"sv},
                               std::pair{"axes"sv, "axis"sv},
                               std::pair{"crises"sv, "crisis"sv},
                               std::pair{"shoes"sv, "shoe"sv},
                               std::pair{"buses"sv, "bus"sv},
                               std::pair{"bus"sv, "bus"sv},
                               std::pair{"mice"sv, "mouse"sv},
                               std::pair{"lice"sv, "louse"sv},
                               std::pair{"xes"sv, "x"sv},
                               std::pair{"ches"sv, "ch"sv},
                               std::pair{"sses"sv, "ss"sv},
                               std::pair{"shes"sv, "sh"sv},
                               std::pair{"movies"sv, "movie"sv},
                               std::pair{"series"sv, "series"sv},
                               std::pair{"lves"sv, "lf"sv},
                               std::pair{"rves"sv, "rf"sv},
                               std::pair{"tives"sv, "tive"sv},
                               std::pair{"hives"sv, "hive"sv},
                               std::pair{"analyses"sv, "analysis"sv},
                               std::pair{"bases"sv, "basis"sv},
                               std::pair{"diagnoses"sv, "diagnosis"sv},
                               std::pair{"theses"sv, "thesis"sv},
                               std::pair{"synopses"sv, "synopsis"sv},
                               std::pair{"parentheses"sv, "parenthesis"sv},
                               std::pair{"prognoses"sv, "prognosis"sv},
                               std::pair{"news"sv, "news"sv},
                               std::pair{"ss"sv, "ss"sv}};

bool is_vowel(char c) { return std::string_view("aeiou").find(c) != std::string_view::npos; }

bool is_uncountable(std::string_view word) {
    return std::any_of(kUncountable.begin(), kUncountable.end(), [&](std::string_view one) {
        return word.ends_with(one) && (word.size() == one.size() || word[word.size() - one.size() - 1] == '_');
    });
}

std::string with_ending(std::string_view word, std::string_view old, std::string_view fresh) {
    return std::string(word.substr(0, word.size() - old.size())) + std::string(fresh);
}

}  // namespace

std::string pluralize(std::string_view word) {
    if (word.empty() || is_uncountable(word)) return std::string(word);
    for (const auto& [one, many] : kIrregular) {
        if (word.ends_with(many)) return std::string(word);
        if (word.ends_with(one)) return with_ending(word, one, many);
    }
    if (word == "ox" || word.ends_with("_ox")) return std::string(word) + "en";
    if (word.ends_with("quy")) return with_ending(word, "y", "ies");
    if (word.ends_with('y') && word.size() > 1 && !is_vowel(word[word.size() - 2]))
        return with_ending(word, "y", "ies");
    if (word.ends_with("fe") && !word.ends_with("ffe")) return with_ending(word, "fe", "ves");
    for (const auto& [one, many] : kPlural)
        if (word.ends_with(one)) return with_ending(word, one, many);
    return std::string(word) + "s";
}

std::string singularize(std::string_view word) {
    if (word.empty() || is_uncountable(word)) return std::string(word);
    for (const auto& [one, many] : kIrregular)
        if (word.ends_with(many)) return with_ending(word, many, one);
    for (const auto& [many, one] : kSingular)
        if (word.ends_with(many)) return with_ending(word, many, one);
    if (word.ends_with("ies") && word.size() > 3 && !is_vowel(word[word.size() - 4]))
        return with_ending(word, "ies", "y");
    if (word.ends_with("ves") && word.size() > 3 && word[word.size() - 4] != 'f' &&
        (word.ends_with("ives") || word.ends_with("aves")))
        return with_ending(word, "ves", word.ends_with("ives") ? "fe" : "ve");
    if (word.ends_with("oes")) return with_ending(word, "es", "");
    if (word.ends_with("ta") && (word.ends_with("data") || word.ends_with("strata")))
        return with_ending(word, "a", "um");
    return word.ends_with('s') ? with_ending(word, "s", "") : std::string(word);
}

std::string rails_index_name(std::string_view table, const std::vector<std::string>& columns, int version) {
    const std::string name = "index_" + std::string(table) + "_on_" + joined(columns, "_and_");
    if (version < 71 || name.size() <= kLongestIndexName) return name;
    const std::string hash = "_" + sha256_hex(name).substr(0, kHashDigits);
    return ("idx_on_" + joined(columns, "_")).substr(0, kLongestIndexName - hash.size()) + hash;
}

std::string rails_constraint_name(std::string_view prefix, std::string_view table, std::string_view what,
                                  std::string_view suffix) {
    std::string identifier(table);
    identifier.append("_").append(what).append("_").append(suffix);
    return std::string(prefix) + sha256_hex(identifier).substr(0, kHashDigits);
}

std::string rails_foreign_key_name(std::string_view table, std::string_view columns) {
    return rails_constraint_name("fk_rails_", table, columns, "fk");
}

// A prefix that both have is written once: join_table_name.
std::string rails_join_table_name(std::string_view a, std::string_view b) {
    if (b < a) std::swap(a, b);
    const auto last = a.find_last_of("._");
    if (last != std::string_view::npos && b.starts_with(a.substr(0, last + 1)))
        return std::string(a) + "_" + std::string(b.substr(last + 1));
    return std::string(a) + "_" + std::string(b);
}

}  // namespace pgfence::extract

#include "analyze/kit/weak_comparison.h"

#include <algorithm>
#include <string_view>

#include "core/text.h"

namespace pgfence {
namespace {

/// The literal, with or without casts around it; null when `e` is something else.
const Expr* literal_of(const Expr& e) {
    if ((e.kind == Expr::Kind::cast || e.kind == Expr::Kind::collate) && !e.args.empty()) return literal_of(e.args[0]);
    // ROW(0, 0) is compared by its first one; a SIMILAR TO pattern is handed through a function.
    const bool by_first = (e.kind == Expr::Kind::list && e.text == "ROW") ||
                          (e.kind == Expr::Kind::call && e.name.name == "similar_to_escape");
    if (by_first && !e.args.empty()) return literal_of(e.args[0]);
    return e.kind == Expr::Kind::constant ? &e : nullptr;
}

bool is_of_a_word(char c) { return is_letter_or_digit(c) || static_cast<unsigned char>(c) >= 0x80; }

/// A single letter, or only punctuation as in '%@%', stands in nearly every text; behind an end it says more.
bool says_little(std::size_t letters, bool anchored) { return letters < (anchored ? 1U : 2U); }

bool is_open_pattern(std::string_view like) {
    const auto letters = static_cast<std::size_t>(std::count_if(like.begin(), like.end(), is_of_a_word));
    const bool open = like.starts_with('%') && like.ends_with('%');
    return like.find_first_of("%_") != std::string_view::npos && says_little(letters, !open);
}

/// Character classes (`[a-z]`) and escapes (`\d`) match many characters, so they do not count as letters.
bool is_open_expression(std::string_view regex) {
    std::size_t letters = 0;
    bool in_class = false;
    for (std::size_t i = 0; i < regex.size(); ++i) {
        if (regex[i] == '\\') {
            ++i;
        } else if (regex[i] == '[' || regex[i] == ']') {
            in_class = regex[i] == '[';
        } else if (!in_class && is_of_a_word(regex[i])) {
            ++letters;
        }
    }
    return says_little(letters, regex.starts_with('^') || regex.ends_with('$'));
}

/// Of a date as text; 0 when it is none.
int year_of(std::string_view text) {
    const auto digits = static_cast<std::size_t>(
        std::find_if_not(text.begin(), text.end(), [](char c) { return is_digit(c); }) - text.begin());
    if (digits < 4 || digits > 6 || digits == text.size() || text[digits] != '-') return 0;
    int year = 0;
    for (const char c : text.substr(0, digits)) year = year * 10 + (c - '0');
    return year;
}

/// The largest number of a type, or nothing but nines.
bool is_largest(std::string_view text) {
    return text == "32767" || text == "2147483647" || text == "4294967295" || text == "9223372036854775807" ||
           (text.size() >= 6 && text.find_first_not_of('9') == std::string_view::npos);
}

/// Applications store no dates as far ahead, or as far back, as these.
bool is_far_ahead(std::string_view text) { return text == "infinity" || year_of(text) >= 2100 || is_largest(text); }
bool is_far_back(std::string_view text) {
    const int year = year_of(text);
    return text == "-infinity" || text == "epoch" || (year > 0 && year <= 1970);
}

bool is_operator(const Expr& e, std::string_view one, std::string_view other) {
    return e.name.name == one || e.name.name == other;
}

bool is_bool(const Expr& e) {
    if (e.kind == Expr::Kind::cast) return e.type.name.name == "bool" || e.type.name.name == "boolean";
    return e.kind == Expr::Kind::constant && e.type.name.name == "bool";
}

/// Whether the column's values before a far end, or behind one, are meant.
bool passes_most(const Expr& e, const Expr& value, bool value_first) {
    const bool less = is_operator(e, "<", "<="), greater = is_operator(e, ">", ">=");
    if (value_first ? greater : less) return is_far_ahead(value.text);
    return (less || greater) && is_far_back(value.text);
}

/// strpos(note, 'x') = 0: the text is not in there.
bool finds_nothing(const Expr& e) {
    const auto is_place = [](const Expr& side) {
        return side.kind == Expr::Kind::call && (side.name.name == "strpos" || side.name.name == "position");
    };
    const auto is_nought = [](const Expr& side) { return side.kind == Expr::Kind::constant && side.text == "0"; };
    return is_operator(e, "=", "=") && std::any_of(e.args.begin(), e.args.end(), is_place) &&
           std::any_of(e.args.begin(), e.args.end(), is_nought);
}

/// 0, 1 or a negative number.
bool is_below_all_counts(std::string_view text) { return text == "0" || text == "1" || text.starts_with('-'); }

/// Of the places of rows nobody knows a value.
bool is_of_a_place(const Expr& side) { return side.kind == Expr::Kind::column && side.text == "ctid"; }

/// tableoid = 'orders_2024'::regclass
bool is_of_whole_tables(const Expr& side) { return side.kind == Expr::Kind::column && side.text == "tableoid"; }

bool is_number(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || c == '.' || c == '-'; });
}

bool is_measure(const Expr& side) {
    constexpr std::string_view kMeasures[] = {"length",    "char_length", "character_length", "octet_length", "extract",
                                              "date_part", "abs",         "pg_column_size"};
    return side.kind == Expr::Kind::call &&
           std::find(std::begin(kMeasures), std::end(kMeasures), side.name.name) != std::end(kMeasures);
}

/// length(name) > 0, extract(year FROM day) >= 1: nearly every value has that. Of a column itself it may be a
/// condition: retries > 0.
bool is_above_nothing(const Expr& e, const Expr& side, const Expr& value, bool value_first) {
    if (!is_operator(e, value_first ? "<" : ">", value_first ? "<=" : ">=")) return false;
    if (value.text.empty() || is_of_a_place(side)) return true;  // > ''
    if (!is_number(value.text) || !is_below_all_counts(value.text)) return false;
    return is_measure(side) || value.text.starts_with('-');
}

/// doc @> '{}'
bool is_contained_in_all(const Expr& e, const Expr& value) {
    return e.name.name == "@>" && (value.text == "{}" || value.text == "[]");
}

}  // namespace

bool excludes_a_value(const Expr& e) {
    if (e.kind != Expr::Kind::op || e.args.size() < 2) return false;
    if (std::any_of(e.args.begin(), e.args.end(), is_bool)) return false;  // the other one remains
    const std::string& name = e.name.name;
    if (e.text == "IS DISTINCT FROM" || name.starts_with("!~")) return true;
    if (e.text.starts_with("NOT BETWEEN") || finds_nothing(e)) return true;
    return name == "<>";
}

bool is_true_of_most(const Expr& e) {
    if (e.kind != Expr::Kind::op || e.args.size() < 2) return false;
    if (e.text.starts_with("BETWEEN") && e.args.size() == 3) {
        const Expr *low = literal_of(e.args[1]), *high = literal_of(e.args[2]);
        return low && high && is_far_ahead(high->text) &&
               (is_far_back(low->text) || low->text == "0" || low->text == "1");
    }
    if (e.args.size() != 2) return false;
    if (std::any_of(e.args.begin(), e.args.end(), is_of_whole_tables)) return true;
    const Expr* right = literal_of(e.args[1]);
    const Expr* value = right ? right : literal_of(e.args[0]);
    if (!value) return false;
    if (e.text.empty() && passes_most(e, *value, !right)) return true;
    if (e.text.empty() && is_above_nothing(e, e.args[right ? 0 : 1], *value, !right)) return true;
    if (!right) return false;
    if (is_contained_in_all(e, *right)) return true;
    if (e.text == "SIMILAR TO") return is_open_pattern(right->text);
    if (is_operator(e, "~~", "~~*")) return is_open_pattern(right->text);
    return is_operator(e, "~", "~*") && is_open_expression(right->text);
}

bool is_above_first_number(const Expr& e) {
    if (e.kind != Expr::Kind::op || e.args.size() != 2 || !e.text.empty() || !is_operator(e, ">", ">=")) return false;
    const Expr* value = literal_of(e.args[1]);
    return value && is_number(value->text) && is_below_all_counts(value->text);
}

const Expr* denied_by(const Expr& e) {
    if (e.kind != Expr::Kind::op || e.name.name != "=" || !e.text.empty() || e.args.size() != 2) return nullptr;
    const auto is_condition = [](const Expr& side) {
        using enum Expr::Kind;
        return side.kind == op || side.kind == and_ || side.kind == or_ || side.kind == not_ || side.kind == is_null ||
               side.kind == is_not_null || side.kind == boolean_test;
    };
    for (const std::size_t i : {0, 1})
        if (is_bool(e.args[i]) && e.args[i].text == "false" && is_condition(e.args[1 - i])) return &e.args[1 - i];
    return nullptr;
}

bool is_null_of_most(const Expr& e) {
    return e.kind == Expr::Kind::call && (e.name.name == "array_position" || e.name.name == "regexp_match");
}

}  // namespace pgfence

#include "analyze/catalog/chosen_names.h"

#include <algorithm>
#include <array>
#include <bit>

#include "core/text.h"

namespace pgfence {
namespace {

constexpr int kMaxDigits = 8;
constexpr std::uint32_t kPowers[kMaxDigits + 1] = {1,       10,        100,        1000,       10'000,
                                                   100'000, 1'000'000, 10'000'000, 100'000'000};

// '\0' cannot stand in a PostgreSQL name, so it parts schema and name beyond uncertainty.
std::string key_of(std::string_view schema, std::string_view name) {
    std::string key;
    key.reserve(schema.size() + name.size() + 1);
    key.append(schema).push_back('\0');
    return key.append(name);
}

std::string numbers_key(std::string_view schema, std::string_view stem, int digits) {
    std::string key = key_of(schema, stem);
    key.push_back('\0');
    key.push_back(static_cast<char>('0' + digits));
    return key;
}

// FigureColnameInternal: strength 2 is a good name, 1 a poor one, 0 none.
int figure_name(const Expr& expr, std::string& name) {
    using Kind = Expr::Kind;
    switch (expr.kind) {
        case Kind::column: name = expr.text; return 2;
        case Kind::call: name = expr.name.name; return 2;
        case Kind::collate: return expr.args.empty() ? 0 : figure_name(expr.args[0], name);
        case Kind::cast: {
            const int strength = expr.args.empty() ? 0 : figure_name(expr.args[0], name);
            if (strength > 1) return strength;
            name = expr.type.name.name;
            return 1;
        }
        case Kind::list:
        case Kind::sql_value: {
            const std::string word = lower_case(expr.text);
            if (word.empty()) return 0;
            name = word;
            return word == "case" ? 1 : 2;
        }
        default: return 0;
    }
}

}  // namespace

std::string clip(std::string_view name, std::size_t bytes) {
    if (name.size() <= bytes) return std::string(name);
    while (bytes > 0 && continues_character(name[bytes])) --bytes;
    return std::string(name.substr(0, bytes));
}

std::string make_object_name(std::string_view name1, std::string_view name2, std::string_view label) {
    const std::size_t overhead = (name2.empty() ? 0 : 1) + (label.empty() ? 0 : label.size() + 1);
    const std::size_t room = overhead >= kMaxNameBytes ? 0 : kMaxNameBytes - overhead;
    std::size_t first = name1.size(), second = name2.size();
    if (first + second > room) {
        // The server takes bytes off one by one, from the longer, from the second when they are equal.
        const std::size_t longer_than = std::min(first, second);
        const std::size_t cut = std::min(first + second - room, std::max(first, second) - longer_than);
        (first > second ? first : second) -= cut;
        std::size_t rest = first + second > room ? first + second - room : 0;
        second -= (rest + 1) / 2;
        first -= rest / 2;
    }
    std::string name = clip(name1, first);
    if (!name2.empty()) name.append("_").append(clip(name2, second));
    if (!label.empty()) name.append("_").append(label);
    return clip(name, kMaxNameBytes);
}

std::string name_addition(const std::vector<std::string>& columns) {
    std::string all;
    for (const std::string& column : columns) {
        if (!all.empty()) all += '_';
        all += clip(column, kMaxNameBytes);
        if (all.size() > kMaxNameBytes) break;
    }
    return all;
}

std::vector<std::string> index_column_names(const std::vector<IndexElement>& elements,
                                            const std::vector<std::string>& including) {
    std::vector<std::string> wanted;
    for (const IndexElement& element : elements) {
        std::string name = element.column;
        if (name.empty() && element.expr) figure_name(*element.expr, name);
        wanted.push_back(name.empty() ? "expr" : name);
    }
    wanted.insert(wanted.end(), including.begin(), including.end());
    // INDEX_MAX_KEYS is 32: more columns are an error, and a name needs no more than its first 64 bytes.
    if (wanted.size() > 32) wanted.resize(32);
    std::vector<std::string> names;
    for (const std::string& base : wanted) {
        std::string name = base;
        for (int i = 1; std::find(names.begin(), names.end(), name) != names.end(); ++i) {
            const std::string number = std::to_string(i);
            name = clip(base, kMaxNameBytes - number.size()) + number;
        }
        names.push_back(std::move(name));
    }
    return names;
}

void NumberSet::erase(std::uint32_t number) {
    const Part* there = std::as_const(parts_).find(number / kNumbers);
    if (there && ((*there)[word(number)] & bit(number)) != 0) part(number)[word(number)] &= ~bit(number);
}

std::optional<std::uint32_t> NumberSet::first(std::uint32_t from, std::uint32_t end) const {
    while (from < end) {
        const Part* there = parts_.find(from / kNumbers);
        const std::uint64_t rest = there ? (*there)[word(from)] >> from % kBits : 0;
        if (rest != 0) return from + static_cast<std::uint32_t>(std::countr_zero(rest));
        const std::uint32_t step = there ? kBits : kNumbers;
        from = (from / step + 1) * step;
    }
    return std::nullopt;
}

std::uint32_t NameIndex::find(std::string_view schema, std::string_view name) const {
    // The model and the rules ask for names by the million: a key that fits is put together here.
    std::array<char, 192> key;
    if (schema.size() + name.size() < key.size()) {
        char* end = std::copy(schema.begin(), schema.end(), key.begin());
        *end++ = '\0';
        end = std::copy(name.begin(), name.end(), end);
        const std::uint32_t* value = names_.find(std::string_view(key.data(), end));
        return value ? *value : 0;
    }
    const std::uint32_t* value = names_.find(key_of(schema, name));
    return value ? *value : 0;
}

void NameIndex::set(std::string_view schema, std::string_view name, std::uint32_t value) {
    const bool had = find(schema, name) != 0;
    if (value)
        names_[key_of(schema, name)] = value;
    else
        names_.erase(key_of(schema, name));
    if (had != (value != 0)) note(schema, name, value != 0);
}

void NameIndex::note(std::string_view schema, std::string_view name, bool taken) {
    std::uint32_t number = 0;
    for (int digits = 1; digits <= kMaxDigits && static_cast<std::size_t>(digits) < name.size(); ++digits) {
        const char c = name[name.size() - static_cast<std::size_t>(digits)];
        if (!is_digit(c)) return;
        number += static_cast<std::uint32_t>(c - '0') * kPowers[digits - 1];
        if (c == '0') continue;
        const std::string_view stem = name.substr(0, name.size() - static_cast<std::size_t>(digits));
        const std::string key = numbers_key(schema, stem, digits);
        const Numbers* seen = std::as_const(numbers_).find(key);
        const std::uint32_t next = seen ? seen->next : kPowers[digits - 1];
        if (taken && number < next) numbers_.find(key)->placeholders.erase(number);
        if (!taken && number < next) numbers_.find(key)->placeholders.insert(number);
        if (!taken || number != next) continue;
        Numbers& numbers = numbers_[key];
        numbers.next = next + 1;
        while (numbers.next < kPowers[digits] && find(schema, std::string(stem) + std::to_string(numbers.next)))
            ++numbers.next;
    }
}

std::uint32_t NameIndex::free_number(std::string_view schema, std::string_view stem, int digits,
                                     std::uint32_t from) const {
    if (digits < 1 || digits > kMaxDigits) return 0;
    from = std::max(from, kPowers[digits - 1]);
    if (const Numbers* numbers = numbers_.find(numbers_key(schema, stem, digits))) {
        if (const auto placeholder = numbers->placeholders.first(from, numbers->next)) return *placeholder;
        from = std::max(from, numbers->next);
    }
    while (from < kPowers[digits] && find(schema, std::string(stem) + std::to_string(from))) ++from;
    return from < kPowers[digits] ? from : 0;
}

}  // namespace pgfence

#pragma once
// The names PostgreSQL gives to what was not named: indexes, constraints, sequences.
// Sources: makeObjectName, ChooseRelationName, ChooseIndexColumnNames (indexcmds.c), ChooseConstraintName
// (pg_constraint.c), FigureIndexColname (parse_target.c).

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyze/catalog/shared.h"
#include "core/action.h"

namespace pgfence {

inline constexpr std::size_t kMaxNameBytes = 63;  ///< NAMEDATALEN - 1

/// The first `bytes` bytes, never half of a UTF-8 character.
std::string clip(std::string_view name, std::size_t bytes);
/// "name1_name2_label" in at most 63 bytes: the longer of the two names is cut first. name2 may be empty.
std::string make_object_name(std::string_view name1, std::string_view name2, std::string_view label);
/// "a_b_c", the middle part of the name of an index or foreign key over several columns.
std::string name_addition(const std::vector<std::string>& columns);
/// What the columns of an index are called: the column, the expression's own name, or "expr"; made distinct by numbers.
std::vector<std::string> index_column_names(const std::vector<IndexElement>& elements,
                                            const std::vector<std::string>& including);

/// Numbers, as bits that copies share part by part: a name that is dropped costs one part.
class NumberSet {
public:
    void insert(std::uint32_t number) { part(number)[word(number)] |= bit(number); }
    void erase(std::uint32_t number);
    /// The smallest in [from, end).
    std::optional<std::uint32_t> first(std::uint32_t from, std::uint32_t end) const;

private:
    static constexpr std::uint32_t kBits = 64, kWords = 32, kNumbers = kWords * kBits;
    using Part = std::array<std::uint64_t, kWords>;
    static std::size_t word(std::uint32_t number) { return number % kNumbers / kBits; }
    static std::uint64_t bit(std::uint32_t number) { return std::uint64_t{1} << number % kBits; }
    Part& part(std::uint32_t number) { return parts_.add(number / kNumbers); }

    SharedSlots<Part> parts_;
};

/// Names in use by schema, each with a number of the owner's choice, and the first free "stem<number>" without trying
/// them one by one: a thousand unnamed indexes on one column must not cost a million look-ups.
class NameIndex {
public:
    /// 0 when nothing has that name.
    std::uint32_t find(std::string_view schema, std::string_view name) const;
    /// value 0 removes the name.
    void set(std::string_view schema, std::string_view name, std::uint32_t value);
    /// The smallest n >= from with exactly `digits` digits for which "stem<n>" is free; 0 when there is none.
    std::uint32_t free_number(std::string_view schema, std::string_view stem, int digits, std::uint32_t from) const;

private:
    /// Of the numbers behind one stem: all in [first, next) are taken but for the placeholders.
    struct Numbers {
        std::uint32_t next = 0;
        NumberSet placeholders;
    };
    void note(std::string_view schema, std::string_view name, bool taken);
    SharedMap<std::uint32_t> names_;
    SharedMap<Numbers> numbers_;
};

}  // namespace pgfence

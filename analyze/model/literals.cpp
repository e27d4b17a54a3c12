#include "analyze/model/literals.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <compare>
#include <cstdint>
#include <string_view>
#include <system_error>

#include "analyze/model/column_type.h"
#include "analyze/model/types.h"
#include "core/text.h"

namespace pgfence {
namespace {

int as_int(std::strong_ordering order) { return order < 0 ? -1 : order > 0; }

/// A number as it is written: no rounding, however many digits it has.
struct Decimal {
    bool negative = false;
    std::string whole, fraction;  ///< without zeros at the outer end

    bool zero() const { return whole.empty() && fraction.empty(); }
};

std::string_view take_digits(std::string_view& text) {
    const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
    const std::string_view digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    text.remove_prefix(digits.size());
    return digits;
}

std::optional<Decimal> decimal(std::string_view text) {
    Decimal number;
    number.negative = text.starts_with('-');
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    const std::string_view whole = take_digits(text);
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        number.fraction = take_digits(text);
        if (whole.empty() && number.fraction.empty()) return std::nullopt;
    } else if (whole.empty()) {
        return std::nullopt;
    }
    if (!text.empty()) return std::nullopt;
    number.whole = whole.substr(std::min(whole.find_first_not_of('0'), whole.size()));
    number.fraction.erase(number.fraction.find_last_not_of('0') + 1);
    if (number.zero()) number.negative = false;
    return number;
}

constexpr std::size_t kDigitsOfInt8 = 18;

/// What nearly all bounds are, read without a copy: a new partition is compared with each one that is there.
std::optional<std::int64_t> short_integer(std::string_view text) {
    std::int64_t value = 0;
    if (text.size() > kDigitsOfInt8) return std::nullopt;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

int compare(const Decimal& a, const Decimal& b) {
    if (a.negative != b.negative) return a.negative ? -1 : 1;
    const auto size = a.whole.size() <=> b.whole.size();
    const auto order = size != 0 ? size : a.whole != b.whole ? a.whole <=> b.whole : a.fraction <=> b.fraction;
    return a.negative ? -as_int(order) : as_int(order);
}

/// In the ISO form alone: what "01/02/2024" means is for DateStyle.
struct Moment {
    std::string day;     ///< "2024-01-01"
    std::string time;    ///< "hh:mm:ss.fraction", without zeros at its end
    std::string offset;  ///< as it is written
};

std::optional<Moment> moment(std::string_view text) {
    constexpr std::string_view kDay = "dddd-dd-dd", kTime = "dd:dd";
    const auto take = [&](std::string_view form) -> std::optional<std::string> {
        if (text.size() < form.size()) return std::nullopt;
        for (std::size_t i = 0; i < form.size(); ++i)
            if (form[i] == 'd' ? !is_digit(text[i]) : text[i] != form[i]) return std::nullopt;
        const std::string taken(text.substr(0, form.size()));
        text.remove_prefix(form.size());
        return taken;
    };
    Moment result;
    const auto day = take(kDay);
    if (!day) return std::nullopt;
    result.day = *day;
    if (text.empty()) return result;
    if (text.front() != ' ' && text.front() != 'T') return std::nullopt;
    text.remove_prefix(1);
    const auto time = take(kTime);
    if (!time) return std::nullopt;
    result.time = *time;
    if (const auto seconds = take(":dd")) {
        result.time += *seconds;
        if (text.starts_with('.')) {
            text.remove_prefix(1);
            result.time += "." + std::string(take_digits(text));
        }
    }
    const auto last = result.time.find_last_not_of("0:.");
    result.time.erase(last == std::string::npos ? 0 : last + 1);
    result.offset = text;
    const bool is_offset = text.empty() || text == "Z" || text.front() == '+' || text.front() == '-';
    return is_offset ? std::optional(std::move(result)) : std::nullopt;
}

/// Minutes that the clock is ahead of UTC: "+05:30", "-8", "Z".
std::optional<int> minutes_ahead(std::string_view offset) {
    if (offset == "Z") return 0;
    const bool behind = offset.starts_with('-');
    if (!behind && !offset.starts_with('+')) return std::nullopt;
    offset.remove_prefix(1);
    const std::string_view hours = take_digits(offset);
    if (hours.empty() || hours.size() > 2) return std::nullopt;
    int minutes = 60 * std::stoi(std::string(hours));
    if (offset.starts_with(':')) {
        offset.remove_prefix(1);
        const std::string_view rest = take_digits(offset);
        if (rest.size() != 2) return std::nullopt;
        minutes += std::stoi(std::string(rest));
    }
    if (!offset.empty()) return std::nullopt;
    return behind ? -minutes : minutes;
}

/// Minutes since 1970 in UTC, and what is left of the time below a minute.
std::optional<std::pair<std::int64_t, std::string>> in_utc(const Moment& m) {
    const auto ahead = minutes_ahead(m.offset);
    if (!ahead) return std::nullopt;
    const auto number = [](std::string_view digits) { return std::stoi(std::string(digits)); };
    using namespace std::chrono;
    const sys_days day = year{number(m.day.substr(0, 4))} / number(m.day.substr(5, 2)) / number(m.day.substr(8, 2));
    // Zeros at its end are cut off.
    std::string time = m.time;
    constexpr std::string_view kWhole = "00:00:00";
    for (std::size_t i = time.size(); i < kWhole.size(); ++i) time += kWhole[i];
    const std::int64_t minutes = std::int64_t{day.time_since_epoch().count()} * 24 * 60 +
                                 60 * number(time.substr(0, 2)) + number(time.substr(3, 2)) - *ahead;
    return std::pair(minutes, time.substr(6));
}

std::optional<int> compare_moments(std::string_view a, std::string_view b, Literals literals) {
    const auto x = moment(a), y = moment(b);
    if (!x || !y) return std::nullopt;
    if (literals == Literals::instants && x->offset != y->offset) {
        const auto m = in_utc(*x), n = in_utc(*y);
        return m && n ? std::optional(as_int(*m <=> *n)) : std::nullopt;
    }
    if (x->day != y->day) return as_int(x->day <=> y->day);
    return literals == Literals::days ? 0 : as_int(x->time <=> y->time);
}

bool is_of_moments(Literals literals) {
    return literals == Literals::days || literals == Literals::moments || literals == Literals::instants;
}

bool is_midnight(const Expr& expr) {
    const auto m = expr.kind == Expr::Kind::constant ? moment(expr.text) : std::nullopt;
    return m && m->time.empty() && m->offset.empty();
}

/// The literal below casts that change nothing of what it is as a value of the key; null: another expression, or a
/// value of another type, which other operators compare.
const Expr* literal(const Expr& expr, Literals literals) {
    if (expr.kind == Expr::Kind::constant) {
        // A number among strings is no literal of theirs.
        const bool numeric = literals == Literals::integers || literals == Literals::numbers;
        const std::string& own = expr.type.name.name;
        const bool fits = own.empty() || own == "unknown" || (numeric && (own == "int4" || own == "numeric"));
        return fits ? &expr : nullptr;
    }
    if (expr.kind != Expr::Kind::cast || expr.args.size() != 1 || expr.type.array_dimensions > 0) return nullptr;
    const std::string to = canonical_type(expr.type);
    const auto among = [&](std::initializer_list<std::string_view> names) {
        return std::find(names.begin(), names.end(), to) != names.end();
    };
    const bool same = literals == Literals::integers ? among({"int2", "int4", "int8"})
                      : literals == Literals::numbers
                          ? among({"int2", "int4", "int8", "numeric", "float8"}) && expr.type.typmods.empty()
                      : literals == Literals::days
                          ? among({"date"}) || (among({"timestamp"}) && is_midnight(expr.args.front()))
                      : literals == Literals::moments  ? among({"timestamp"}) && expr.type.typmods.empty()
                      : literals == Literals::instants ? among({"timestamptz"}) && expr.type.typmods.empty()
                                                       // An enum is cast to itself alone.
                                                       : !among({"bpchar"}) && expr.type.typmods.empty();
    return same ? literal(expr.args.front(), literals) : nullptr;
}

}  // namespace

std::optional<Literals> literals_of(const Catalog& catalog, const TypeName& written, const Name& collation) {
    if (written.array_dimensions > 0) return std::nullopt;
    if (catalog.find_enum(written.name)) return Literals::words;
    const std::string type = canonical_type(base_type(written, catalog));
    const auto is = [&](auto... names) { return ((type == names) || ...); };
    if (is("int2", "int4", "int8")) return Literals::integers;
    if (is("numeric", "float8")) return Literals::numbers;
    if (is("date")) return Literals::days;
    if (is("timestamp")) return Literals::moments;
    if (is("timestamptz")) return Literals::instants;
    if (is("text", "varchar"))
        return collation.name == "C" || collation.name == "POSIX" ? Literals::bytes : Literals::words;
    return std::nullopt;
}

std::optional<int> compare_literals(const Expr& a, const Expr& b, Literals literals) {
    const Expr *x = literal(a, literals), *y = literal(b, literals);
    if (!x || !y) return std::nullopt;
    if (x->text == y->text) return 0;
    if (is_of_moments(literals)) return compare_moments(x->text, y->text, literals);
    if (literals == Literals::bytes) return as_int(x->text <=> y->text);
    if (literals == Literals::words) return std::nullopt;
    if (const auto m = short_integer(x->text), n = short_integer(y->text); m && n) return as_int(*m <=> *n);
    const auto m = decimal(x->text), n = decimal(y->text);
    if (!m || !n) return std::nullopt;
    // A fraction, or too many digits, make a numeric of the comparison, and the key is cast.
    const auto is_integer = [](const Decimal& d) { return d.fraction.empty() && d.whole.size() <= kDigitsOfInt8; };
    if (literals == Literals::integers && !(is_integer(*m) && is_integer(*n))) return std::nullopt;
    return compare(*m, *n);
}

std::optional<bool> same_literal(const Expr& a, const Expr& b, Literals literals) {
    if (literals == Literals::words) {
        const Expr *x = literal(a, literals), *y = literal(b, literals);
        return x && y ? std::optional(x->text == y->text) : std::nullopt;
    }
    const auto order = compare_literals(a, b, literals);
    return order ? std::optional(*order == 0) : std::nullopt;
}

}  // namespace pgfence

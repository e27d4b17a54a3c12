#include "extract/ruby/ruby_dates.h"

#include <algorithm>
#include <chrono>

#include "core/number_text.h"

namespace pgfence::extract {
namespace {

using std::chrono::days;
using std::chrono::months;
using std::chrono::sys_days;
using std::chrono::year_month_day;
using std::chrono::years;

constexpr std::string_view kDate = "date";
/// PostgreSQL's last year is beyond what anybody counts to.
constexpr long kMostSteps = 10'000;

std::string padded(int number, int width) {
    std::string digits = std::to_string(number);
    while (static_cast<int>(digits.size()) < width) digits.insert(0, "0");
    return digits;
}

Value date_value(const year_month_day& date) {
    Call call;
    call.path = kDate;
    call.args = {text_value(padded(int(date.year()), 4) + "-" + padded(static_cast<int>(unsigned(date.month())), 2) +
                            "-" + padded(static_cast<int>(unsigned(date.day())), 2))};
    return result_of(std::move(call));
}

std::optional<year_month_day> date_of(const Value& value) {
    const auto text = date_text(value);
    if (!text || text->size() != 10) return std::nullopt;
    const auto part = [&](std::size_t at, std::size_t size) {
        return number_in<int>(text->substr(at, size)).value_or(0);
    };
    const year_month_day date{std::chrono::year(part(0, 4)), std::chrono::month(static_cast<unsigned>(part(5, 2))),
                              std::chrono::day(static_cast<unsigned>(part(8, 2)))};
    return date.ok() ? std::optional(date) : std::nullopt;
}

/// A day that the month has not is its last one.
year_month_day in_month(const year_month_day& date) {
    return date.ok() ? date : year_month_day(date.year() / date.month() / std::chrono::last);
}

/// strftime, as far as digits go.
std::optional<Value> formatted(const year_month_day& date, std::string_view format) {
    std::string out;
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] != '%' || i + 1 == format.size()) {
            out += format[i];
            continue;
        }
        const auto month = static_cast<int>(unsigned(date.month())), day = static_cast<int>(unsigned(date.day()));
        switch (format[++i]) {
            case 'Y': out += padded(int(date.year()), 4); break;
            case 'y': out += padded(int(date.year()) % 100, 2); break;
            case 'm': out += padded(month, 2); break;
            case 'd': out += padded(day, 2); break;
            case 'F': out += padded(int(date.year()), 4) + "-" + padded(month, 2) + "-" + padded(day, 2); break;
            default: return std::nullopt;
        }
    }
    return text_value(std::move(out));
}

std::optional<Value> new_date(const Call& call) {
    int parts[] = {0, 1, 1};
    if (call.args.empty() || call.args.size() > 3) return std::nullopt;
    for (std::size_t i = 0; i < call.args.size(); ++i) {
        const auto number = call.args[i].integer();
        if (!number || *number < 1 || *number > 9999) return std::nullopt;
        parts[i] = static_cast<int>(*number);
    }
    const year_month_day date{std::chrono::year(parts[0]), std::chrono::month(static_cast<unsigned>(parts[1])),
                              std::chrono::day(static_cast<unsigned>(parts[2]))};
    return date.ok() ? std::optional(date_value(date)) : std::nullopt;
}

}  // namespace

std::optional<std::string> date_text(const Value& value) {
    const bool is_date = value.is(Value::Kind::path) && value.call && value.call->path == kDate;
    return is_date && !value.call->args.empty() ? std::optional(value.call->args.front().text) : std::nullopt;
}

std::optional<Value> date_call(const Call& call) {
    const std::string_view name = call.name();
    if (call.path == "Date.new" || call.path == "::Date.new") return new_date(call);
    const auto date = date_of(call.receiver);
    if (!date || call.args.size() > 1) return std::nullopt;
    if ((name == "strftime") && call.args.size() == 1 && call.args.front().known())
        return formatted(*date, call.args.front().text);
    if (name == "to_s" || name == "iso8601") return formatted(*date, "%F");
    if (name == "to_date") return call.receiver;
    if (name == "year") return number_value(std::to_string(int(date->year())));
    const bool counts = !call.args.empty();
    const auto by = counts ? call.args.front().integer() : std::optional<long>(1);
    if (!by || *by > kMostSteps || *by < -kMostSteps) return std::nullopt;
    const auto number = static_cast<int>(*by);
    if (name == "next_month" || (name == ">>" && counts)) return date_value(in_month(*date + months(number)));
    if (name == "prev_month" || (name == "<<" && counts)) return date_value(in_month(*date - months(number)));
    if (name == "next_year") return date_value(in_month(*date + years(number)));
    if (name == "prev_year") return date_value(in_month(*date - years(number)));
    if (name == "next_day" || name == "next" || name == "succ" || (name == "+" && counts))
        return date_value(year_month_day(sys_days(*date) + days(number)));
    if (name == "prev_day" || (name == "-" && counts))
        return date_value(year_month_day(sys_days(*date) - days(number)));
    return std::nullopt;
}

}  // namespace pgfence::extract

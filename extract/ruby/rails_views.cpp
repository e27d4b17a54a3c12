// Views, functions and triggers whose SQL stands in files of their own, each version in one (the gems Scenic and F(x)):
// db/views/totals_v02.sql.

#include <array>

#include "extract/ruby/rails_operations.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

struct Kind {
    std::string_view noun, folder, keyword;
};
constexpr std::array kKinds{Kind{"view"sv, "views"sv, "VIEW"sv}, Kind{"function"sv, "functions"sv, "FUNCTION"sv},
                            Kind{"trigger"sv, "triggers"sv, "TRIGGER"sv}};

std::string without_end(std::string text) {
    while (!text.empty() && (text.back() == ';' || text.back() == ' ' || text.back() == '\n' || text.back() == '\r'))
        text.pop_back();
    return text;
}

}  // namespace

std::optional<std::string> RailsOperations::definition(const Call& call, std::string_view folder) const {
    const Options options(call);
    const Value* written = options.get("sql_definition");
    if (written) return written->is_text() && !written->holds_unknown ? std::optional(written->text) : std::nullopt;
    const Value* version = options.get("version");
    std::string number = version && version->is(Value::Kind::number) ? version->text : version ? "" : "1";
    if (number.empty() || call.args.empty() || !call.args.front().is_text() || !read_) return std::nullopt;
    if (number.size() < 2) number.insert(0, "0");
    std::string name = call.args.front().text;
    for (char& c : name)
        if (c == '.') c = '_';
    return read_(root_ + "db/" + std::string(folder) + "/" + name + "_v" + number + ".sql");
}

bool RailsOperations::view_operation(const Call& call, std::string_view name) {
    const auto verb_end = name.find('_');
    if (verb_end == name.npos || call.args.empty()) return false;
    const std::string_view verb = name.substr(0, verb_end), noun = name.substr(verb_end + 1);
    for (const Kind& kind : kKinds) {
        if (kind.noun != noun) continue;
        const bool drops = verb == "drop" || verb == "update", makes = verb == "create" || verb == "update";
        const bool replaces = verb == "replace";
        if (!drops && !makes && !replaces) return false;
        const Options options(call);
        const Value* materialized = options.get("materialized");
        const bool stored = materialized && materialized->truth().value_or(true);
        const std::string what = std::string(stored ? "MATERIALIZED " : "") + std::string(kind.keyword) + " ";
        const std::string object = schema_.table(first_name(call));
        const Value* table = options.get("on");
        const auto sql = makes || replaces ? definition(call, kind.folder) : std::nullopt;
        if ((makes || replaces) && !sql) {
            not_understood(call, "the file with its SQL is missing");
            return true;
        }
        if (drops)
            send("DROP " + what + object + (noun == "trigger" ? " ON " + schema_.table(schema_.plain(table)) : ""),
                 call);
        if (makes || replaces)
            send(noun == "view" ? std::string(replaces ? "CREATE OR REPLACE " : "CREATE ") + what + object + " AS " +
                                      without_end(*sql)
                                : without_end(*sql),
                 call);
        if (stored && verb == "update") not_understood(call, "the view's indexes are rebuilt as well");
        return true;
    }
    return false;
}

}  // namespace pgfence::extract

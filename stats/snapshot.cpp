// The one reader of snapshot files. nlohmann/json throws on malformed text; nothing it throws leaves this file.

#include <nlohmann/json.hpp>

#include "core/date.h"
#include "stats/table_sizes.h"

namespace pgfence::stats {
namespace {

using Json = nlohmann::json;

constexpr int kFormatVersion = 1;
constexpr std::string_view kWhatToDo = "take a new snapshot as docs/stats.md says";

/// What the members of a table are called in one of the two formats.
struct Members {
    const char* schema;
    const char* name;
    const char* rows;
    const char* bytes;
};
constexpr Members kOurs{"schema", "name", "rows", "bytes"};
constexpr Members kNpmTool{"schemaName", "tableName", "rowCount", "totalBytes"};

class Snapshot {
public:
    explicit Snapshot(std::string_view file_name) : file_name_(file_name) {}

    Result<Sizes> read(const Json& root) const {
        if (root.is_array()) return npm_tool(root, "$");
        if (!root.is_object()) return wrong("$", "must be an object");
        if (!root.contains("version") && root.contains("tables") && looks_like_npm_tool(root["tables"]))
            return npm_tool(root["tables"], "$.tables");
        return ours(root);
    }

    tl::unexpected<Error> wrong(const std::string& path, const std::string& what) const {
        return usage_error("stats snapshot " + file_name_ + ": " + path + " " + what + "; " + std::string(kWhatToDo));
    }

private:
    static bool looks_like_npm_tool(const Json& tables) {
        return tables.is_array() && !tables.empty() && tables.front().is_object() &&
               tables.front().contains(kNpmTool.name);
    }

    Result<Sizes> ours(const Json& root) const {
        const auto version = TRY(whole_number(root, "version", "$"));
        if (version != kFormatVersion)
            return wrong("$.version", "is " + std::to_string(version) + ", this pgfence reads version " +
                                          std::to_string(kFormatVersion));
        Sizes sizes;
        sizes.server_version = TRY(major_version(root));
        sizes.date = TRY(date(root));
        sizes.longest_transaction = TRY(optional_amount(root, "longestTransactionSeconds", "$"));
        if (!root.contains("tables") || !root["tables"].is_array()) return wrong("$.tables", "must be an array");
        TRY(read_tables(root["tables"], "$.tables", kOurs, sizes));
        return sizes;
    }

    Result<Sizes> npm_tool(const Json& tables, const std::string& path) const {
        Sizes sizes;
        TRY(read_tables(tables, path, kNpmTool, sizes));
        return sizes;
    }

    Result<bool> read_tables(const Json& tables, const std::string& path, const Members& members, Sizes& into) const {
        for (std::size_t i = 0; i < tables.size(); ++i) {
            const std::string place = path + "[" + std::to_string(i) + "]";
            TableSize size = TRY(table(tables[i], place, members));
            std::string relation = size.relation;
            if (!into.tables.emplace(relation, std::move(size)).second)
                return wrong(place, "lists " + relation + " a second time");
        }
        return true;
    }

    Result<TableSize> table(const Json& value, const std::string& path, const Members& members) const {
        if (!value.is_object()) return wrong(path, "must be an object");
        TableSize size;
        const auto schema = TRY(text(value, members.schema, path));
        size.relation = schema + "." + TRY(text(value, members.name, path));
        size.rows = TRY(amount(value, members.rows, path));
        size.bytes = TRY(amount(value, members.bytes, path));
        size.index_bytes = TRY(optional_amount(value, "indexBytes", path));
        size.writes_per_second = TRY(rate(value, "writesPerSecond", path));
        size.reads_per_second = TRY(rate(value, "readsPerSecond", path));
        return size;
    }

    Result<std::int64_t> optional_amount(const Json& object, const char* member, const std::string& path) const {
        return object.contains(member) ? amount(object, member, path) : -1;
    }

    Result<double> rate(const Json& object, const char* member, const std::string& path) const {
        if (!object.contains(member) || object[member].is_null()) return -1;
        if (!object[member].is_number() || object[member].get<double>() < 0)
            return wrong(path + "." + member, "must be a number that is not negative");
        return object[member].get<double>();
    }

    /// -1 and null both mean that the server does not know.
    Result<std::int64_t> amount(const Json& object, const char* member, const std::string& path) const {
        if (object.contains(member) && object[member].is_null()) return -1;
        const auto value = TRY(whole_number(object, member, path));
        if (value < -1) return wrong(path + "." + member, "must not be negative");
        return value;
    }

    /// 17 or, as server_version_num has it, 170004.
    Result<int> major_version(const Json& root) const {
        const auto number = TRY(whole_number(root, "serverVersion", "$"));
        const auto major = number >= 10000 ? number / 10000 : number;
        if (major < 8 || major > 99)
            return wrong("$.serverVersion",
                         "must be a PostgreSQL version such as 17 or 170004, not " + std::to_string(number));
        return static_cast<int>(major);
    }

    Result<std::string> date(const Json& root) const {
        auto value = TRY(text(root, "date", "$"));
        if (!parse_iso_date(value)) return wrong("$.date", "must be a date such as 2026-01-31");
        return value;
    }

    Result<std::string> text(const Json& object, const char* member, const std::string& path) const {
        if (!object.contains(member) || !object[member].is_string() ||
            object[member].get_ref<const std::string&>().empty())
            return wrong(path + "." + member, "must be a string that is not empty");
        return object[member].get<std::string>();
    }

    Result<std::int64_t> whole_number(const Json& object, const char* member, const std::string& path) const {
        if (!object.contains(member) || !object[member].is_number_integer())
            return wrong(path + "." + member, "must be a whole number");
        const Json& value = object[member];
        if (value.is_number_unsigned() && value.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX))
            return wrong(path + "." + member, "is too large");
        return value.get<std::int64_t>();
    }

    std::string file_name_;
};

/// "[json.exception.parse_error.101] parse error at line 3, column 5: ..." without the library's own name.
std::string parser_message(const std::exception& error) {
    const std::string_view what = error.what();
    const auto behind_id = what.find("] ");
    return std::string(behind_id == std::string_view::npos ? what : what.substr(behind_id + 2));
}

}  // namespace

Result<Sizes> read_snapshot(std::string_view json_text, std::string_view file_name) {
    const Snapshot snapshot(file_name);
    try {
        return snapshot.read(Json::parse(json_text));
    } catch (const Json::exception& error) {
        return snapshot.wrong("the file", "is no JSON (" + parser_message(error) + ")");
    }
}

}  // namespace pgfence::stats

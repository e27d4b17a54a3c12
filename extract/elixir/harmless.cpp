#include "extract/elixir/harmless.h"

#include <algorithm>
#include <array>

#include "core/text.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

// clang-format off
constexpr std::array kFunctions{
    "abs"sv, "and"sv, "as"sv, "assoc"sv, "binary_part"sv, "bit_size"sv, "byte_size"sv, "ceil"sv, "cond"sv, "count"sv,
    "dbg"sv, "distinct"sv, "div"sv, "dynamic"sv, "elem"sv, "except"sv, "exclude"sv, "field"sv, "first"sv, "floor"sv,
    "from"sv, "get_in"sv, "group_by"sv, "hd"sv, "having"sv, "inspect"sv, "is_atom"sv, "is_binary"sv, "is_boolean"sv,
    "is_float"sv, "is_function"sv, "is_integer"sv, "is_list"sv, "is_map"sv, "is_nil"sv, "is_number"sv, "is_tuple"sv,
    "join"sv, "last"sv, "length"sv, "limit"sv, "lock"sv, "map_size"sv, "max"sv, "min"sv, "not"sv, "offset"sv,
    "or_where"sv, "order_by"sv, "preload"sv, "put_in"sv, "rem"sv, "reverse_order"sv, "round"sv, "select"sv,
    "select_merge"sv, "self"sv, "struct"sv, "struct!"sv, "subquery"sv, "tl"sv, "to_charlist"sv, "to_string"sv,
    "trunc"sv, "tuple_size"sv, "update"sv, "where"sv, "windows"sv, "with_cte"sv};
constexpr std::array kModules{
    "Application"sv, "Atom"sv, "Base"sv, "Date"sv, "DateTime"sv, "Decimal"sv, "Ecto.Changeset"sv, "Ecto.Query"sv,
    "Ecto.UUID"sv, "Enum"sv, "Float"sv, "IO"sv, "Inspect"sv, "Integer"sv, "Jason"sv, "Kernel"sv, "Keyword"sv, "List"sv,
    "Logger"sv, "Macro"sv, "Map"sv, "MapSet"sv, "Mix"sv, "Mix.Project"sv, "NaiveDateTime"sv, "Path"sv, "Poison"sv,
    "Range"sv, "Regex"sv, "Stream"sv, "String"sv, "Time"sv, "Timex"sv, "Tuple"sv, "URI"sv, "UUID"sv, "Version"sv, ":binary"sv,
    ":calendar"sv, ":crypto"sv, ":erlang"sv, ":io"sv, ":json"sv, ":lists"sv, ":maps"sv, ":math"sv, ":os"sv, ":rand"sv,
    ":string"sv, ":timer"sv, ":unicode"sv};
constexpr std::array kOfOthers{
    "Code.ensure_loaded"sv, "Code.ensure_loaded!"sv, "Code.ensure_loaded?"sv, "Ecto.Adapters.SQL.to_sql"sv,
    "Ecto.assoc"sv, "File.cwd!"sv, "File.exists?"sv, "File.read"sv, "File.read!"sv, "File.stream!"sv,
    "Process.sleep"sv, "System.get_env"sv, "System.fetch_env!"sv, "System.fetch_env"sv, "System.os_time"sv,
    "System.system_time"sv, "System.unique_integer"sv, ":code.priv_dir"sv};
/// Of the modules above, what leaves them.
constexpr std::array kReaches{
    ":os.cmd"sv, ":erlang.apply"sv, ":erlang.open_port"sv, ":erlang.spawn"sv, ":timer.apply_after"sv,
    ":timer.apply_interval"sv, ":timer.tc"sv, ":lists.foreach"sv, "Kernel.apply"sv, "Kernel.spawn"sv,
    "Application.ensure_all_started"sv, "Application.put_env"sv, "Application.start"sv};
constexpr std::array kReadsRows{
    "__adapter__"sv, "aggregate"sv, "all"sv, "all_by"sv, "config"sv, "default_options"sv, "exists?"sv, "get"sv, "get!"sv,
    "get_by"sv, "get_by!"sv, "get_dynamic_repo"sv, "in_transaction?"sv, "load"sv, "one"sv, "one!"sv, "preload"sv,
    "put_dynamic_repo"sv, "reload"sv, "reload!"sv, "stream"sv, "to_sql"sv};
// clang-format on

}  // namespace

bool is_harmless_function(std::string_view name) { return is_among(name, kFunctions); }

bool is_harmless_path(std::string_view path) {
    const auto dot = path.rfind('.');
    if (dot == std::string_view::npos) return false;
    return !is_among(path, kReaches) && (is_among(path, kOfOthers) || is_among(path.substr(0, dot), kModules));
}

bool only_reads_rows_of_repo(std::string_view name) { return is_among(name, kReadsRows); }

}  // namespace pgfence::extract

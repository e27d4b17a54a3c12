// revert do ... end: Rails notes what the block calls and then does it backwards, the last first (CommandRecorder in
// activerecord's migration/command_recorder.rb). What it cannot turn round ends the migration before anything is sent.

#include <algorithm>
#include <array>

#include "core/text.h"
#include "extract/ruby/rails_operations.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

struct ThereAndBack {
    std::string_view there, back;
};
/// With the same arguments (ReversibleAndIrreversibleMethods, and the alias of each).
constexpr std::array kPairs{
    ThereAndBack{"create_table", "drop_table"},
    ThereAndBack{"create_join_table", "drop_join_table"},
    ThereAndBack{"add_column", "remove_column"},
    ThereAndBack{"add_columns", "remove_columns"},
    ThereAndBack{"add_timestamps", "remove_timestamps"},
    ThereAndBack{"add_index", "remove_index"},
    ThereAndBack{"add_reference", "remove_reference"},
    ThereAndBack{"add_belongs_to", "remove_belongs_to"},
    ThereAndBack{"add_foreign_key", "remove_foreign_key"},
    ThereAndBack{"add_check_constraint", "remove_check_constraint"},
    ThereAndBack{"add_exclusion_constraint", "remove_exclusion_constraint"},
    ThereAndBack{"add_unique_constraint", "remove_unique_constraint"},
    ThereAndBack{"enable_extension", "disable_extension"},
    ThereAndBack{"create_enum", "drop_enum"},
    ThereAndBack{"create_schema", "drop_schema"},
};
/// The last two arguments change places.
constexpr std::array kRenames{"rename_table"sv, "rename_column"sv, "rename_index"sv, "rename_enum"sv};
/// from: and to: change places.
constexpr std::array kFromTo{"change_column_default"sv, "change_column_comment"sv, "change_table_comment"sv,
                             "rename_enum_value"sv};
/// Not noted but done at once.
constexpr std::array kAtOnce{"exec_query"sv,
                             "exec_update"sv,
                             "exec_delete"sv,
                             "exec_insert"sv,
                             "select_all"sv,
                             "select_value"sv,
                             "select_values"sv,
                             "select_rows"sv,
                             "select_one"sv,
                             "insert"sv,
                             "update"sv,
                             "delete"sv,
                             "exec"sv,
                             "validate_constraint"sv,
                             "validate_foreign_key"sv,
                             "validate_check_constraint"sv};
constexpr std::array kIrreversible{"execute"sv, "change_column"sv, "add_enum_value"sv};

/// In change_table do |t| ... end: t.index is add_index of the table.
constexpr std::array kInTable{
    ThereAndBack{"column", "add_column"},
    ThereAndBack{"timestamps", "add_timestamps"},
    ThereAndBack{"remove", "remove_columns"},
    ThereAndBack{"remove_timestamps", "remove_timestamps"},
    ThereAndBack{"rename", "rename_column"},
    ThereAndBack{"change", "change_column"},
    ThereAndBack{"change_default", "change_column_default"},
    ThereAndBack{"change_null", "change_column_null"},
    ThereAndBack{"rename_index", "rename_index"},
    ThereAndBack{"index", "add_index"},
    ThereAndBack{"remove_index", "remove_index"},
    ThereAndBack{"foreign_key", "add_foreign_key"},
    ThereAndBack{"remove_foreign_key", "remove_foreign_key"},
    ThereAndBack{"check_constraint", "add_check_constraint"},
    ThereAndBack{"remove_check_constraint", "remove_check_constraint"},
    ThereAndBack{"unique_constraint", "add_unique_constraint"},
};
/// Likewise, once for each of its arguments.
constexpr std::array kInTableEach{
    ThereAndBack{"references", "add_reference"},
    ThereAndBack{"belongs_to", "add_reference"},
    ThereAndBack{"remove_references", "remove_reference"},
    ThereAndBack{"remove_belongs_to", "remove_reference"},
};

template <std::size_t n>
std::string_view other_of(const std::array<ThereAndBack, n>& pairs, std::string_view there) {
    const auto found = std::find_if(pairs.begin(), pairs.end(), [&](const auto& one) { return one.there == there; });
    return found == pairs.end() ? std::string_view() : found->back;
}

Call turned(const Call& call, std::string_view name, std::vector<Value> args) {
    Call back = call;
    back.path = std::string(name);
    back.receiver = Value();
    back.args = std::move(args);
    return back;
}

Value* named(Call& call, std::string_view name) {
    const auto found = std::find_if(call.named.begin(), call.named.end(), [&](auto& one) { return one.first == name; });
    return found == call.named.end() ? nullptr : &found->second;
}

/// The way back fails where there is nothing to take back.
void drop_conditions(Call& call) {
    std::erase_if(call.named, [](const auto& one) { return one.first == "if_exists" || one.first == "if_not_exists"; });
}

/// What a removal must tell for Rails to undo it.
bool tells_what_was(const Call& removal, std::string_view name) {
    const std::size_t given = removal.args.size();
    if (name == "drop_table") return given == 1 && (Ruby::has_block(removal) || !removal.named.empty());
    if (name == "remove_column") return given > 2;
    if (name == "remove_columns") return removal.get("type") != nullptr;
    if (name == "remove_index") return given > 1 || removal.get("column");
    if (name == "remove_foreign_key") return given > 1 || removal.get("to_table");
    if (name == "remove_check_constraint" || name == "remove_exclusion_constraint" ||
        name == "remove_unique_constraint" || name == "drop_enum")
        return given > 1;
    return true;
}

/// remove_index :a, column: :b is the way back of add_index :a, :b.
Call with_second_argument(Call call, std::string_view option) {
    Value* value = call.args.size() == 1 ? named(call, option) : nullptr;
    if (!value) return call;
    call.args.push_back(*value);
    std::erase_if(call.named, [&](const auto& one) { return one.first == option; });
    return call;
}

std::optional<Call> made_again(const Call& removal, std::string_view name) {
    const auto pair =
        std::find_if(kPairs.begin(), kPairs.end(), [&](const ThereAndBack& one) { return one.back == name; });
    if (pair == kPairs.end() || !tells_what_was(removal, name)) return std::nullopt;
    Call back = turned(removal, pair->there, removal.args);
    drop_conditions(back);
    if (name == "remove_index") return with_second_argument(std::move(back), "column");
    if (name == "remove_foreign_key") return with_second_argument(std::move(back), "to_table");
    return back;
}

std::optional<Call> way_back(const Call& call, std::string_view name) {
    const auto& args = call.args;
    if (const std::string_view back = other_of(kPairs, name); !back.empty()) {
        Call taken_back = turned(call, back, args);
        drop_conditions(taken_back);
        return taken_back;
    }
    if (is_among(name, kRenames) && args.size() >= 2) {
        std::vector<Value> swapped = args;
        std::swap(swapped[swapped.size() - 1], swapped[swapped.size() - 2]);
        return turned(call, name, std::move(swapped));
    }
    if (is_among(name, kFromTo) && call.get("from") && call.get("to")) {
        Call back = turned(call, name, args);
        std::swap(*named(back, "from"), *named(back, "to"));
        return back;
    }
    if (name == "change_column_null" && args.size() > 2 && args[2].truth()) {
        Call back = turned(call, name, args);
        back.args[2] = boolean_value(!*args[2].truth());
        return back;
    }
    return made_again(call, name);
}

}  // namespace

std::optional<Value> RailsOperations::revert(const Call& call) {
    if (!call.args.empty() || call.more_args)
        not_understood(call, "it takes back what another migration did, which is not followed");
    if (!Ruby::has_block(call)) return nothing_value();
    if (noted_) {
        if (call.block) program_->never_runs(*call.block);
        not_understood(call, "what is taken back within another revert is not followed");
        return nothing_value();
    }
    noted_.emplace();
    program_->run_block_of(call, {});
    const std::vector<Call> noted = std::exchange(noted_, std::nullopt).value_or(std::vector<Call>());
    if (std::exchange(irreversible_, false)) return nothing_value();
    for (auto one = noted.rbegin(); one != noted.rend(); ++one) {
        backwards_ = true;
        const bool done = one->path == "reversible" ? run_reversible(*one) : operation(*one, one->path);
        backwards_ = false;
        if (!done) not_understood(*one, "its way back is not known");
    }
    return nothing_value();
}

bool RailsOperations::run_reversible(const Call& call) {
    program_->run_block_of(call, {path_value("rails.direction")});
    return true;
}

/// What revert's block calls. False: Rails does it at once.
bool RailsOperations::note(const Call& call, std::string_view name) {
    if (is_among(name, kAtOnce) || harmless(call)) return false;
    if (name == "change_table" && !Options(call).is_true("bulk")) {
        change_table(call);
        return true;
    }
    auto back = way_back(call, name);
    // A way back needs no block, but for what makes a table again.
    if (call.block && (!back || back->path != "create_table")) program_->never_runs(*call.block);
    if (back) {
        noted_->push_back(std::move(*back));
        return true;
    }
    const bool is_known = is_among(name, kIrreversible) || is_among(name, kFromTo) || name.starts_with("remove_") ||
                          name.starts_with("drop_");
    irreversible_ = irreversible_ || is_known;
    not_understood(
        call, is_known ? "Rails cannot reverse it: the migration ends with an error" : "its way back is not known");
    return true;
}

/// In change_table do |t| ... end.
void RailsOperations::note_in_table(const Call& call, std::string_view name, const Value& table) {
    const auto note_of_table = [&](std::string_view operation, std::vector<Value> args) {
        args.insert(args.begin(), table);
        note(turned(call, operation, std::move(args)), operation);
    };
    if (RailsSchema::is_column_type(name)) {
        for (const Value& column : call.args) note_of_table("add_column", {column, symbol_value(std::string(name))});
    } else if (const std::string_view each = other_of(kInTableEach, name); !each.empty()) {
        for (const Value& column : call.args) note_of_table(each, {column});
    } else if (const std::string_view operation = other_of(kInTable, name); !operation.empty()) {
        note_of_table(operation, call.args);
    } else {
        not_understood(call, "its way back is not known");
    }
}

}  // namespace pgfence::extract

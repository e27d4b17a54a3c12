// revert do ... end: Sequel runs the block backwards (MigrationReverser, MigrationAlterTableReverser).

#include <algorithm>

#include "core/text.h"
#include "extract/ruby/sequel_operations.h"

namespace pgfence::extract {
namespace {

Call renamed(const Call& call, std::string name, std::vector<Value> args, bool with_named = false) {
    Call made;
    made.path = std::move(name);
    made.args = std::move(args);
    if (with_named) made.named = call.named;
    made.begin = call.begin;
    made.end = call.end;
    return made;
}

}  // namespace

void SequelOperations::run_reversed(const Node& block) {
    irreversible_ = false;
    actions_.clear();
    actions_part_ = parts_.begin();
    const std::size_t before = out_.sent();
    {
        const As self(self_, Self::reverser);
        program_->run_block(block, {});
    }
    // One call that cannot be taken back, and nothing is.
    if (irreversible_) return;
    const std::vector<Call> actions = std::exchange(actions_, {});
    const As self(self_, Self::database);
    for (auto action = actions.rbegin(); action != actions.rend(); ++action) {
        if (action->path != "alter_table") {
            if (!of_database(*action, action->name())) not_understood(*action, "its way back is not known");
            continue;
        }
        // Its alterations stand behind the table.
        const Value outer = std::exchange(name_, action->args.front());
        alteration_ = place_of(*action);
        for (auto one = action->args.rbegin(); one + 1 != action->args.rend(); ++one)
            if (one->call && !alter(*one->call, one->call->name()))
                not_understood(*one->call, "its way back is not known");
        flush();
        name_ = outer;
    }
    parts_.sent(actions_part_, before);
}

std::optional<Value> SequelOperations::reversed(const Call& call, std::string_view name) {
    const auto& args = call.args;
    parts_.add(actions_part_);
    const auto leave_out = [&] {
        if (call.block) program_->never_runs(*call.block);
    };
    if (name == "add_column" && args.size() > 1) {
        actions_.push_back(renamed(call, "drop_column", {args[0], args[1]}));
    } else if (name == "add_index") {
        actions_.push_back(renamed(call, "drop_index", args, true));
    } else if (name == "create_join_table") {
        actions_.push_back(renamed(call, "drop_join_table", args, true));
    } else if (name == "create_table" && !args.empty()) {
        leave_out();
        actions_.push_back(renamed(call, "drop_table", args, true));
    } else if (name == "create_view" && !args.empty()) {
        actions_.push_back(renamed(call, "drop_view", {args[0]}, true));
    } else if (name == "rename_column" && args.size() == 3) {
        actions_.push_back(renamed(call, "rename_column", {args[0], args[2], args[1]}));
    } else if ((name == "rename_table" || name == "rename_enum") && args.size() == 2) {
        actions_.push_back(renamed(call, std::string(name), {args[1], args[0]}));
    } else if (name == "create_enum" && !args.empty()) {
        actions_.push_back(renamed(call, "drop_enum", {args[0]}));
    } else if (name == "alter_table" && args.size() == 1 && Ruby::has_block(call)) {
        std::vector<Call> outer = std::exchange(alterations_, {});
        {
            const As self(self_, Self::alter_reverser);
            program_->run_block_of(call, {});
        }
        Call alter = renamed(call, "alter_table", {args[0]});
        for (const Call& one : alterations_) alter.args.push_back(result_of(one));
        actions_.push_back(std::move(alter));
        alterations_ = std::move(outer);
    } else {
        leave_out();
        irreversible_ = true;
        not_understood(call, "Sequel cannot reverse it: the migration ends with an error");
    }
    return nothing_value();
}

std::optional<Value> SequelOperations::reversed_alteration(const Call& call, std::string_view name) {
    const auto& args = call.args;
    parts_.add(actions_part_);
    const auto add = [&](std::string back, std::vector<Value> with, bool named = false) {
        alterations_.push_back(renamed(call, std::move(back), std::move(with), named));
    };
    if (call.block) program_->never_runs(*call.block);
    const bool of_list = !args.empty() && args.front().is(Value::Kind::list);
    if (name == "add_column" && !args.empty()) {
        add("drop_column", {args[0]});
    } else if (name == "add_constraint" && !args.empty()) {
        const Value* title = args[0].is(Value::Kind::dictionary) ? args[0].get("name") : &args[0];
        add("drop_constraint", {title ? *title : unknown_value()});
    } else if (name == "add_foreign_key" && args.size() > 1) {
        std::vector<Value> rest = args;
        rest.erase(rest.begin() + 1);
        add("drop_foreign_key", rest, true);
    } else if (name == "add_primary_key" && !args.empty() && !of_list) {
        add("drop_column", {args[0]});
    } else if (name == "add_index" || name == "add_full_text_index" || name == "add_spatial_index") {
        add("drop_index", args, true);
    } else if (name == "rename_column" && args.size() == 2) {
        add("rename_column", {args[1], args[0]});
    } else if (name == "set_column_allow_null" && !args.empty()) {
        const Value allows = args.size() > 1 ? args[1] : boolean_value(true);
        add("set_column_allow_null", {args[0], negated(allows)});
    } else if (name == "set_column_not_null" && !args.empty()) {
        add("set_column_allow_null", {args[0]});
    } else {
        irreversible_ = true;
        not_understood(call, "Sequel cannot reverse it: the migration ends with an error");
    }
    return nothing_value();
}

}  // namespace pgfence::extract

#include "cli/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <type_traits>

namespace pgfence::cli {
namespace {

CLI::Option* add_choice(CLI::App& app, const Option& option, const TakeChoice& take) {
    const auto& words = option.accepts.one_of;
    const std::function<void(const std::string&)> taken = [take, &words](const std::string& given) {
        take(static_cast<std::size_t>(std::find(words.begin(), words.end(), given) - words.begin()));
    };
    return app.add_option_function<std::string>(option.name, taken, option.help);
}

CLI::Option* add(CLI::App& app, const Option& option) {
    return std::visit(
        [&](const auto& target) {
            using Target = std::decay_t<decltype(target)>;
            if constexpr (std::is_same_v<Target, TakeChoice>)
                return add_choice(app, option, target);
            else if constexpr (std::is_same_v<Target, bool*>)
                return app.add_flag(option.name, *target, option.help);
            else
                return app.add_option(option.name, *target, option.help);
        },
        option.target);
}

void add_with_checks(CLI::App& app, const Option& option) {
    CLI::Option* added = add(app, option);
    // --schema a.sql b.sql: what follows the one value is an argument again.
    if (std::holds_alternative<std::vector<std::string>*>(option.target) && !added->get_positional())
        added->allow_extra_args(false);
    const Accepts& accepts = option.accepts;
    if (accepts.type) added->type_name(accepts.type);
    if (!accepts.one_of.empty()) added->check(CLI::IsMember(accepts.one_of));
    if (accepts.range) added->check(CLI::Range(accepts.range->first, accepts.range->second));
    if (accepts.environment) added->envname(accepts.environment);
    added->required(accepts.required);
}

}  // namespace

void Command::add(const char* option, Option::Target target, const char* what, Accepts accepts) {
    options.push_back({option, target, what, std::move(accepts)});
}

int run(const Program& program, const std::vector<std::string>& words) {
    CLI::App app{program.help};
    app.set_version_flag("--version", program.version);
    app.require_subcommand(1);
    app.footer(program.footer);
    std::vector<const CLI::App*> added;
    for (const Command& command : program.commands) {
        CLI::App* one = app.add_subcommand(command.name, command.help);
        for (const Option& option : command.options) add_with_checks(*one, option);
        added.push_back(one);
    }
    std::vector<const char*> arguments;
    for (const std::string& word : words) arguments.push_back(word.c_str());
    try {
        app.parse(static_cast<int>(arguments.size()), arguments.data());
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    for (std::size_t i = 0; i < added.size(); ++i)
        if (added[i]->parsed()) return program.commands[i].run();
    return 0;
}

}  // namespace pgfence::cli

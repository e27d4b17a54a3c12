#include "extract/elixir/ecto_settings.h"

#include <array>

#include "core/number_text.h"
#include "core/path_text.h"
#include "core/text.h"
#include "extract/elixir/elixir.h"
#include "extract/elixir/harmless.h"
#include "extract/tool_version.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

/// In the order in which they are read in production: what comes later counts.
constexpr std::array kFiles{"config/config.exs"sv, "config/prod.exs"sv, "config/releases.exs"sv,
                            "config/runtime.exs"sv};

/// "shop_repo" of MyApp.ShopRepo: the folder below priv (Ecto.Migrator.migrations_path).
std::string folder_of_repo(std::string_view module) {
    const auto dot = module.rfind('.');
    std::string folder;
    for (const char c : dot == module.npos ? module : module.substr(dot + 1)) {
        if (is_upper(c) && !folder.empty() && !is_upper(folder.back()) && folder.back() != '_') folder += '_';
        folder += lower_case(std::string_view(&c, 1));
    }
    return folder;
}

class Reader {
public:
    Reader(EctoSettings& settings, std::string_view repo_folder) : settings_(settings), repo_folder_(repo_folder) {}

    void read(std::string_view text) {
        const Tree tree = parse(Language::elixir, text);
        Host host;
        host.call = [&](const Call& call) { return called(call); };
        host.harmless = [](const Call&) { return true; };
        host.sent = [&] { return units_; };
        // What hangs on a condition may be set or not.
        host.hangs = [&](std::size_t from, std::size_t to, const std::string&, const std::vector<SchemaQuestion>&) {
            for (const auto& [unit, name] : set_)
                if (unit >= from && unit < to) settings_.of_repo[name] = unknown_value();
            for (const auto& [unit, config] : configs_)
                if (unit >= from && unit < to) settings_.application.forget(config);
        };
        host.depends = [&](std::size_t from, const std::string& what) { host.hangs(from, units_, what, {}); };
        settings_.application.was_read();
        Elixir reader(text, tree, host);
        reader.load();
    }

private:
    std::optional<Value> called(const Call& call) {
        // Migrations are read as they run in production.
        if ((call.path == "config_env" || call.path == "Mix.env") && call.args.empty()) return symbol_value("prod");
        if (call.path != "config") return std::nullopt;
        settings_.application.set(call);
        configs_.emplace_back(units_++, call);
        if (call.args.size() < 2) return nothing_value();
        const Value& what = call.args[1];
        if (what.is(Value::Kind::symbol) && what.text == "postgres_map_type" && call.args.size() == 3 &&
            call.args[2].is_text())
            settings_.map_type = call.args[2].text;
        if (!what.is(Value::Kind::path) || folder_of_repo(what.text) != repo_folder_) return nothing_value();
        for (const auto& [name, value] : call.named) set(name, value);
        for (std::size_t i = 2; i < call.args.size(); ++i)
            if (call.args[i].is(Value::Kind::dictionary))
                for (std::size_t k = 0; k + 1 < call.args[i].items->size(); k += 2)
                    set((*call.args[i].items)[k].text, (*call.args[i].items)[k + 1]);
        return nothing_value();
    }

    void set(const std::string& name, const Value& value) {
        if (!name.starts_with("migration_")) return;
        settings_.of_repo[name] = value;
        set_.emplace_back(units_++, name);
    }

    EctoSettings& settings_;
    std::string_view repo_folder_;
    std::vector<std::pair<std::size_t, std::string>> set_;
    std::vector<std::pair<std::size_t, Call>> configs_;
    std::size_t units_ = 0;
};

}  // namespace

const Value* EctoSettings::get(std::string_view name) const {
    const auto found = of_repo.find(std::string(name));
    return found == of_repo.end() ? nullptr : &found->second;
}

namespace {

using ReadFile = std::function<std::optional<std::string>(std::string_view path)>;

/// `repo`: priv/repo
EctoSettings settings_of(std::string_view repo, const ReadFile& read, bool all) {
    EctoSettings settings;
    Reader reader(settings, last_part(repo));
    // An umbrella's applications share the configuration at its root.
    for (std::string_view above = folder_of(repo);; above = folder_of(above)) {
        for (const std::string_view file : kFiles)
            if (const auto text = read(path_in(above, file)); text && (all || contains(*text, "migration_")))
                reader.read(*text);
        if (above.empty()) return settings;
    }
}

}  // namespace

const EctoSettings& ecto_settings(EctoConfigs& configs, std::string_view folder, const ReadFile& read, bool all) {
    // priv/repo/migrations, also with folders inside.
    std::string_view migrations = folder;
    while (!migrations.empty() && last_part(migrations) != "migrations") migrations = folder_of(migrations);
    const std::string_view repo = folder_of(migrations);
    const auto [known, is_new] = configs.read.try_emplace({std::string(repo), all});
    if (is_new && read) {
        known->second = settings_of(repo, read, all);
        Hints hints;
        hints.read = read;
        known->second.key_in_column = is_version_before(package_version("ecto_sql", folder, hints), "3.5.2");
    }
    return known->second;
}

}  // namespace pgfence::extract

// Ecto: priv/repo/migrations/20240131120000_title.exs, a module with change, or up and down. Nothing is run:
// extract/elixir/ follows the function.

#include "core/text.h"
#include "extract/elixir/ecto_operations.h"
#include "extract/elixir/excellent_migrations.h"
#include "extract/formats/code.h"

namespace pgfence::extract {
namespace {

/// Ecto.Migrator.extract_migration_info
bool is_migration_name(std::string_view name) {
    const std::string_view version = leading_digits(name);
    return !version.empty() && name.ends_with(".exs") && name.substr(version.size()).starts_with("_");
}

bool recognises(const Source& source) {
    if (!is_migration_name(source.name)) return false;
    return contains(source.text, "use Ecto.Migration") ||
           (contains(source.folder, "migrations") && contains(source.text, "defmodule") &&
            contains(source.text, "Migration"));
}

bool is_set(const Elixir& program, const std::string& attribute) {
    const Value* value = program.attribute(attribute);
    return value && truth_of(*value).value_or(false);
}

/// The folder that priv lies in: "" or "apps/shop/".
std::string application_of(std::string_view folder) {
    const auto priv = folder.rfind("priv/");
    return std::string(priv == folder.npos ? std::string_view() : folder.substr(0, priv));
}

/// Ecto.Migrator locks schema_migrations in a transaction of a second connection, unless it is told otherwise
/// (lock_for_migrations in Ecto.Adapters.Postgres), and reads the versions there before it runs the file.
bool holds_lock(const Elixir& program, const EctoSettings& settings) {
    if (is_set(program, "disable_migration_lock")) return false;
    const Value* lock = settings.get("migration_lock");
    const bool otherwise = lock && ((lock->is_text() && lock->text == "pg_advisory_lock") || truth_of(*lock) == false);
    return !otherwise;
}

Scope scope_of(const Elixir& program, const EctoSettings& settings) {
    if (!is_set(program, "disable_ddl_transaction"))
        return {TransactionMode::per_file, "Ecto runs each file in a transaction", Scope::From::tool};
    std::string reason = "the file says @disable_ddl_transaction";
    const bool locked = holds_lock(program, settings);
    if (locked)
        reason += ", but not @disable_migration_lock: another connection holds a lock on schema_migrations meanwhile";
    return {TransactionMode::per_statement, std::move(reason), Scope::From::file, locked};
}

Scope read(const Source& source, Script& script) {
    SqlWriter out(source.file, script);
    const Tree tree = parse(Language::elixir, source.text);
    report_syntax(tree, source.text, out);
    out.take_comments(tree, source.text);
    const bool asks = contains(source.text, "Application.") || contains(source.text, "Repo.config(");
    // A configuration of 100 kB takes longer to follow than a hundred migrations: once for all of them.
    std::shared_ptr<EctoConfigs>& configs = source.memory.ecto;
    if (!configs) configs = std::make_shared<EctoConfigs>();
    const EctoSettings& settings = ecto_settings(*configs, source.folder, source.hints.read, asks);
    EctoRunner runner(out);
    EctoOperations operations(out, runner, settings, source.hints.read, std::string(source.folder),
                              application_of(source.folder));
    Host host = writing_to(out);
    host.call = [&](const Call& call) { return operations.called(call); };
    host.harmless = [&](const Call& call) { return operations.harmless(call); };
    host.sent = [&] { return runner.units(); };
    host.depends = [&](std::size_t from, const std::string& what) { runner.hangs(from, runner.units(), what); };
    host.hangs = [&](std::size_t from, std::size_t to, const std::string& what, const std::vector<SchemaQuestion>&) {
        runner.hangs(from, to, what);
    };
    host.any_rows = [&](const Value& path) { return operations.any_rows(path); };
    host.for_rows = [&](std::size_t from) { runner.for_rows(from); };
    Elixir program(source.text, tree, std::move(host));
    operations.attach(program);
    program.load();
    const Scope scope = scope_of(program, settings);
    const Value* alone = program.attribute("disable_ddl_transaction");
    if (alone && !truth_of(*alone))
        out.unread({alone->begin, alone->end}, "@disable_ddl_transaction", "its value is not known from the file");
    operations.run(scope.mode == TransactionMode::per_file);
    if (!program.has_function("up") && !program.has_function("change"))
        out.unread({0, static_cast<std::uint32_t>(source.text.size())}, "a file without change or up",
                   "Ecto runs only these, and what its module uses may have them",
                   program.has_migration() ? Unread::Extent::part : Unread::Extent::file);
    take_safety_assured(program, tree, source.text, runner);
    runner.finish();
    program.list_rest();
    if (program.has_function("up") && !program.has_function("down")) script.no_way_back = "it has no down function";
    if (!program.has_function("up") && !operations.irreversible().empty())
        script.no_way_back = "Ecto cannot take back " + operations.irreversible() + " in change";
    out.finish();
    return scope;
}

}  // namespace

extern const Format ecto;
const Format ecto{
    .id = "ecto",
    .title = "Ecto",
    .decides = "a module that uses Ecto.Migration, in a file like 20240131120000_title.exs",
    .recognises = recognises,
    .read = read,
    .known = Known::mark,
    .extensions = ".exs",
    .habits = {.is_known = true,
               .recursive = true,
               .by_version = true,
               .late = Runner::Late::runs,
               .edited = Runner::Edited::ignored},
    .own_tables = "CREATE TABLE IF NOT EXISTS schema_migrations (version bigint PRIMARY KEY, inserted_at timestamp(0))",
    .refuses_second_in_folder = true,
    .packages = "ecto_sql"};

}  // namespace pgfence::extract

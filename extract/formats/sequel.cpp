// Sequel: NUMBER_name.rb with Sequel.migration, or a class that derives from Sequel::Migration. A transaction for each
// file on PostgreSQL (Migrator#checked_transaction). Nothing is run: extract/ruby/ follows the block.

#include "extract/formats/code.h"
#include "extract/ruby/sequel_operations.h"

namespace pgfence::extract {
namespace {

bool recognises(const Source& source) {
    return contains(source.text, "Sequel.migration") || contains(source.text, "Sequel::Migration");
}

/// Migrator::MIGRATION_FILE_PATTERN: what has no number is loaded by nobody but another file.
bool takes(std::string_view name) {
    const std::string_view number = leading_digits(name);
    return !number.empty() && name.size() > number.size() + 1 && name[number.size()] == '_';
}

Scope read(const Source& source, Script& script) {
    const Tree tree = parse(Language::ruby, source.text);
    if (!source.memory.sequel) source.memory.sequel = std::make_shared<SequelState>();
    SqlWriter out(source.file, script);
    report_syntax(tree, source.text, out);
    out.take_comments(tree, source.text);
    SequelOperations operations(out, *source.memory.sequel);
    Host host = writing_to(out);
    host.call = [&](const Call& call) { return operations.called(call); };
    host.operation = [&](const Call& call) { return operations.operation(call); };
    host.harmless = [&](const Call& call) { return operations.harmless(call); };
    host.any_rows = [&](const Value& path) { return operations.any_rows(path); };
    host.look_up = [](const Value& path) {
        // Of the generators and the classes of migrations.
        return path.is_path("@db") ? std::optional(path_value("DB")) : std::nullopt;
    };
    operations.watch(host);
    if (source.hints.read) host.read = source.hints.read;
    Ruby program(source.path, source.text, tree, std::move(host));
    operations.attach(program);
    program.load();
    if (!operations.has_migration()) operations.run_class();
    if (!operations.has_migration())
        out.unread({0, static_cast<std::uint32_t>(source.text.size())}, "a file without a migration of Sequel's",
                   "Sequel runs only what Sequel.migration is given", Unread::Extent::file);
    program.list_rest();
    if (!operations.has_way_back()) script.no_way_back = "it has no down block";
    out.finish();
    if (operations.without_transaction())
        return {TransactionMode::per_statement, "the file says no_transaction", Scope::From::file};
    return {TransactionMode::per_file, "Sequel runs each file in a transaction", Scope::From::tool};
}

}  // namespace

extern const Format sequel;
const Format sequel{.id = "sequel",
                    .title = "Sequel",
                    .decides = "a block Sequel.migration",
                    .recognises = recognises,
                    .read = read,
                    .known = Known::mark,
                    .extensions = ".rb",
                    .habits = {.is_known = true, .by_version = true, .takes = takes, .edited = Runner::Edited::ignored},
                    .own_tables =
                        "CREATE TABLE IF NOT EXISTS schema_info (version integer DEFAULT 0 NOT NULL); CREATE "
                        "TABLE IF NOT EXISTS schema_migrations (filename text PRIMARY KEY)"};

}  // namespace pgfence::extract

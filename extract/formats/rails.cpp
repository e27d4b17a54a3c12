// Rails: db/migrate/20240131120000_title.rb, a class with change, or up and down. Nothing is run: extract/ruby/ follows
// the method.

#include "core/text.h"
#include "extract/formats/code.h"
#include "extract/ruby/rails_operations.h"
#include "locate/layout.h"

namespace pgfence::extract {
namespace {

/// What a file that names no version was written for.
constexpr int kFirstVersion = 42;

bool recognises(const Source& source) {
    // It goes through the folders below as well (MigrationContext#migration_files).
    const bool in_place = contains(lower_case(source.folder), "migrat");
    return in_place && !leading_digits(source.name).empty() && contains_word(source.text, "class") &&
           !contains(source.text, "Sequel.migration") && !contains(source.text, "Sequel::Migration");
}

/// 61 of "ActiveRecord::Migration[6.1]".
int version_of(std::string_view text) {
    const auto open = text.find("Migration[");
    if (open == std::string_view::npos) return kFirstVersion;
    text.remove_prefix(open + std::string_view("Migration[").size());
    if (text.starts_with('"') || text.starts_with('\'')) text.remove_prefix(1);
    if (text.size() < 3 || !is_digit(text[0]) || text[1] != '.' || !is_digit(text[2])) return kFirstVersion;
    return (text[0] - '0') * 10 + (text[2] - '0');
}

/// Methods of Rails' own that run a migration: one of the file's in their place decides what happens.
void list_overridden(const Ruby& program, SqlWriter& out) {
    for (const char* name : {"migrate", "exec_migration", "method_missing", "initialize", "run", "revert", "reversible",
                             "up_only", "disable_ddl_transaction"})
        if (const Node* own = program.method(name))
            out.unread({own->begin, own->end}, std::string("a method ") + name,
                       "Rails calls it in place of its own, and what that makes of the migration is not followed");
}

struct Followed {
    bool without_transaction = false;
    bool commits_in_between = false;
};

/// `makes_safe`: strong_migrations does; `own_transaction`: BEGIN and COMMIT are written around what it leaves in one.
struct RunOptions {
    bool makes_safe = false;
    bool own_transaction = false;
};

Followed follow(const Source& source, const Tree& tree, const std::string& root, RunOptions options, Script& script) {
    SqlWriter out(source.file, script);
    report_syntax(tree, source.text, out);
    out.take_comments(tree, source.text);
    RailsOperations operations(version_of(source.text), out, *source.memory.rails, source.hints.read, root);
    Host host = writing_to(out);
    host.call = [&](const Call& call) { return operations.called(call); };
    host.harmless = [&](const Call& call) { return operations.harmless(call); };
    host.element = [&](const Value& path) { return operations.element(path); };
    host.any_rows = [&](const Value& path) { return operations.any_rows(path); };
    if (source.hints.read) host.read = source.hints.read;
    Ruby program(source.path, source.text, tree, std::move(host));
    operations.attach(program);
    program.load();
    out.sends_alone(operations.without_transaction());
    operations.begin_method();
    if (options.makes_safe) operations.make_safe(options.own_transaction);
    const Node* up = program.method("up");
    const Node* change = program.method("change");
    if (up || change)
        program.call_method(up ? *up : *change);
    else
        out.unread({0, static_cast<std::uint32_t>(source.text.size())}, "a file without change or up",
                   "Rails runs only these, and what it is made of may have them",
                   program.superclass().empty() ? Unread::Extent::file : Unread::Extent::part);
    list_overridden(program, out);
    program.list_rest();
    if (!change && !program.method("down")) script.no_way_back = "it has no down method";
    operations.finish();
    out.finish();
    return {operations.without_transaction(), operations.commits_in_between()};
}

Scope read(const Source& source, Script& script) {
    const Tree tree = parse(Language::ruby, source.text);
    if (!source.memory.rails) source.memory.rails = std::make_shared<RailsState>();
    RailsState& state = *source.memory.rails;
    // db/migrate lies in the application's folder.
    const std::string_view above = folder_of(folder_of(source.folder));
    const std::string root = above.empty() ? "" : std::string(above) + "/";
    const bool makes_safe = is_safe_by_default(state, source.hints.read, root, leading_digits(source.name));
    const Script untouched = script;
    const RailsState before = makes_safe ? state : RailsState();
    const Followed followed = follow(source, tree, root, {makes_safe, false}, script);
    if (followed.commits_in_between) {
        script = untouched;
        state = before;
        follow(source, tree, root, {makes_safe, true}, script);
        return {TransactionMode::per_statement,
                "strong_migrations commits before it makes an operation safe, and each statement behind it",
                Scope::From::file};
    }
    if (followed.without_transaction)
        return {TransactionMode::per_statement, "the file says disable_ddl_transaction!", Scope::From::file};
    return {TransactionMode::per_file, "Rails runs each file in a transaction", Scope::From::tool};
}

}  // namespace

extern const Format rails;
const Format rails{.id = "rails",
                   .title = "Rails (ActiveRecord)",
                   .decides = "a name like 20240131120000_title.rb in a folder migrate",
                   .recognises = recognises,
                   .read = read,
                   .known = Known::place,
                   .extensions = ".rb",
                   .habits = {.is_known = true,
                              .recursive = true,
                              .by_version = true,
                              .late = Runner::Late::runs,
                              .edited = Runner::Edited::ignored},
                   .own_tables =
                       "CREATE TABLE IF NOT EXISTS schema_migrations (version varchar PRIMARY KEY); CREATE TABLE IF "
                       "NOT EXISTS ar_internal_metadata (key varchar PRIMARY KEY, value varchar, created_at "
                       "timestamp(6) NOT NULL, updated_at timestamp(6) NOT NULL)",
                   .refuses_second_in_folder = true,
                   .packages = "activerecord rails",
                   .lock_timeout_by = {.setting = "strongmigrations.lock_timeout", .gem = "safe-pg-migrations"}};

}  // namespace pgfence::extract

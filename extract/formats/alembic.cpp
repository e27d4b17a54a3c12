// Alembic: versions/REVISION_title.py with upgrade() and downgrade(). Nothing is run: extract/python/ follows
// upgrade().

#include "core/text.h"
#include "extract/formats/code.h"
#include "extract/python/alembic_operations.h"
#include "extract/python/python.h"

namespace pgfence::extract {
namespace {

bool recognises(const Source& source) {
    return contains_word(source.text, "down_revision") ||
           (contains_word(source.text, "alembic") && contains(source.text, "def upgrade("));
}

bool does_nothing(const Node& function) {
    const Node* body = function.at("body");
    if (!body) return true;
    for (const Node* statement : body->named_children()) {
        const bool docstring = statement->is("expression_statement") && statement->children.size() == 1 &&
                               statement->children.front().is("string");
        if (!docstring && !statement->is("pass_statement") && !statement->is("raise_statement")) return false;
    }
    return true;
}

/// What run_migrations() of env.py may pass: nobody writes "op" for anything else.
Call given_by_env(const Value& upgrade) {
    Call call;
    call.named.emplace_back("op", path_value("alembic.op"));
    const Node* parameters = upgrade.node->at("parameters");
    call.more_args = parameters && !parameters->named_children().empty();
    return call;
}

/// True: an autocommit block commits in between.
bool follow(const Source& source, const Tree& tree, bool own_transactions, Script& script) {
    SqlWriter out(source.file, script);
    report_syntax(tree, source.text, out);
    out.take_comments(tree, source.text);
    AlembicOperations operations(out, own_transactions);
    Host host = writing_to(out);
    host.call = [&](const Call& call) { return operations.called(call); };
    host.harmless = AlembicOperations::harmless;
    host.look_up = [](const Value& path) -> std::optional<Value> {
        if (path.text.ends_with("dialect.name")) return text_value("postgresql");
        if (path.text.ends_with("get_context().as_sql")) return boolean_value(false);
        return std::nullopt;
    };
    host.element = AlembicOperations::element;
    host.any_rows = [&](const Value& path) { return contains(path.text, "execute(") && out.asked_for_any_rows(); };
    host.among = [&](const Value& element, const Value& wanted) { return operations.among(element, wanted); };
    host.leave = [&](const Value& entered) { operations.leave(entered); };
    if (source.hints.read) host.read = source.hints.read;
    Python program(source.path, source.text, tree, std::move(host));
    operations.look_into(program);
    program.load();
    const Value* upgrade = program.global("upgrade");
    if (upgrade && upgrade->is(Value::Kind::code))
        program.call(*upgrade, given_by_env(*upgrade));
    else
        out.unread({0, static_cast<std::uint32_t>(source.text.size())}, "a file without upgrade()",
                   "Alembic runs only that function", Unread::Extent::file);
    program.list_rest();
    const Value* downgrade = program.function("downgrade");
    if (!downgrade || does_nothing(*downgrade->node)) script.no_way_back = "its downgrade() is absent or empty";
    operations.finish();
    out.finish();
    return operations.committed_in_between();
}

Scope read(const Source& source, Script& script) {
    const Tree tree = parse(Language::python, source.text);
    const Script untouched = script;
    if (!follow(source, tree, false, script))
        return {TransactionMode::whole_run,
                "Alembic runs all new files in one transaction, unless env.py sets transaction_per_migration",
                Scope::From::assumed};
    script = untouched;
    follow(source, tree, true, script);
    return {TransactionMode::per_statement,
            "autocommit_block() commits what comes before it, and each of its statements", Scope::From::file};
}

}  // namespace

extern const Format alembic;
const Format alembic{.id = "alembic",
                     .title = "Alembic",
                     .decides = "a module with down_revision",
                     .recognises = recognises,
                     .read = read,
                     .known = Known::mark,
                     .extensions = ".py",
                     .habits = {.is_known = true,
                                .by_version = true,
                                .late = Runner::Late::unordered,
                                .edited = Runner::Edited::ignored},
                     .own_tables = "CREATE TABLE IF NOT EXISTS alembic_version (version_num varchar(32) PRIMARY KEY)"};

}  // namespace pgfence::extract

// Alembic: versions/REVISION_title.py with upgrade() and downgrade(). Nothing is run: extract/python/ follows
// upgrade().

#include "core/path_text.h"
#include "core/text.h"
#include "extract/formats/code.h"
#include "extract/graph_order.h"
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

/// The folders above one of revisions that may be the one of env.py.
constexpr int kFurthestEnv = 3;
/// The tables of a MetaData, each an attribute.
constexpr std::string_view kTables = "sqlalchemy.MetaData().tables";

/// What env.py says, as text: calls of a method by its name, and what the names of the module are assigned.
class Env {
public:
    explicit Env(std::string text) : text_(std::move(text)), tree_(parse(Language::python, text_)) { walk(tree_.root); }

    /// The parameters of upgrade() that stand for the tables of the target's MetaData: run_migrations(tables=...),
    /// where the name holds a dictionary of `<target_metadata>.tables` whose keys are attributes.
    std::vector<std::string> tables(Python& program) const {
        std::vector<std::string> found;
        for (const auto& [name, value] : passed_) {
            const Node* made = assigned(value);
            const Node* function = made && made->is("call") ? made->at("function") : nullptr;
            const auto given = function && made->at("arguments") ? made->at("arguments")->named_children()
                                                                 : std::vector<const Node*>();
            if (given.size() != 1 || std::string(text(*given.front())) != target_ + ".tables" || target_.empty())
                continue;
            const auto import = imports_.find(std::string(text(*function)));
            if (import == imports_.end()) continue;
            const auto bases = program.bases(import->second);
            if (bases.size() == 1 && bases.front().is_path("dict")) found.push_back(name);
        }
        return found;
    }

private:
    std::string_view text(const Node& node) const {
        return std::string_view(text_).substr(node.begin, node.end - node.begin);
    }
    const Node* assigned(const std::string& name) const {
        const auto found = assigned_.find(name);
        return found == assigned_.end() ? nullptr : found->second;
    }
    void walk(const Node& node) {
        const Node* function = node.is("call") ? node.at("function") : nullptr;
        const Node* list = function ? node.at("arguments") : nullptr;
        const bool runs = list && text(*function).ends_with("context.run_migrations");
        const bool configures = list && text(*function).ends_with("context.configure");
        for (const Node* given : list && (runs || configures) ? list->named_children() : std::vector<const Node*>()) {
            if (!given->is("keyword_argument") || !given->at("name") || !given->at("value")) continue;
            const std::string name(text(*given->at("name"))), value(text(*given->at("value")));
            if (runs) passed_.emplace(name, value);
            if (configures && name == "target_metadata") target_ = value;
        }
        if (node.is("assignment") && node.at("left") && node.at("right")) {
            // Twice: nobody knows which of the two holds.
            const auto [known, fresh] = assigned_.emplace(text(*node.at("left")), node.at("right"));
            if (!fresh) known->second = nullptr;
        }
        if (node.is("import_from_statement") && node.at("module_name"))
            for (const Node* name : node.all("name"))
                if (name->is("dotted_name"))
                    imports_[std::string(text(*name))] =
                        std::string(text(*node.at("module_name"))) + "." + std::string(text(*name));
        for (const Node& child : node.children) walk(child);
    }

    std::string text_;
    Tree tree_;
    std::map<std::string, std::string> passed_, imports_;
    std::map<std::string, const Node*, std::less<>> assigned_;
    std::string target_;
};

/// What run_migrations() of env.py may pass: nobody writes "op" for anything else.
Call given_by_env(const Value& upgrade, const Source& source, Python& program) {
    Call given;
    given.named.emplace_back("op", path_value("alembic.op"));
    const Node* parameters = upgrade.node->at("parameters");
    const auto count = parameters ? parameters->named_children().size() : 0;
    given.more_args = count > 0;
    std::string_view folder = folder_of(source.path);
    for (int up = 0; count > 1 && up < kFurthestEnv && !folder.empty(); ++up, folder = folder_of(folder)) {
        auto text = source.hints.read ? source.hints.read(path_in(folder, "env.py")) : std::nullopt;
        if (!text) continue;
        for (const std::string& name : Env(std::move(*text)).tables(program))
            given.named.emplace_back(name, path_value(std::string(kTables)));
        break;
    }
    return given;
}

/// A table of the target's MetaData, as if it were declared here.
Value table_called(std::string name) {
    Call call;
    call.path = "sqlalchemy.table";
    call.args = {text_value(std::move(name))};
    return result_of(std::move(call));
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
        if (path.of && path.of->is_path(kTables)) return table_called(path.text.substr(kTables.size() + 1));
        return std::nullopt;
    };
    host.element = AlembicOperations::element;
    host.any_rows = [&](const Value& path) {
        return contains(path.text, "execute(") && !is_one_of_its_rows(path) && out.asked_for_any_rows();
    };
    host.among = [&](const Value& element, const Value& wanted) { return operations.among(element, wanted); };
    host.leave = [&](const Value& entered) { operations.leave(entered); };
    if (source.hints.read) host.read = source.hints.read;
    Python program(source.path, source.text, tree, std::move(host));
    operations.look_into(program);
    program.load();
    const Value* upgrade = program.global("upgrade");
    if (upgrade && upgrade->is(Value::Kind::code))
        program.call(*upgrade, given_by_env(*upgrade, source, program));
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

/// revision = "1a2b" of Alembic's files.
std::string_view revision_in(std::string_view text) {
    for (const std::string_view line : split(text, "\n")) {
        if (!line.starts_with("revision")) continue;
        const auto open = line.find_first_of("\"'");
        const auto close = open == line.npos ? line.npos : line.find(line[open], open + 1);
        if (close != line.npos) return line.substr(open + 1, close - open - 1);
    }
    return {};
}

bool is_of_same_revision(std::string_view now, std::string_view ran) {
    const std::string_view revision = revision_in(now);
    return !revision.empty() && revision == revision_in(ran);
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
                     .own_tables = "CREATE TABLE IF NOT EXISTS alembic_version (version_num varchar(32) PRIMARY KEY)",
                     .marks_as_run = "alembic stamp",
                     .takes_for = is_of_same_revision,
                     .revision = alembic_revision,
                     .says_of_missing = "Revision {1} referenced from {2} is not present",
                     .says_of_heads =
                         "`alembic upgrade head` refuses all of them: Multiple head revisions are present for given "
                         "argument 'head'",
                     .says_of_gone = "Can't locate revision identified by",
                     .known_by_revision = true,
                     .packages = "alembic",
                     .lock_timeout_by = {.program = "env.py"}};

}  // namespace pgfence::extract

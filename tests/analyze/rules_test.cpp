// Every rule's own examples, and every recipe they lead to.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <string>

#include "analyze/analyze.h"
#include "analyze/kit/rule.h"
#include "analyze/lower/lower.h"
#include "core/server_version.h"

using namespace pgfence;

namespace {

constexpr std::string_view kMigration = "-- migration:\n";

/// What stands above the line "-- migration:" is there before the change.
analyze::Request request_of(std::string_view example, int version) {
    analyze::Request request;
    request.version = version;
    Script script;
    const auto line = example.find(kMigration);
    if (line != std::string_view::npos) {
        request.schema.emplace_back(example.substr(0, line));
        example.remove_prefix(line + kMigration.size());
    }
    script.sql = example;
    request.changed.push_back(std::move(script));
    return request;
}

/// What its own examples are run with: switched on, where it is off by default, and its options set.
analyze::Request request_of(const NamedRule& named, std::string_view example, int version) {
    analyze::Request request = request_of(example, version);
    request.switched_on.emplace(named.id);
    request.options.emplace(named.id, named.rule->example_options);
    return request;
}

int version_for(const Rule& rule) { return std::min(rule.until, kNewestServer); }

std::string ids_of(const Analysis& analysis) {
    std::string ids;
    for (const Finding& finding : analysis.findings) ids += finding.rule + ": " + finding.message + "\n";
    return ids;
}

bool reports(const Analysis& analysis, std::string_view id) {
    return std::any_of(analysis.findings.begin(), analysis.findings.end(),
                       [&](const Finding& f) { return f.rule == id; });
}

/// With a capital, unless a name or a function begins it; without a full stop at its end.
bool starts_well(const std::string& message) {
    const std::string first = message.substr(0, message.find(' '));
    const bool is_name = first.find_first_of("`'()_.\"") != first.npos;
    return !message.empty() && message.back() != '.' && message.find('\n') == std::string::npos &&
           ((message[0] >= 'A' && message[0] <= 'Z') || is_name);
}

}  // namespace

TEST_CASE("bad examples are reported by their rule") {
    for (const NamedRule& named : all_rules())
        for (const std::string_view sql : named.rule->bad) {
            const auto& [id, rule] = named;
            const Analysis analysis = analyze::analyze(request_of(named, sql, version_for(*rule)));
            INFO(id << "\n" << sql << "\nreported:\n" << ids_of(analysis));
            CHECK(reports(analysis, id));
            // What these report is what could not be read.
            CHECK(analysis.files.at(0).unread.empty() ==
                  (id != "dynamic-sql" && id != "syntax-error" && id != "drop-owned"));
        }
}

TEST_CASE("good examples are not reported by their rule") {
    for (const NamedRule& named : all_rules())
        for (const std::string_view sql : named.rule->good) {
            const auto& [id, rule] = named;
            const Analysis analysis = analyze::analyze(request_of(named, sql, version_for(*rule)));
            INFO(id << "\n" << sql << "\nreported:\n" << ids_of(analysis));
            CHECK_FALSE(reports(analysis, id));
            CHECK(analysis.files.at(0).unread.empty());
        }
}

TEST_CASE("messages keep the house style") {
    for (const NamedRule& named : all_rules())
        for (const std::string_view sql : named.rule->bad)
            for (const Finding& finding : analyze::analyze(request_of(named, sql, version_for(*named.rule))).findings) {
                INFO(finding.rule << ": " << finding.message);
                CHECK(starts_well(finding.message));
            }
}

TEST_CASE("recipes parse and do not lead back to their rule") {
    for (const NamedRule& named : all_rules())
        for (int version = std::max(named.rule->since, 11); version <= version_for(*named.rule); ++version)
            for (const std::string_view sql : named.rule->bad) {
                const analyze::Request before = request_of(named, sql, version);
                for (const Finding& finding : analyze::analyze(before).findings) {
                    if (!finding.recipe) continue;
                    std::string again;
                    for (const RecipeStep& step : finding.recipe->steps) {
                        INFO(finding.rule << " on " << version << " for" << sql << "advises: " << step.sql);
                        const Lowered lowered = lower(step.sql);
                        CHECK(lowered.errors.empty());
                        CHECK((step.sql.empty() ? !step.note.empty() : step.sql.ends_with(';')));
                        again += step.sql + "\n";
                    }
                    // Dropping stays dropping: there the fix is the deploy in front of it.
                    const bool waits = std::any_of(finding.recipe->steps.begin(), finding.recipe->steps.end(),
                                                   [](const RecipeStep& s) { return !s.wait_for.empty(); });
                    if (waits) continue;
                    // What other findings are about stands there as it was written, and the note says so.
                    const bool partly = std::any_of(finding.recipe->steps.begin(), finding.recipe->steps.end(),
                                                    [](const RecipeStep& s) { return s.has_own_findings; });
                    if (partly) continue;
                    // A proof added to a table that no migration made is not remembered: the answer is wrong today.
                    const bool unknown_table = sql.find(kMigration) == std::string_view::npos;
                    if (unknown_table && finding.rule == "alter-column-set-not-null") continue;
                    analyze::Request after = before;
                    after.changed.front().sql = again;
                    const Analysis analysis = analyze::analyze(after);
                    INFO(finding.rule << " on " << version << " for" << sql << "advises:\n"
                                      << again << "reported:\n"
                                      << ids_of(analysis));
                    CHECK_FALSE(reports(analysis, finding.rule));
                }
            }
}

TEST_CASE("batches are offered only where they come to an end") {
    struct {
        std::string sql;
        bool offered;
    } const cases[] = {
        {"UPDATE orders SET state = 'new';", true},
        {"UPDATE orders SET total = price * amount;", true},
        {"UPDATE orders SET amount = amount + 1;", false},
        {"UPDATE orders SET at = current_timestamp;", false},
        {"UPDATE orders SET state = DEFAULT;", false},
        {"UPDATE ONLY orders SET state = 'new';", false},
        {"UPDATE orders AS o SET total = o.price;", false},  // the batches know no o
        {"UPDATE public.orders SET total = orders.price;", true},
        {"UPDATE orders SET note = '{}';", false},  // json has no equality
        {"UPDATE unseen SET amount = 1;", true},
        {"UPDATE unseen SET amount = 1.5;", false},  // an integer column would hold 2, and never be 1.5
    };
    for (const auto& c : cases) {
        const analyze::Request request = request_of(
            "CREATE TABLE orders (state text, price numeric, amount int, total numeric(10,2), at timestamptz, note "
            "json);\n" +
                std::string(kMigration) + c.sql,
            18);
        const Analysis analysis = analyze::analyze(request);
        const auto update = std::find_if(analysis.findings.begin(), analysis.findings.end(),
                                         [](const Finding& f) { return f.rule == "update-without-where"; });
        INFO(c.sql);
        REQUIRE(update != analysis.findings.end());
        CHECK(update->recipe.has_value() == c.offered);
    }
}

TEST_CASE("clauses that the server would name alike have no recipe") {
    struct {
        std::string sql;
        bool offered;
    } const cases[] = {
        {"ALTER TABLE orders ADD CHECK (a > 0), ADD CHECK (b > 0);", true},
        {"ALTER TABLE orders ADD CHECK (a > 0), ADD CHECK (a < 9);", false},
        {"ALTER TABLE orders ADD CHECK (a > 0), ADD CONSTRAINT small CHECK (a < 9);", true},
    };
    for (const auto& c : cases) {
        const Analysis analysis =
            analyze::analyze(request_of("CREATE TABLE orders (a int, b int);\n" + std::string(kMigration) + c.sql, 18));
        const auto check = std::find_if(analysis.findings.begin(), analysis.findings.end(),
                                        [](const Finding& f) { return f.rule == "add-check-not-valid-missing"; });
        INFO(c.sql);
        REQUIRE(check != analysis.findings.end());
        CHECK(check->recipe.has_value() == c.offered);
    }
}

TEST_CASE("a column that is added without NOT NULL keeps what else its definition says, or has no recipe") {
    struct {
        std::string definition, added;
    } const cases[] = {
        {"state text NOT NULL", "state text"},
        {"user_id bigint REFERENCES users NOT NULL", "user_id bigint REFERENCES users"},
        {"user_id bigint NOT NULL CONSTRAINT k REFERENCES users (id) ON DELETE CASCADE DEFERRABLE",
         "user_id bigint CONSTRAINT k REFERENCES users (id) ON DELETE CASCADE DEFERRABLE"},
        {"name text COLLATE \"C\" NOT NULL", "name text COLLATE \"C\""},
        {"state text NOT NULL CHECK (state <> '')", ""},
        {"state text NOT NULL UNIQUE", ""},
    };
    for (const auto& c : cases) {
        const Analysis analysis = analyze::analyze(
            request_of("CREATE TABLE users (id bigint PRIMARY KEY);\nCREATE TABLE orders (a int);\n" +
                           std::string(kMigration) + "ALTER TABLE orders ADD COLUMN " + c.definition + ";",
                       18));
        const auto column = std::find_if(analysis.findings.begin(), analysis.findings.end(),
                                         [](const Finding& f) { return f.rule == "add-column-not-null-no-default"; });
        INFO(c.definition);
        REQUIRE(column != analysis.findings.end());
        REQUIRE(column->recipe.has_value() == !c.added.empty());
        if (column->recipe)
            CHECK(column->recipe->steps.front().sql == "ALTER TABLE orders ADD COLUMN " + c.added + ";");
    }
}

TEST_CASE("no step of a recipe has a value that only the tool knows") {
    const auto steps = [](const std::string& sql, std::string_view rule) {
        analyze::Request request;
        request.schema = {std::string("CREATE TABLE orders (id serial PRIMARY KEY, state text);")};
        request.changed.emplace_back().sql = "ALTER TABLE orders ADD COLUMN a int;\n" + sql;
        request.changed.front().transaction = TransactionMode::per_file;
        std::string text;
        for (const Finding& finding : analyze::analyze(request).findings)
            if (finding.rule == rule && finding.recipe)
                for (const RecipeStep& step : finding.recipe->steps) text += step.sql + "|" + step.note + "\n";
        return text;
    };
    CHECK(steps("UPDATE orders SET state = 'x';", "ddl-and-backfill-same-transaction") ==
          "UPDATE orders SET state = 'x';|\n");
    CHECK(steps("UPDATE orders SET state = $1;", "ddl-and-backfill-same-transaction").empty());
    CHECK(steps("UPDATE orders SET state = '$1';", "ddl-and-backfill-same-transaction") ==
          "UPDATE orders SET state = '$1';|\n");
    CHECK_FALSE(steps("UPDATE orders SET state = 'x';", "update-without-where").empty());
    CHECK(steps("UPDATE orders SET state = $1;", "update-without-where").empty());
    const std::string moved = steps("INSERT INTO orders (id, state) VALUES (4, $1);", "sequence-not-reset");
    CHECK(moved.starts_with("SELECT setval("));
    CHECK(moved.ends_with("|behind the statement\n"));
}

TEST_CASE("a recipe that needs no transaction says so") {
    analyze::Request request = request_of("CREATE INDEX orders_user ON orders (user_id);", 18);
    request.changed.front().transaction = TransactionMode::per_file;
    const Analysis analysis = analyze::analyze(request);
    const auto index = std::find_if(analysis.findings.begin(), analysis.findings.end(),
                                    [](const Finding& f) { return f.rule == "create-index-not-concurrent"; });
    REQUIRE(index != analysis.findings.end());
    REQUIRE(index->recipe);
    CHECK(index->recipe->steps.back().sql == "CREATE INDEX CONCURRENTLY orders_user ON orders (user_id);");
    CHECK(index->recipe->steps.back().outside_transaction);
}

namespace {

/// Ids reported for several files of one change, with the file: "2: ordering-conflict".
std::string across(const std::string& schema, const std::vector<std::string>& files, std::string_view id) {
    analyze::Request request;
    if (!schema.empty()) request.schema.push_back(schema);
    for (std::size_t i = 0; i < files.size(); ++i) {
        Script script;
        script.file = static_cast<FileId>(i + 1);
        script.sql = files[i];
        request.changed.push_back(std::move(script));
    }
    std::string text;
    for (const Finding& finding : analyze::analyze(request).findings)
        if (finding.rule == id) text += std::to_string(finding.span.file) + ": " + finding.message + "\n";
    return text;
}

}  // namespace

TEST_CASE("a later file of the change puts right what an earlier one left open") {
    const std::string schema = "CREATE TABLE users (id bigint PRIMARY KEY); CREATE TABLE orders (user_id bigint);";
    const std::string key = "ALTER TABLE orders ADD CONSTRAINT k FOREIGN KEY (user_id) REFERENCES users NOT VALID;";
    CHECK(across(schema, {key}, "not-valid-never-validated") ==
          "1: Constraint `k` of `public.orders` is still NOT VALID at the end of the change\n");
    CHECK(across(schema, {key, "ALTER TABLE orders VALIDATE CONSTRAINT k;"}, "not-valid-never-validated").empty());
    CHECK_FALSE(across(schema, {key}, "foreign-key-missing-index").empty());
    CHECK(
        across(schema, {key, "CREATE INDEX CONCURRENTLY i ON orders (user_id);"}, "foreign-key-missing-index").empty());
}

TEST_CASE("a name that the change gives to something else is not missed by running code") {
    const std::string schema = "CREATE TABLE runs (id bigint PRIMARY KEY, token text);";
    const std::string table = "ALTER TABLE runs RENAME TO runs_old;";
    const std::string other =
        "1: Running code that uses table `runs` gets another table of that name once this one is "
        "renamed to `runs_old`: its rows are there only if the change, or code, puts them there\n";
    CHECK(across(schema, {table}, "rename-table").starts_with("1: Running code that uses table `runs` fails"));
    CHECK(across(schema, {table, "CREATE TABLE IF NOT EXISTS runs (id bigint);"}, "rename-table") == other);
    CHECK(across(schema, {table + "CREATE TABLE runs (id bigint);"}, "rename-table") == other);
    CHECK(across("", {table + "CREATE TABLE runs (id bigint);"}, "rename-table") == other);
    CHECK(across(schema, {table + "CREATE VIEW runs AS SELECT * FROM runs_old;"}, "rename-table").empty());
    const std::string column = "ALTER TABLE runs RENAME COLUMN token TO secret;";
    CHECK(across(schema, {column}, "rename-column")
              .starts_with("1: Running code that uses column `token` of `runs` "
                           "fails"));
    CHECK(
        across(schema, {column, "ALTER TABLE runs ADD COLUMN token text;"}, "rename-column") ==
        "1: Running code that uses column `token` of `runs` gets another column of that name once this one is renamed "
        "to `secret`: its values are there only if the change copies them\n");
}

TEST_CASE("an index that a new type sorts another way is built again") {
    const std::string schema = "CREATE EXTENSION citext; CREATE TABLE users (email varchar(50));";
    const std::string type = "ALTER TABLE users ALTER COLUMN email TYPE citext;";
    CHECK(across(schema, {type}, "alter-column-type-recheck").empty());
    const std::string index = "CREATE INDEX users_email ON users (email);";
    CHECK(across(schema + index, {type}, "alter-column-type-recheck")
              .starts_with("1: Builds `public.users_email` again"));
    const std::string check = "ALTER TABLE users ADD CHECK (email <> '');";
    CHECK(across(schema + index + check, {type}, "alter-column-type-recheck")
              .starts_with("1: Builds `public.users_email` again and scans `public.users` for the new type of column "
                           "`email`. "));
}

TEST_CASE("what fails by a history that lacks migrations may not fail") {
    const auto failing = [](const std::string& history, const std::string& schema = "") {
        analyze::Request request;
        request.version = 18;
        if (!schema.empty()) request.schema.push_back(schema);
        request.history.emplace_back().sql = history;
        request.changed.emplace_back().sql = "ALTER TABLE orders ADD COLUMN note text;";
        for (const Finding& finding : analyze::analyze(std::move(request)).findings)
            if (finding.fails) return finding;
        return Finding{};
    };
    const std::string made = "CREATE TABLE orders (id bigint, note text);";
    CHECK(failing(made).certainty == Certainty::known);
    const Finding doubted = failing("ALTER TABLE users ADD COLUMN a int;" + made);
    CHECK(doubted.fails);
    CHECK(doubted.certainty == Certainty::depends);
    REQUIRE(doubted.depends_on.size() == 1);
    CHECK(*doubted.depends_on.begin() ==
          "migrations that are not here: the earlier ones change `users`, which none of them makes");
    CHECK(failing("CREATE INDEX ON users (a);" + made).certainty == Certainty::depends);
    // What says IF EXISTS allows for either, and a snapshot of the schema has all there is.
    CHECK(failing("ALTER TABLE IF EXISTS users ADD COLUMN a int;" + made).certainty == Certainty::known);
    CHECK(failing("ALTER TABLE users ADD COLUMN a int;" + made, "CREATE TABLE users (id int);").certainty ==
          Certainty::known);
}

TEST_CASE("DROP IF EXISTS of what no migration makes depends on whether it is there") {
    struct Kind {
        std::string object, made, rule;
    };
    for (const Kind& kind :
         {Kind{"TABLE", "CREATE TABLE gone (id int);", "drop-table"},
          Kind{"SEQUENCE", "CREATE SEQUENCE gone;", "drop-sequence"},
          Kind{"VIEW", "CREATE VIEW gone AS SELECT 1 AS n;", "drop-view"},
          Kind{"MATERIALIZED VIEW", "CREATE MATERIALIZED VIEW gone AS SELECT 1 AS n;", "drop-view"}}) {
        const auto told = [&](const std::string& history, const std::string& drop) {
            analyze::Request request;
            request.version = 18;
            request.history.emplace_back().sql = history;
            request.changed.emplace_back().sql = drop;
            for (const Finding& finding : analyze::analyze(std::move(request)).findings) {
                if (finding.rule != kind.rule) continue;
                for (const auto& one : finding.depends_on)
                    if (std::string(one).starts_with("whether `gone` is there: no migration makes it"))
                        return "depends";
                return "known";
            }
            return "nothing";
        };
        INFO(kind.object);
        CHECK(told("", "DROP " + kind.object + " IF EXISTS gone;") == std::string("depends"));
        CHECK(told(kind.made, "DROP " + kind.object + " IF EXISTS gone;") == std::string("known"));
        CHECK(told("", "DROP " + kind.object + " gone;") == std::string("known"));
        CHECK(told(kind.made, "DROP " + kind.object + " gone;") == std::string("known"));
    }
}

TEST_CASE("what a later file creates is not there yet") {
    const std::string schema = "CREATE TABLE users (id bigint PRIMARY KEY);";
    CHECK(across(schema, {"ALTER TABLE orders ADD COLUMN note text;", "CREATE TABLE orders (id bigint);"},
                 "ordering-conflict") == "1: `public.orders` is used before the statement that creates it\n");
    CHECK(across(schema, {"CREATE TABLE orders (id bigint);", "ALTER TABLE orders ADD COLUMN note text;"},
                 "ordering-conflict")
              .empty());
    CHECK(across("", {"ALTER TABLE orders ADD COLUMN note text;", "CREATE TABLE orders (id bigint);"},
                 "ordering-conflict")
              .empty());
}

TEST_CASE("BEGIN and COMMIT inside the runner's transaction") {
    analyze::Request request;
    Script script;
    script.transaction = TransactionMode::per_file;
    script.sql = "BEGIN;\nALTER TABLE orders ADD COLUMN note text;\nCOMMIT;\n";
    request.changed.push_back(script);
    std::string text;
    for (const Finding& finding : analyze::analyze(request).findings)
        if (finding.rule == "transaction-nesting" || finding.rule == "unclosed-transaction")
            text += finding.message + "\n";
    CHECK(text ==
          "The migration runner has opened a transaction: this BEGIN does nothing\n"
          "This COMMIT ends the transaction that the migration runner opened: what came before stays "
          "applied if what follows fails\n");
}

#include "tests/annotate/samples.h"

#include <stdexcept>

#include "annotate/other_ci.h"
#include "annotate/utf8.h"

namespace pgfence::samples {
namespace {

SourceSpan span_of(const FileReport& file, std::string_view part) {
    const auto at = file.text.find(part);
    if (at == std::string::npos) throw std::logic_error("the sample has no " + std::string(part));
    return {file.file, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + part.size())};
}

FileReport file(FileId id, std::string path, std::string text) {
    FileReport made;
    made.file = id;
    made.path = std::move(path);
    made.text = std::move(text);
    made.format = "goose";
    made.transaction = TransactionMode::per_file;
    made.transaction_reason = "goose runs each file in a transaction";
    return made;
}

StatementReport& add_statement(FileReport& to, std::string_view sql, std::string kind) {
    StatementReport made;
    made.statement.span = span_of(to, sql);
    made.statement.sql = sql;
    made.statement.kind = std::move(kind);
    made.statement.transaction = {TransactionKind::runner, to.file + 1};
    to.statements.push_back(std::move(made));
    return to.statements.back();
}

Graded graded(std::string rule, Category category, Severity severity, Risk risk, SourceSpan span, std::string message) {
    Graded made;
    made.finding.rule = std::move(rule);
    made.finding.category = category;
    made.finding.span = span;
    made.finding.message = std::move(message);
    made.severity = severity;
    made.risk = risk;
    made.fingerprint = "0123456789abcdef";
    return made;
}

RuleInfo rule(std::string id, std::string title, std::string why, Category category, Severity severity) {
    return {std::move(id), std::move(title), std::move(why), category, severity};
}

Report started() {
    Report report;
    report.tool_version = "0.1.0";
    report.postgres_version = 14;
    return report;
}

Graded type_change(const FileReport& in) {
    Graded made = graded("alter-column-type-rewrite", Category::rewrite, Severity::error, Risk::high,
                         span_of(in, "ALTER COLUMN total TYPE numeric(12, 2)"),
                         "changing public.orders.total from integer to numeric rewrites the table and its indexes "
                         "under ACCESS EXCLUSIVE");
    made.risk_reason = "blocks reads and writes while it works through the rows; public.orders has 4,000,000 rows";
    made.finding.relations = {"public.orders"};
    made.finding.lock = LockMode::AccessExclusive;
    made.finding.grows_with_rows = true;
    Recipe recipe;
    recipe.steps = {{"SET lock_timeout = '2s';\nALTER TABLE orders ADD COLUMN total_new numeric(12, 2);", false, "",
                     "a new column beside the old one"},
                    {"UPDATE orders SET total_new = total WHERE id BETWEEN 1 AND 10000;", false,
                     "a deploy that writes both columns", "in batches"},
                    {"CREATE INDEX CONCURRENTLY orders_total_new ON orders (total_new);", true, "the backfill", ""}};
    recipe.steps.back().setting = "put `-- +goose NO TRANSACTION` at the top of its file";
    recipe.note = "the old column stays until no code reads it";
    made.finding.recipe = recipe;
    return made;
}

FileReport orders() {
    FileReport orders =
        file(0, "db/migrations/0042_orders.sql",
             "-- +goose Up\nALTER TABLE orders\n  ALTER COLUMN total TYPE numeric(12, 2),\n  ALTER COLUMN note SET NOT "
             "NULL;\n\n"
             "ALTER TABLE orders ADD CONSTRAINT orders_user_fk FOREIGN KEY (user_id) REFERENCES users (id);\n");
    StatementReport& alter = add_statement(
        orders, "ALTER TABLE orders\n  ALTER COLUMN total TYPE numeric(12, 2),\n  ALTER COLUMN note SET NOT NULL",
        "ALTER TABLE");
    alter.risk = Risk::high;
    alter.statement.effects.locks = {
        {"public.orders", RelationKind::table, LockMode::AccessExclusive, true, LockRole::target},
        {"public.orders_pkey", RelationKind::index, LockMode::AccessExclusive, true, LockRole::index}};
    alter.statement.effects.work = {
        {Work::Kind::rewrite, Cause::type_change, "public.orders", "", LockMode::AccessExclusive, true, true, 0},
        {Work::Kind::index_rebuild, Cause::type_change, "public.orders", "public.orders_pkey",
         LockMode::AccessExclusive, true, true, 0},
        {Work::Kind::scan, Cause::not_null, "public.orders", "", LockMode::AccessExclusive, true, false, 1}};
    alter.statement.effects.certainty = Certainty::depends;
    alter.statement.effects.depends_on = {"a valid CHECK on public.orders.note"};
    alter.findings.push_back(type_change(orders));
    Graded not_null = graded("alter-column-set-not-null", Category::scan, Severity::error, Risk::medium,
                             span_of(orders, "ALTER COLUMN note SET NOT NULL"),
                             "SET NOT NULL on public.orders.note reads every row under ACCESS EXCLUSIVE");
    not_null.finding.relations = {"public.orders"};
    not_null.finding.lock = LockMode::AccessExclusive;
    not_null.finding.certainty = Certainty::depends;
    not_null.finding.depends_on = {"a valid CHECK on public.orders.note"};
    alter.findings.push_back(not_null);

    const SourceSpan first = alter.statement.span;
    StatementReport& key = add_statement(
        orders, "ALTER TABLE orders ADD CONSTRAINT orders_user_fk FOREIGN KEY (user_id) REFERENCES users (id)",
        "ALTER TABLE");
    key.risk = Risk::medium;
    key.statement.effects.locks = {
        {"public.orders", RelationKind::table, LockMode::ShareRowExclusive, true, LockRole::target},
        {"public.users", RelationKind::table, LockMode::ShareRowExclusive, true, LockRole::referenced_table}};
    key.statement.effects.work = {
        {Work::Kind::scan, Cause::foreign_key, "public.orders", "", LockMode::ShareRowExclusive, true, true, 0}};
    Graded foreign =
        graded("add-foreign-key-not-valid-missing", Category::scan, Severity::warning, Risk::medium,
               span_of(orders, "ADD CONSTRAINT orders_user_fk FOREIGN KEY (user_id) REFERENCES users (id)"),
               "every row of public.orders is checked while writes to public.orders and public.users wait");
    foreign.finding.relations = {"public.orders", "public.users"};
    foreign.finding.lock = LockMode::ShareRowExclusive;
    foreign.finding.grows_with_rows = true;
    foreign.finding.related = first;
    foreign.finding.related_message = "ACCESS EXCLUSIVE on public.orders is held since here";
    foreign.finding.recipe = Recipe{
        {{"ALTER TABLE orders ADD CONSTRAINT orders_user_fk FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;",
          false, "", ""},
         {"ALTER TABLE orders VALIDATE CONSTRAINT orders_user_fk;", false, "", "reads go on, writes too"}},
        ""};
    key.findings.push_back(foreign);
    return orders;
}

FileReport cleanup() {
    FileReport cleanup = file(1, "db/migrations/0043 clean up.sql",
                              "\xEF\xBB\xBF-- +goose Up\r\n-- pgfence-ignore: drop-table (empty since the beta) "
                              "until=2026-12-31\r\n\tDROP TABLE \"Größe 表\";\r\n"
                              "CREATE INDEX ON fresh (a); VACUUM (SKIP_LOCKS) fresh;\r\nSELECT 1;\r\n");
    cleanup.transaction_assumed = true;
    StatementReport& drop = add_statement(cleanup, "DROP TABLE \"Größe 表\"", "DROP TABLE");
    drop.statement.effects.locks = {
        {"public.Größe 表", RelationKind::table, LockMode::AccessExclusive, true, LockRole::target}};
    drop.statement.effects.dropped = {"public.Größe 表"};
    Graded accepted = graded("drop-table", Category::destructive, Severity::warning, Risk::medium,
                             span_of(cleanup, "\"Größe 表\""), "DROP TABLE loses public.\"Größe 表\" for good");
    accepted.finding.relations = {"public.Größe 表"};
    accepted.suppressed =
        Suppression{Suppression::By::comment,
                    span_of(cleanup, "-- pgfence-ignore: drop-table (empty since the beta) until=2026-12-31"),
                    "empty since the beta", "2026-12-31"};
    drop.findings.push_back(accepted);
    StatementReport& index = add_statement(cleanup, "CREATE INDEX ON fresh (a)", "CREATE INDEX");
    index.statement.effects.locks = {{"public.fresh", RelationKind::table, LockMode::Share, false, LockRole::target}};
    index.statement.effects.work = {{Work::Kind::index_build, Cause::index, "public.fresh", "public.fresh_a_idx",
                                     LockMode::Share, false, true, Work::npos}};
    index.statement.effects.created = {"public.fresh_a_idx"};
    StatementReport& timeout = add_statement(cleanup, "SELECT 1", "SELECT");
    timeout.risk = Risk::low;
    timeout.findings.push_back(graded("missing-lock-timeout", Category::robustness, Severity::notice, Risk::low,
                                      timeout.statement.span, "no lock_timeout is in force"));
    cleanup.unread.push_back(
        {span_of(cleanup, "VACUUM (SKIP_LOCKS) fresh"), "VACUUM", "unrecognized VACUUM option \"skip_locks\""});
    return cleanup;
}

}  // namespace

Report rich() {
    Report report = started();
    report.postgres_version_assumed = true;
    report.base = std::string(40, 'b');
    report.head = std::string(40, 'a');
    report.stats_date = "2026-08-01";
    report.files = {orders(), cleanup()};
    StatementReport& rewrite = report.files.front().statements.front();
    rewrite.time = std::make_shared<const Estimate>(
        Estimate{{614, 2458}, {"public.orders is written anew: 48 GB at 20 to 80 MB/s"}, {}});
    rewrite.findings.front().time = rewrite.time;
    report.waits = {
        {"public.orders", {true, true}, *rewrite.time, rewrite.statement.span, 51'539'607'552, 85.2, 1204.7},
        {"public.users",
         {false, true},
         {{0, 12.4},
          {"public.orders perhaps is read: 1.2 GB at 100 to 500 MB/s"},
          {"the size of public.notes", "the size of public.lines"}},
         rewrite.statement.span,
         -1,
         -1,
         -1}};
    report.rules = {rule("add-foreign-key-not-valid-missing", "Foreign key checked while writes wait",
                         "\nPostgreSQL checks every row.\n", Category::scan, Severity::error),
                    rule("alter-column-set-not-null", "SET NOT NULL reads the whole table",
                         "Every row is read under **ACCESS EXCLUSIVE**.", Category::scan, Severity::error),
                    rule("alter-column-type-rewrite", "Column type change rewrites the table",
                         "The table is written anew.\n\nReads wait too.", Category::rewrite, Severity::error),
                    rule("drop-table", "Table dropped", "", Category::destructive, Severity::warning),
                    rule("missing-lock-timeout", "No lock_timeout", "Others queue behind the waiting lock.",
                         Category::robustness, Severity::notice)};
    report.coverage = {2, 5, 1, 41, 2};
    report.verdict = {.outcome = Outcome::fail,
                      .max_risk = Risk::high,
                      .threshold = Risk::medium,
                      .counts = {2, 1, 1, 1},
                      .statements_not_analyzed = 1,
                      .reason = "1 statement not analyzed, 1 finding above medium risk"};
    report.notes = {"PostgreSQL 14 was assumed, the oldest supported version: set pg-version"};
    return report;
}

Report clean() {
    Report report = started();
    FileReport only = file(0, "db/migrations/0001_init.sql", "CREATE TABLE orders (id bigint PRIMARY KEY);\n");
    StatementReport& create = add_statement(only, "CREATE TABLE orders (id bigint PRIMARY KEY)", "CREATE TABLE");
    create.statement.effects.locks = {
        {"public.orders", RelationKind::table, LockMode::AccessExclusive, false, LockRole::target}};
    create.statement.effects.created = {"public.orders", "public.orders_pkey"};
    report.files = {only};
    report.coverage = {1, 1, 0, 0, 0};
    report.verdict.reason = "no finding above medium risk";
    return report;
}

Report nothing() {
    Report report = started();
    report.verdict.reason = "no finding above medium risk";
    return report;
}

const std::vector<std::string>& hostile_texts() {
    static const std::vector<std::string> texts{"@octocat",
                                                "@acme/owners please approve",
                                                "fixes #12",
                                                "acme/shop#12",
                                                "GH-12",
                                                "TICKET-12",
                                                "https://evil.example/x",
                                                "www.evil.example",
                                                "mail root@evil.example",
                                                "[click](https://evil.example)",
                                                "![x](https://evil.example/t.png)",
                                                "<img src=//evil.example/t.png>",
                                                "<details><summary>",
                                                "</details>",
                                                "</code></details>",
                                                "<!-- pgfence:pgfence -->",
                                                "-->",
                                                "```",
                                                "``````\n# heading",
                                                "`",
                                                "``",
                                                "a`b``c",
                                                "|",
                                                "a | b",
                                                "\\|",
                                                "a\\",
                                                "a\\\\|b",
                                                "\n\n# heading\n\n",
                                                "1. one",
                                                "- item",
                                                "> quote",
                                                "---",
                                                "===",
                                                "~~~",
                                                "# heading",
                                                "*bold* _it_ ~~no~~",
                                                "\xE2\x80\xAE"
                                                "desrever",
                                                "zero\xE2\x80\x8Bwidth",
                                                "\xEF\xBB\xBF",
                                                "soft\xC2\xADhyphen",
                                                "\xF3\xA0\x80\xA1tag",
                                                "bell\x07",
                                                "\x1b[31mred\x1b[0m",
                                                "\x1b]0;title\x07",
                                                "nul" + std::string(1, '\0') + "nul",
                                                "\r::error::x",
                                                "::error file=a::b",
                                                "\n::set-env name=A::b",
                                                "##[error]x",
                                                "##[add-mask]a",
                                                "x ##vso[task.setvariable variable=a]b",
                                                ":tada:",
                                                "$x^2$",
                                                "$`x`$",
                                                "&lt;b&gt;",
                                                "&#64;octocat",
                                                "deadbeefcafe",
                                                "0123456789abcdef0123456789abcdef01234567",
                                                "\xFF\xFE",
                                                "\xC3",
                                                "\xED\xA0\x80",
                                                "\xF4\x90\x80\x80",
                                                "",
                                                " ",
                                                "\"a b\" c",
                                                "\"unclosed @octocat",
                                                "'it''s'",
                                                "(public.t)",
                                                "{{ x }}",
                                                "${{ github.token }}",
                                                "%0A::error::x",
                                                "javascript:alert(1)",
                                                "[^1]: x",
                                                "[x]: https://evil.example"};
    return texts;
}

Report hostile() {
    Report report = started();
    std::string text;
    for (const std::string& bad : hostile_texts()) text += "DROP TABLE \"" + bad + "\";\n";
    FileReport file = samples::file(0, "db/mig rations/@octocat <b>|`#1`\xE2\x80\xAE,a:b%.sql", text);
    file.change = MigrationFile::Change::renamed;
    file.old_path = "old/::error::@octocat.sql";
    file.format = "sql";
    file.transaction_reason = "<b>@octocat</b>";
    std::size_t number = 0;
    for (const std::string& bad : hostile_texts()) {
        const std::string sql = "DROP TABLE \"" + bad + "\"";
        StatementReport& statement = add_statement(file, sql, "DROP TABLE");
        statement.statement.effects.locks = {
            {"public." + bad, RelationKind::table, LockMode::AccessExclusive, true, LockRole::target}};
        statement.statement.effects.depends_on = {bad};
        Graded made = graded("drop-table", Category::destructive, Severity::warning, Risk::medium,
                             statement.statement.span, bad + " is lost with public." + bad + ", " + bad);
        made.risk_reason = bad;
        made.finding.relations = {"public." + bad, bad};
        made.finding.lock = LockMode::AccessExclusive;
        made.finding.certainty = Certainty::depends;
        made.finding.depends_on = {bad};
        made.finding.related = statement.statement.span;
        made.finding.related_message = bad;
        made.finding.recipe = Recipe{{{bad, false, bad, bad}}, bad};
        if (++number % 4 == 0)
            made.suppressed = Suppression{Suppression::By::comment, statement.statement.span, bad, bad};
        statement.time = made.time = std::make_shared<const Estimate>(Estimate{{4, 60}, {bad}, {bad, bad}});
        statement.findings.push_back(made);
        report.waits.push_back({"public." + bad, {true, true}, *made.time, statement.statement.span});
        statement.risk = Risk::medium;
        file.unread.push_back({statement.statement.span, bad, bad});
        report.notes.push_back(bad);
    }
    report.files = {file};
    report.rules = {rule("drop-table", "Table dropped", "Data is lost.", Category::destructive, Severity::warning)};
    const auto all = static_cast<std::uint32_t>(number);
    report.coverage = {1, all, all, 0, 0};
    report.verdict = {.outcome = Outcome::pass,
                      .max_risk = Risk::medium,
                      .threshold = Risk::medium,
                      .counts = {0, all - all / 4, 0, all / 4},
                      .reason = "no finding above medium risk"};
    return report;
}

Report many(std::size_t findings) {
    constexpr std::size_t kFiles = 20;
    Report report = started();
    std::string text;
    for (std::size_t i = 0; i < (findings + kFiles - 1) / kFiles; ++i)
        text += "ALTER TABLE t" + std::to_string(1000000 + i) + " ALTER COLUMN ä TYPE text;\n";
    for (std::size_t f = 0; f < kFiles; ++f)
        report.files.push_back(file(static_cast<FileId>(f), "m/" + std::to_string(100 + f) + ".sql", text));
    for (std::size_t i = 0; i < findings; ++i) {
        FileReport& in = report.files[i % kFiles];
        StatementReport& statement = add_statement(
            in, "ALTER TABLE t" + std::to_string(1000000 + i / kFiles) + " ALTER COLUMN ä TYPE text", "ALTER TABLE");
        const auto risk = static_cast<Risk>(1 + i * 7 % 4);
        Graded made =
            graded("alter-column-type-rewrite", Category::rewrite,
                   i % 3 == 0   ? Severity::error
                   : i % 3 == 1 ? Severity::warning
                                : Severity::notice,
                   risk, statement.statement.span, "rewrites public.t" + std::to_string(i) + " under ACCESS EXCLUSIVE");
        made.finding.relations = {"public.t" + std::to_string(i)};
        made.finding.lock = LockMode::AccessExclusive;
        made.finding.recipe = Recipe{{{"ALTER TABLE t ADD COLUMN b text;", false, "", "then fill it"}}, ""};
        statement.findings.push_back(made);
    }
    report.coverage = {kFiles, static_cast<std::uint32_t>(findings), 0, 0, 0};
    report.verdict = {.outcome = Outcome::fail,
                      .max_risk = Risk::critical,
                      .threshold = Risk::medium,
                      .counts = {static_cast<std::uint32_t>(findings), 0, 0, 0},
                      .reason = std::to_string(findings) + " findings above medium risk"};
    return report;
}

bool has_hidden(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const char32_t c = annotate::next_code_point(text, at);
        if ((c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7F && c <= 0x9F) || (c >= 0x200B && c <= 0x200F) ||
            (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || c == 0xAD ||
            (c >= 0xE0000 && c <= 0xE0FFF))
            return true;
    }
    return false;
}

std::string in_form(std::string_view name, const Report& report) {
    for (const annotate::Form* form : annotate::forms())
        if (form->name == name) return form->write(report);
    return {};
}

}  // namespace pgfence::samples

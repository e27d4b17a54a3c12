// What a step says as code is what its SQL says: each recipe of each rule is put into a migration of each tool and read
// back as any migration of the author's is, by the reader of that format and, for programs, by the ORM itself.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "analyze/kit/rule.h"
#include "analyze/lower/action_text.h"
#include "analyze/lower/lower.h"
#include "author/author.h"
#include "author/native.h"
#include "author/written.h"
#include "core/sql_scanner.h"
#include "extract/extract.h"
#include "pipeline/rule_examples.h"
#include "pipeline/scripts.h"
#include "tests/author/files.h"

using namespace pgfence;
using namespace pgfence::author_testing;

namespace {

struct Asked {
    std::string sql;
    bool outside_transaction = false;
    bool operator<(const Asked& other) const {
        return std::tie(sql, outside_transaction) < std::tie(other.sql, other.outside_transaction);
    }
};

/// What rules propose for their bad examples, each once.
const std::vector<Asked>& steps_of_rules() {
    static const std::vector<Asked> all = [] {
        std::set<Asked> found;
        for (const NamedRule& named : all_rules())
            for (const Report& report : pipeline::review_bad_examples(named))
                for (const FileReport& file : report.files)
                    for (const StatementReport& statement : file.statements)
                        for (const Graded& graded : statement.findings)
                            if (graded.finding.recipe)
                                for (const RecipeStep& step : graded.finding.recipe->steps)
                                    if (!step.sql.empty()) found.insert({step.sql, step.outside_transaction});
        return std::vector<Asked>(found.begin(), found.end());
    }();
    return all;
}

/// Texts that a language, a template or a driver may take for something of its own.
std::vector<Asked> hostile_steps() {
    std::vector<Asked> all;
    for (const char* text :
         {"a'b",         "a\"b",     "a`b",      "a${b}c",       "a#{b}c",  "a\\b", "a\\\\b",  "a\\nb",    "100%",
          "%s",          "%(a)s",    "%%",       ":a",           "a :b",    " :b",  "::text",  "12:30:15", "\\:a",
          "?",           "??",       "a ? b",    ":ab:c",        "$1",      "{a}",  "{{ a }}", "\"\"\"",   "'''",
          "a\n  b\n\tc", "a\n\n  b", "SQL\nSQL", "<a>&amp;</a>", "]]>",     "#",    "-- a",    "/* a */",  "a\\",
          "\\",          "ä€😀",      "$a$",      "\\u0041",      "#$a #@b", "'",    "\""}) {
        std::string literal = "'";
        for (const char* c = text; *c != '\0'; ++c) literal += *c == '\'' ? std::string("''") : std::string(1, *c);
        literal += "'";
        all.push_back({"COMMENT ON TABLE orders IS " + literal + ";", false});
        all.push_back({"UPDATE orders SET note = " + literal + " WHERE id = 1;", false});
        all.push_back({"CREATE INDEX CONCURRENTLY i ON orders (note) WHERE note <> " + literal + ";", true});
        all.push_back({"ALTER TABLE orders ADD CONSTRAINT c CHECK (note <> " + literal + ") NOT VALID;", false});
    }
    all.push_back(
        {"UPDATE orders SET tags = tags - 'a' WHERE tags ? 'a' AND tags ?| ARRAY['b'] AND x::int = 1;", false});
    all.push_back({"DO $$\nBEGIN\n  RAISE NOTICE 'a % \\ `', 1;\nEND $$;", false});
    return all;
}

/// Forms that some tools have words for.
std::vector<Asked> native_steps() {
    return {
        {"CREATE INDEX CONCURRENTLY i ON orders (note);", true},
        {"CREATE UNIQUE INDEX CONCURRENTLY i ON shop.orders (a, b);", true},
        {"CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON orders USING gin (tags);", true},
        {"CREATE INDEX CONCURRENTLY i ON orders (note) WHERE note IS NOT NULL AND total > 5;", true},
        {"CREATE INDEX CONCURRENTLY i ON orders (note DESC);", true},
        {"CREATE INDEX CONCURRENTLY i ON orders (note text_pattern_ops);", true},
        {"CREATE INDEX CONCURRENTLY i ON orders (note) WITH (fillfactor = 70);", true},
        {"CREATE INDEX CONCURRENTLY i ON orders (note) INCLUDE (total);", true},
        {"CREATE INDEX CONCURRENTLY i ON orders (note) TABLESPACE fast;", true},
        {"CREATE UNIQUE INDEX CONCURRENTLY i ON orders (note) NULLS NOT DISTINCT;", true},
        {"CREATE INDEX CONCURRENTLY i ON orders (note COLLATE \"C\");", true},
        {"CREATE INDEX CONCURRENTLY i ON ONLY orders (note);", true},
        {"CREATE INDEX CONCURRENTLY ON orders (note);", true},
        {"CREATE INDEX CONCURRENTLY i ON orders (lower(note));", true},
        {"CREATE INDEX CONCURRENTLY \"Odd Name\" ON \"Orders\" (\"userId\");", true},
        {"CREATE INDEX CONCURRENTLY \"I\" ON \"Orders\" (\"userId\");", true},
        {"DROP INDEX CONCURRENTLY i;", true},
        {"DROP INDEX CONCURRENTLY IF EXISTS shop.i;", true},
        {"DROP INDEX CONCURRENTLY shop.i;", true},
        {"ALTER TABLE orders ADD CONSTRAINT k FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;", false},
        {"ALTER TABLE orders ADD CONSTRAINT k FOREIGN KEY (user_id) REFERENCES users NOT VALID;", false},
        {"ALTER TABLE orders ADD CONSTRAINT k FOREIGN KEY (a, b) REFERENCES users (c, d) NOT VALID;", false},
        {"ALTER TABLE shop.orders ADD CONSTRAINT k FOREIGN KEY (user_id) REFERENCES shop.users (key) "
         "ON UPDATE CASCADE ON DELETE SET NULL NOT VALID;",
         false},
        {"ALTER TABLE orders ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES users (id) ON DELETE SET DEFAULT NOT VALID;",
         false},
        {"ALTER TABLE orders ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES users (id) DEFERRABLE NOT VALID;", false},
        {"ALTER TABLE orders ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES users (id) MATCH FULL NOT VALID;", false},
        {"ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0) NOT VALID;", false},
        {"ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0) NO INHERIT NOT VALID;", false},
        {"ALTER TABLE ONLY orders ADD CONSTRAINT c CHECK (total > 0) NOT VALID;", false},
        {"ALTER TABLE IF EXISTS orders VALIDATE CONSTRAINT c;", false},
        {"ALTER TABLE orders VALIDATE CONSTRAINT c;", false},
        {"ALTER TABLE orders ALTER COLUMN note SET NOT NULL;", false},
        {"ALTER TABLE orders ALTER note DROP NOT NULL;", false},
        {"ALTER TABLE orders DROP COLUMN note;", false},
        {"ALTER TABLE orders DROP COLUMN IF EXISTS note CASCADE;", false},
        {"ALTER TABLE orders ADD CONSTRAINT c CHECK (a > 0) NOT VALID, ADD CONSTRAINT d CHECK (b > 0) NOT VALID;",
         false},
        {"SET LOCAL lock_timeout = '2s';\nALTER TABLE orders ALTER COLUMN note SET NOT NULL;", false},
    };
}

/// What the server is told, whatever the spelling: `text` holds what actions say and what they leave out.
struct Said {
    std::string sql, actions;
};

std::vector<Said> said_by(const std::string& sql) {
    std::vector<Said> all;
    const Lowered lowered = lower(sql);
    for (const LoweredStatement& one : lowered.statements)
        all.push_back({sql.substr(one.begin, one.end - one.begin), in_one_line(one.actions)});
    for (const SyntaxError& error : lowered.errors) all.push_back({"syntax error: " + error.message, "error"});
    return all;
}

/// Actions do not tell every literal.
std::vector<std::string> literals(const std::string& sql) {
    std::vector<std::string> all;
    SqlScanner scanner(sql);
    for (SqlPiece piece; scanner.next(piece);)
        if (piece.kind == SqlPiece::Kind::string || piece.kind == SqlPiece::Kind::dollar_string)
            all.push_back(sql.substr(piece.begin, piece.end - piece.begin));
    return all;
}

bool are_equal(const Said& a, const Said& b) {
    return author::same_sql(a.sql, b.sql) || (a.actions == b.actions && literals(a.sql) == literals(b.sql));
}

bool is_frame(const Said& said) { return said.sql == "BEGIN" || said.sql == "COMMIT"; }

author::Step step_of(const Asked& asked, const Lowered& lowered) {
    author::Step step;
    for (const LoweredStatement& one : lowered.statements)
        step.statements.push_back({std::string_view(asked.sql).substr(one.begin, one.end - one.begin), one.actions});
    step.outside_transaction = asked.outside_transaction;
    return step;
}

std::string code_of(const std::string& format, const Asked& asked) {
    const Lowered lowered = lower(asked.sql);
    if (!lowered.errors.empty()) return "";
    return author::code(format, step_of(asked, lowered)).value_or(author::Code{}).text;
}

Script read_back(const std::string& format, const std::string& text) {
    MigrationFile file;
    file.id = 1;
    file.path = files_of_code().at(format).path;
    file.text = text;
    extract::Hints hints;
    hints.format = format;
    std::vector<MigrationFile> files{file};
    return pipeline::scripts_of(files, hints).front();
}

/// Of a block of Python or YAML: lines inside of texts between three quotes stay as they are.
std::string indented_block(const std::string& code, const std::string& indentation, bool python) {
    std::string out;
    bool in_text = false;
    std::size_t begin = 0;
    while (begin <= code.size()) {
        const std::size_t end = std::min(code.find('\n', begin), code.size());
        const std::string line = code.substr(begin, end - begin);
        if (!out.empty()) out += '\n';
        out += in_text || line.empty() ? line : indentation + line;
        for (std::size_t at = 0; python && at + 2 < line.size(); ++at) {
            if (line[at] == '\\')
                ++at;
            else if (line.compare(at, 3, "\"\"\"") == 0)
                in_text = !in_text, at += 2;
        }
        begin = end + 1;
    }
    return out;
}

std::string file_of(const std::string& format, const std::string& code) {
    const Around& around = files_of_code().at(format);
    return around.before + indented_block(code, around.indentation, format == "alembic") + around.behind;
}

/// Ruby takes the margin of a <<~ text away, which its reader keeps: what it reads has its place in the file.
std::string without_margins(const std::string& text) {
    std::string out;
    for (const char c : text)
        if ((c != ' ' && c != '\t') || !(out.empty() || out.back() == '\n')) out += c;
    return out;
}

struct Answer {
    std::string unread, sql;
    bool equal = false;
};

/// Are the statements that the code sends those that are wanted?
Answer answer_to(const std::string& format, std::string wanted_sql, const std::string& code) {
    Answer answer;
    const Script script = read_back(format, file_of(format, code));
    for (const Unread& part : script.unread) answer.unread += part.what + ": " + part.why + "\n";
    std::string have_sql = script.sql;
    if (format == "rails" || format == "sequel") {
        wanted_sql = without_margins(wanted_sql);
        have_sql = without_margins(have_sql);
    }
    std::vector<Said> wanted = said_by(wanted_sql), have = said_by(have_sql);
    std::erase_if(have, is_frame);
    for (const Said& said : have) answer.sql += said.sql + ";\n";
    answer.equal =
        answer.unread.empty() && std::equal(have.begin(), have.end(), wanted.begin(), wanted.end(), are_equal);
    return answer;
}

/// A step by itself, to say what is wrong with it.
void check_equal(const std::string& format, const std::string& sql, const std::string& code) {
    const Answer answer = answer_to(format, sql, code);
    INFO(format << "\n" << sql << "\nas code:\n" << code << "\nread back as:\n" << answer.sql << answer.unread);
    CHECK(answer.equal);
}

/// Many to a file, as each has a process of its own.
void check_all(const std::string& format, const std::vector<Asked>& steps) {
    constexpr std::size_t kToAFile = 50;
    std::size_t checked = 0;
    std::vector<std::pair<std::string, std::string>> waiting;
    const auto check = [&] {
        std::string sql, code;
        for (const auto& [one, said] : waiting) {
            sql += one + "\n";
            code += (code.empty() ? "" : "\n") + said;
        }
        if (!answer_to(format, sql, code).equal)
            for (const auto& [one, said] : waiting) check_equal(format, one, said);
        waiting.clear();
    };
    for (const Asked& asked : steps) {
        const std::string code = code_of(format, asked);
        // It is no part of a migration: psql sends it.
        const bool by_hand = asked.outside_transaction && author::runs_only_by_hand(format);
        if (by_hand) CHECK(code.empty());
        checked += by_hand;
        if (code.empty()) continue;
        waiting.emplace_back(asked.sql, code);
        if (waiting.size() == kToAFile) check();
        ++checked;
    }
    check();
    INFO(format);
    CHECK(checked > steps.size() * 9 / 10);
}

}  // namespace

TEST_CASE("code of recipes: each format that is code and has a reader is read back") {
    for (const extract::FormatInfo& format : extract::all_formats()) {
        INFO(format.id);
        if (author::writes_code(format.id)) CHECK(files_of_code().contains(std::string(format.id)));
    }
    for (const auto& [format, around] : files_of_code()) CHECK(author::writes_code(format));
    CHECK(steps_of_rules().size() > 100);
}

TEST_CASE("code of recipes: what rules propose reads back as its SQL") {
    for (const auto& [format, around] : files_of_code()) check_all(format, steps_of_rules());
}

TEST_CASE("code of recipes: forms that tools have words for, and their neighbours, read back as their SQL") {
    for (const auto& [format, around] : files_of_code()) check_all(format, native_steps());
}

TEST_CASE("code of recipes: whatever stands in the SQL's literals reads back as it was") {
    for (const auto& [format, around] : files_of_code()) check_all(format, hostile_steps());
}

// What is sent with a value of a row is sent for each row of the query: every way to go through rows, times what may
// stand around it, times every tool. Whichever way it is written, the record names the query. A row that is picked, and
// a value of anything else, names none.

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <string>
#include <string_view>

#include "core/text.h"
#include "tests/orm/record.h"

using namespace pgfence;
using namespace pgfence::test;

namespace {

using Parts = std::array<std::string_view, 2>;  // a name and code

/// ROWS are those of a query, FREE(x) deletes the one of that number.
constexpr std::array kLoops = std::to_array<Parts>({
    {"for of", "for (const row of ROWS) { FREE(row.id) }"},
    {"destructured", "for (const { id } of ROWS) { FREE(id) }"},
    {"for", "const rows = ROWS; for (let i = 0; i < rows.length; i++) { FREE(rows[i].id) }"},
    {"forEach",
     "const rows = ROWS; const all = []; rows.forEach((r) => all.push(r.id)); for (const x of all) { FREE(x) }"},
    {"all at once", "await Promise.all((ROWS).map(async (r) => { FREE(r.id) }))"},
    {"reduce", "await (ROWS).reduce((before, r) => before.then(async () => { FREE(r.id) }), Promise.resolve())"},
    {"filter", "for (const r of (ROWS).filter((one) => one.note)) { FREE(r.id) }"},
    {"shift", "const rows = ROWS; while (rows.length) { const r = rows.shift(); FREE(r.id) }"},
    {"set", "for (const x of new Set((ROWS).map((r) => r.id))) { FREE(x) }"},
    {"object",
     "const by = Object.fromEntries((ROWS).map((r) => [r.id, r])); for (const x of Object.keys(by)) { FREE(x) }"},
    {"parts",
     "const rows = ROWS; for (let i = 0; i < rows.length; i += 9) { for (const r of rows.slice(i, i + 9)) { FREE(r.id) "
     "} }"},
    {"number", "for (const row of ROWS) { FREE(Number(row.id)) }"},
    {"counted", "for (const row of ROWS) { FREE(row.id + 1) }"},
    {"text", "for (const row of ROWS) { FREE(String(row.id).trim()) }"},
    {"template", "for (const row of ROWS) { FREE(`${row.id}`) }"},
    {"or", "for (const row of ROWS) { FREE(row.id || row.other) }"},
    {"part of JSON", "for (const row of ROWS) { FREE(JSON.parse(row.doc).id) }"},
    {"helper", "const free = async (x) => { FREE(x) }; for (const row of ROWS) await free(row.id)"},
    {"rows of rows", "for (const outer of ROWS) for (const row of PARTS(outer.id)) { FREE(row.id) }"},
});
constexpr std::array kAround = std::to_array<Parts>({
    {"nothing", "BODY"},
    {"setting", "if (process.env.CLEAN) { BODY }"},
    {"early return", "const n = ASKED; if (n.length === 0) return; BODY"},
    {"other rows", "for (const other of ASKED) { BODY }"},
    {"try", "try { BODY } catch (e) { console.log(e) }"},
});
constexpr std::array kPicked = std::to_array<Parts>({
    {"first", "const rows = ROWS; if (rows.length) { FREE(rows[0].id) }"},
    {"taken apart", "const [row] = ROWS; if (row) { FREE(row.id) }"},
    {"spelled out", "const rows = ROWS; for (const x of [1, 2]) { FREE(x) }"},
    {"setting", "const rows = ROWS; FREE(process.env.ID)"},
    {"count", "const rows = ROWS; if (rows.length > 0) { FREE(7) }"},
});

struct Tool {
    Orm orm;
    std::string_view file, head, tail;
    std::string_view rows, parts, asked, free;
};
constexpr std::array kTools = std::to_array<Tool>({
    {Orm::knex, "migrations/1.js", "exports.up = async (knex) => {", "};", "await knex('books').select('id')",
     "await knex('pages').select('id').where({ book: X })", "await knex('shelves').select('id')",
     "await knex('books').where({ id: X }).del();"},
    {Orm::knex, "migrations/1.js", "exports.up = async (knex) => {", "};",
     "(await knex.raw('SELECT id FROM books')).rows",
     "(await knex.raw('SELECT id FROM pages WHERE book = ?', [X])).rows",
     "(await knex.raw('SELECT id FROM shelves')).rows", "await knex.raw(`DELETE FROM books WHERE id = ${X}`);"},
    {Orm::sequelize, "migrations/1.js", "module.exports = { up: async (queryInterface, Sequelize) => {", "} };",
     "(await queryInterface.sequelize.query('SELECT id FROM books'))[0]",
     "(await queryInterface.sequelize.query('SELECT id FROM pages WHERE book = :b', { replacements: { b: X } }))[0]",
     "(await queryInterface.sequelize.query('SELECT id FROM shelves'))[0]",
     "await queryInterface.bulkDelete('books', { id: X });"},
    {Orm::typeorm, "migrations/1.js", "module.exports = class A1700000000000 { async up(queryRunner) {", "} };",
     "await queryRunner.query('SELECT id FROM books')",
     "await queryRunner.query('SELECT id FROM pages WHERE book = $1', [X])",
     "await queryRunner.query('SELECT id FROM shelves')",
     "await queryRunner.query('DELETE FROM books WHERE id = $1', [X]);"},
    {Orm::kysely, "migrations/1.js", "exports.up = async (db) => {", "};",
     "await db.selectFrom('books').select('id').execute()",
     "await db.selectFrom('pages').select('id').where('book', '=', X).execute()",
     "await db.selectFrom('shelves').select('id').execute()",
     "await db.deleteFrom('books').where('id', '=', X).execute();"},
    {Orm::node_pg_migrate, "migrations/1.js", "exports.up = async (pgm) => {", "};",
     "await pgm.db.select('SELECT id FROM books')", "await pgm.db.select(`SELECT id FROM pages WHERE book = ${X}`)",
     "await pgm.db.select('SELECT id FROM shelves')", "pgm.sql(`DELETE FROM books WHERE id = ${X}`);"},
});

/// PARTS(x) and FREE(x) as the tool writes them; brackets in x are whole.
std::string filled_in(std::string text, std::string_view name, std::string_view code) {
    for (std::size_t at = 0; (at = text.find(std::string(name) + "(", at)) != text.npos;) {
        const std::size_t begin = at + name.size() + 1;
        std::size_t end = begin;
        for (int open = 1; open > 0; ++end) open += text[end] == '(' ? 1 : text[end] == ')' ? -1 : 0;
        std::string call(code);
        call.replace(call.find('X'), 1, text.substr(begin, end - 1 - begin));
        text.replace(at, end - at, call);
        at += call.size();
    }
    return text;
}

std::string replaced(std::string text, std::string_view name, std::string_view by) {
    for (std::size_t at = 0; (at = text.find(name, at)) != text.npos; at += by.size())
        text.replace(at, name.size(), by);
    return text;
}

Recording recorded_by(const Tool& tool, std::string_view around, std::string_view loop) {
    std::string body = replaced(std::string(around), "BODY", loop);
    body = filled_in(filled_in(std::move(body), "PARTS", tool.parts), "FREE", tool.free);
    body = replaced(replaced(std::move(body), "ROWS", tool.rows), "ASKED", tool.asked);
    const std::string file(tool.file);
    const std::string text = std::string(tool.head) + "\n" + body + "\n" + std::string(tool.tail) + "\n";
    UNSCOPED_INFO(text);
    return record(tool.orm, file, {{file, text}});
}

bool deletes(const RecordedStatement& statement) { return equal_ignoring_case(statement.sql.substr(0, 6), "delete"); }

}  // namespace

TEST_CASE("what is sent with a value of a row names the query that finds the rows") {
    for (const Tool& tool : kTools)
        for (const auto& [around_name, around] : kAround)
            for (const auto& [loop_name, loop] : kLoops) {
                const Recording recording = recorded_by(tool, around, loop);
                INFO(std::string(around_name) + ", " + std::string(loop_name));
                CHECK(recording.unread.empty());
                CHECK(std::any_of(recording.statements.begin(), recording.statements.end(),
                                  [](const RecordedStatement& s) { return deletes(s) && !s.rows_of.empty(); }));
            }
}

TEST_CASE("what is sent with a picked row, or with what no query found, names no query") {
    for (const Tool& tool : kTools)
        for (const auto& [name, code] : kPicked) {
            const Recording recording = recorded_by(tool, "BODY", code);
            INFO(std::string(name));
            CHECK(recording.unread.empty());
            const auto sent = std::find_if(recording.statements.begin(), recording.statements.end(), deletes);
            REQUIRE(sent != recording.statements.end());
            CHECK(sent->rows_of.empty());
        }
}

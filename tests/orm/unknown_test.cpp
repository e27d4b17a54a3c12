// What is not known decides nothing without a word: each way to make an unknown value, times each way to make a
// decision of it that does not look like one, guards a statement. Whichever way it is written, the statement is in the
// record, or the file says that something in it was not read.

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

struct Way {
    std::string_view name, code;
};

constexpr std::array kMade = std::to_array<Way>({
    {"env", R"(const x = process.env.STAGE;)"},
    {"env2", R"(const { STAGE: x } = process.env;)"},
    {"now", R"(const x = Date.now();)"},
    {"date", R"(const x = new Date().getFullYear();)"},
    {"iso", R"(const x = new Date().toISOString();)"},
    {"random", R"(const x = Math.random();)"},
    {"argv", R"(const x = process.argv[2];)"},
    {"host", R"(const x = require('os').hostname();)"},
    {"file",
     R"(const x = require('fs').existsSync('/etc/flag') ? require('fs').readFileSync('/etc/flag', 'utf8') : '';)"},
    {"row", R"(const x = (await knex.raw('select max(v) as v from s')).rows[0].v;)"},
    {"platform", R"(const x = process.platform;)"},
    {"pid", R"(const x = process.pid;)"},
    {"dir", R"(const x = __dirname;)"},
    {"cwd", R"(const x = process.cwd();)"},
    {"module", R"(const x = require('some-package').stage;)"},
    {"uuid", R"(const x = require('crypto').randomUUID();)"},
    {"error", R"(let x; try { await knex.raw('select 1'); x = 'fine'; } catch (e) { x = e.code; })"},
    {"hr", R"(const x = process.hrtime()[1];)"},
    {"global", R"(const x = globalThis.SOME_SETTING || STAGE_NAME;)"},
});
/// Each is true where `x` is some value, and false where it is another.
constexpr std::array kDecisions = std::to_array<Way>({
    {"eq", R"(x === 'prod')"},
    {"template", R"(`${x}` === 'prod')"},
    {"string", R"(String(x) === 'prod')"},
    {"plus", R"('' + x === 'prod')"},
    {"concat", R"(''.concat(x) === 'prod')"},
    {"indexof", R"(('' + x).indexOf('prod') >= 0)"},
    {"includes", R"(`${x}`.includes('prod'))"},
    {"boolean", R"(Boolean(x === 'prod') === true)"},
    {"bool2", R"([x].filter(Boolean).length === 0)"},
    {"is", R"(Object.is(x, 'prod'))"},
    {"map", R"(new Map([['prod', true]]).get(x))"},
    {"mapkey", R"(new Map([[x, true]]).has('prod'))"},
    {"set", R"(new Set(['prod']).has(`${x}`))"},
    {"setsize", R"(new Set([String(x), 'prod']).size === 1)"},
    {"json", R"(JSON.stringify({ x }) === '{"x":"prod"}')"},
    {"jsonparse", R"(JSON.parse(`"${x}"`) === 'prod')"},
    {"reduce", R"(['a', x].reduce((all, one) => all || one === 'prod', false))"},
    {"typeof", R"(typeof x === 'undefined')"},
    {"forin", R"((() => { for (const k in { [x]: 1 }) if (k === 'prod') return true; return false; })())"},
    {"computed", R"(({ prod: true })[x])"},
    {"computed2", R"(({ [x]: true }).prod)"},
    {"switch", R"((() => { switch (`${x}`) { case 'prod': return true; default: return false; } })())"},
    {"switch2", R"((() => { switch ('prod') { case String(x): return true; } })())"},
    {"regex", R"(/^prod$/.test(x))"},
    {"exec", R"(/^prod$/.exec(`${x}`) !== null)"},
    {"match", R"(`${x}`.match(/^prod$/))"},
    {"len", R"(`${x}`.length === 4)"},
    {"char", R"(`${x}`[0] === 'p')"},
    {"code", R"(`${x}`.charCodeAt(0) === 112)"},
    {"slice", R"(`${x}`.slice(0, 4) === 'prod')"},
    {"upper", R"(`${x}`.toUpperCase() === 'PROD')"},
    {"split", R"(`${x}`.split(',')[0] === 'prod')"},
    {"spread", R"([...`${x}`].length === 4)"},
    {"destr", R"((([a]) => a === 'p')(`${x}`))"},
    {"sort", R"([`${x}`, 'prod'].sort()[0] === 'x')"},
    {"arrinc", R"(['prod'].includes(x))"},
    {"arridx", R"(['prod'].indexOf(`${x}`) === 0)"},
    {"arrown", R"([x].includes('prod'))"},
    {"find", R"(['prod'].find((p) => p === `${x}`))"},
    {"some", R"(['prod'].some((p) => p == x))"},
    {"every", R"(['prod'].every((p) => p === x))"},
    {"numcmp", R"(Number(x) > 5)"},
    {"parse", R"(parseInt(x, 10) > 5)"},
    {"unary", R"(+x > 5)"},
    {"math", R"(Math.floor(x) === 5)"},
    {"bit", R"((x | 0) === 5)"},
    {"not", R"(!x)"},
    {"notnot", R"(!!x === false)"},
    {"or", R"((x || 'dev') === 'dev')"},
    {"nullish", R"((x ?? 'dev') === 'dev')"},
    {"orassign", R"((() => { let y = x; y ||= 'dev'; return y === 'dev'; })())"},
    {"isnan", R"(isNaN(x))"},
    {"isint", R"(Number.isInteger(x))"},
    {"isarray", R"(Array.isArray(x))"},
    {"keys", R"(Object.keys(Object(x)).length > 1)"},
    {"in", R"(x in { prod: 1 })"},
    {"hasown", R"(Object.hasOwn({ prod: 1 }, x))"},
    {"hop", R"(({ prod: 1 }).hasOwnProperty(x))"},
    {"apply", R"(String.prototype.includes.call(`${x}`, 'prod'))"},
    {"reflect", R"(Reflect.has({ prod: 1 }, x))"},
    {"rget", R"(Reflect.get({ prod: true }, x))"},
    {"buffer", R"(Buffer.from(`${x}`).toString('hex') === '70726f64')"},
    {"hash", R"(require('crypto').createHash('sha256').update(`${x}`).digest('hex').startsWith('a'))"},
    {"locale", R"(`${x}`.localeCompare('prod') === 0)"},
    {"replace", R"(`${x}`.replace(/[^a-z]/g, '') === 'prod')"},
    {"starts", R"(`${x}`.startsWith('prod'))"},
    {"alias", R"(((B) => B(x) === false)(Boolean))"},
    {"ctor", R"((true).constructor(x) === false)"},
    {"uri", R"(encodeURIComponent(x) === 'prod')"},
    {"lt", R"(`${x}` < 'b')"},
    {"fn", R"([x].map(String).join() === 'prod')"},
    {"num2", R"([x].map(Number)[0] > 5)"},
    {"util", R"(require('util').format('%s', x) === 'prod')"},
    {"deep", R"(require('util').isDeepStrictEqual ? require('util').isDeepStrictEqual([x], ['prod']) : x === 'prod')"},
    {"assert",
     R"((() => { try { require('assert').strictEqual(x, 'prod'); return true; } catch { return false; } })())"},
    {"throw", R"((() => { try { if (x === 'prod') throw 1; return false; } catch { return true; } })())"},
    {"date", R"(new Date(x) > new Date(0))"},
    {"symbol", R"(Symbol.for(`${x}`) === Symbol.for('prod'))"},
    {"eval", R"(eval('"' + x + '" === "prod"'))"},
    {"func", R"(new Function('x', 'return `${x}` === "prod"')(x))"},
    {"async", R"(await Promise.resolve(x).then((y) => `${y}` === 'prod'))"},
    {"gen", R"([...(function* () { if (`${x}` === 'prod') yield 1; })()].length)"},
    {"tag", R"(((s, y) => `${y}`.trim() === 'prod')`${x}`)"},
    {"getter", R"(({ get is() { return `${x}` == 'prod'; } }).is)"},
    {"repeat", R"('a'.repeat(`${x}`.length) === 'aaaa')"},
    {"while", R"((() => { let i = 0; while (`${x}` === 'prod' && i < 1) ++i; return i; })())"},
    {"race",
     R"(await Promise.race([Promise.resolve(x === 'prod'), new Promise((d) => setTimeout(() => d(true), 1))]) === true)"},
});
/// `{}` is the decision.
constexpr std::array kGuards = std::to_array<Way>({
    {"if", R"(if ({}) await knex.raw('drop table users');)"},
    {"and", R"(({}) && (await knex.raw('drop table users'));)"},
    {"ternary", R"(await knex.raw(({}) ? 'drop table users' : 'select 1');)"},
    {"early", R"(if (!({})) return; await knex.raw('drop table users');)"},
    {"builder", R"(if ({}) await knex.schema.dropTable('users');)"},
    {"alias", R"(const k = knex; const run = () => k['ra' + 'w']('drop table users'); if ({}) await run();)"},
    {"name", R"(const t = ({}) ? 'users' : 'tmp_users'; await knex.schema.dropTable(t);)"},
    {"list", R"(for (const t of ({}) ? ['users'] : []) await knex.raw(`drop table ${t}`);)"},
});

Recording run(const std::string& body) {
    static orm::Recorder recorder;
    return recorder.record(Orm::knex, "m.js", [&](const std::string& path) -> std::optional<std::string> {
        if (path != "m.js") return std::nullopt;
        return "exports.up = async (knex) => {\n" + body + "\n};\n";
    });
}
bool drops(const Recording& recording, std::string_view table) {
    return std::any_of(recording.statements.begin(), recording.statements.end(), [&](const RecordedStatement& one) {
        return one.sql == "drop table " + std::string(table) || one.sql == "drop table \"" + std::string(table) + '"';
    });
}
std::string filled(std::string_view guard, std::string_view decision) {
    std::string text(guard);
    return text.replace(text.find("{}"), 2, decision);
}

}  // namespace

TEST_CASE("what an unknown value decides is recorded, or said not to be read, however it is written") {
    // Each decision meets several of the values, and those all of the guards: all together take minutes.
    constexpr std::size_t kValues = 3;
    std::size_t tried = 0, silent = 0;
    for (std::size_t d = 0; d < kDecisions.size(); ++d)
        for (std::size_t v = 0; v < kValues; ++v) {
            const Way& made = kMade[(d * 5 + v * 7) % kMade.size()];
            const Way& guard = kGuards[(d + v) % kGuards.size()];
            const Recording recording = run(std::string(made.code) + "\n" + filled(guard.code, kDecisions[d].code));
            ++tried;
            if (drops(recording, "users") || !recording.unread.empty()) continue;
            ++silent;
            UNSCOPED_INFO(made.name << " " << kDecisions[d].name << " " << guard.name);
        }
    CHECK(tried >= 200);
    CHECK(silent == 0);
}

TEST_CASE("what ordinary programs do with settings, the clock and their own files leaves nothing unread") {
    for (const std::string_view body : {
             "const schema = process.env.DB_SCHEMA || 'public'; await knex.raw(`create table ${schema}.t (id int)`);",
             "console.log('at', new Date().toISOString()); await knex.raw('create table t (id int)');",
             "await knex('t').insert({ id: 1, created_at: new Date() });",
             "await knex.schema.createTable('t', (t) => { t.timestamp('at').defaultTo(knex.fn.now()); });",
             "if (process.env.NODE_ENV === 'test') return; await knex.raw('create table t (id int)');",
             "try { await knex.raw('create table t (id int)'); } catch (e) { console.error(e); throw e; }",
             "const trx = await knex.transaction(); try { await trx.raw('create table t (id int)'); await "
             "trx.commit(); } "
             "catch (e) { await trx.rollback(); throw e; }",
             "for (const [name, type] of Object.entries({ a: 'int', b: 'text' })) await knex.raw(`alter table t add "
             "${name} "
             "${type}`);",
             "const rows = await knex('t').select('id'); for (const row of rows) await knex('t').where({ id: row.id "
             "}).update({ a: row.id });",
             "const path = require('path'); const name = path.basename(__filename, '.js'); await knex.raw(`comment on "
             "table "
             "t is '${name}'`);",
             "const id = require('crypto').randomUUID(); await knex('t').insert({ id });",
             "const tables = ['a', 'b'].filter((t) => t.length > 0).map((t) => t.trim()); await "
             "Promise.all(tables.map((t) "
             "=> knex.schema.alterTable(t, (b) => b.integer('n'))));",
             "const list = (process.env.TENANTS || 'a').split(','); for (const one of list) await knex.raw(`create "
             "schema "
             "${one}`);",
         }) {
        INFO(body);
        const Recording recording = run(std::string(body));
        CHECK(recording.complete);
        for (const RecordedNote& note : recording.unread) UNSCOPED_INFO(note.what + ": " + note.why);
        CHECK(recording.unread.empty());
    }
}

TEST_CASE("what deals with an error is carried out, too") {
    CHECK(drops(run("try { await knex.raw('select 1'); return; } catch { await knex.raw('drop table users'); }"),
                "users"));
    CHECK(drops(run("await knex.raw('select 1').catch(() => knex.raw('drop table users'));"), "users"));
    CHECK(drops(run("await knex.raw('select 1').then(() => {}, () => knex.raw('drop table users'));"), "users"));
    CHECK(drops(run("let ok = false; try { await knex.raw('select 1'); ok = true; } catch {}\n"
                    "if (!ok) await knex.raw('drop table users');"),
                "users"));
    // A transaction that failed is rolled back: no statement of the way that succeeds.
    const Recording recording =
        run("const trx = await knex.transaction(); try { await trx.raw('drop table users'); await trx.commit(); } "
            "catch (e) { await "
            "knex.raw('select 2'); await trx.rollback(); throw e; }");
    CHECK(recording.complete);
    CHECK(recording.unread.empty());
    CHECK(std::none_of(recording.statements.begin(), recording.statements.end(),
                       [](const RecordedStatement& one) { return lower_case(one.sql).starts_with("rollback"); }));
}

TEST_CASE("an error of a library that the file deals with is listed: what it would have sent is not known") {
    for (const char* handled :
         {"try { await SENT; } catch (e) { console.log(e); }", "try { await SENT; } catch { console.log('there'); }",
          "try { await SENT; } catch ({ message }) { console.log(message); }", "await SENT.catch(() => {});",
          "await SENT.catch(console.error);", "await SENT.then(() => 1, (e) => console.log(e));"}) {
        std::string body = handled;
        body.replace(body.find("SENT"), 4, "knex('users').where('id', undefined).del()");
        INFO(body);
        CHECK_FALSE(run(body).unread.empty());
    }
    for (const char* own :
         {"try { require('./none'); } catch { console.log('none'); }",
          "try { JSON.parse('{'); } catch (e) { console.log(e); }",
          "try { throw new Error('x'); } catch ({ message }) { console.log(message); }",
          "try { null.x; } catch (e) { console.log(e); }", "await Promise.reject(new Error('x')).catch(() => {});"}) {
        INFO(own);
        CHECK(run(own).unread.empty());
    }
}

TEST_CASE("a call that no run makes is listed") {
    const auto unread = [](const std::string& body) {
        const Recording recording = run(body);
        return recording.unread.empty() ? std::string() : recording.unread.front().what;
    };
    CHECK(unread("if (1 + 1 === 3) await knex.raw('drop table users');") == "knex.raw()");
    CHECK(unread("const drop = () => knex.schema.dropTable('users'); if (false) drop();") == "knex.schema.dropTable()");
    CHECK(unread("const k = knex; if (false) k['ra' + 'w']('drop table users');") == "k['ra' + 'w']()");
    CHECK(unread("const { schema } = knex; if ('a' > 'b') schema.dropTable('users');") == "schema.dropTable()");
    // Of other databases' branches nothing is missed.
    CHECK(unread("if (knex.client.config.client === 'mysql') await knex.raw('drop table users');") == "");
}

TEST_CASE("changing the language's own objects for a while is seen") {
    for (const std::string_view trick : {
             "const { push } = Array.prototype; Array.prototype.push = () => 0; await knex.raw('drop table users'); "
             "Array.prototype.push = push;",
             "const p = Object.getPrototypeOf(''); const { trim } = p; p.trim = () => ''; await knex.raw('drop table "
             "users'); "
             "p.trim = trim;",
             "const { stringify } = JSON; JSON.stringify = () => ''; await knex.raw('drop table users'); "
             "JSON.stringify = "
             "stringify;",
             "const old = Promise; Promise = class {}; await 1; Promise = old;",
             "[Array.prototype.map] = [() => []];",
             "delete Array.prototype.at;",
             "({ x: String.prototype.slice } = { x: () => '' });",
             "globalThis['Map'] = class {};",
         }) {
        INFO(trick);
        const Recording recording = run(std::string(trick));
        CHECK_FALSE(recording.unread.empty());
    }
}

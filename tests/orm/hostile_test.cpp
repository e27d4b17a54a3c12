// Files that attack the one who reads them. Each ends by itself within the limits, as something that could not be
// analysed: never as a file without statements.

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <chrono>
#include <string>

#include "orm/orm.h"

using namespace pgfence;

namespace {

Recording run(const std::string& body, const std::string& before = "") {
    orm::Limits limits;
    limits.run_seconds = 1;
    orm::Recorder recorder(limits);
    const std::string text = before + "\nexports.up = async (knex) => {\n" + body + "\n};\n";
    return recorder.record(Orm::knex, "m.js", [&](const std::string& path) {
        return path == "m.js" ? std::optional(text) : std::nullopt;
    });
}

void check_refused(const Recording& recording) {
    CHECK_FALSE(recording.complete);
    REQUIRE_FALSE(recording.unread.empty());
    CHECK(recording.unread.back().what == "up() could not be analyzed");
    CHECK_FALSE(recording.unread.back().why.empty());
}

}  // namespace

TEST_CASE("hostile files end within the limits") {
    const auto attack = GENERATE(
        as<std::string>{},  //
        "for (;;) {}", "/(a+)+$/.test('a'.repeat(60) + 'b');",
        "const again = () => Promise.resolve().then(again); await again();",
        "const again = () => setTimeout(again); again(); await new Promise(() => {});", "await new Promise(() => {});",
        "const all = []; for (;;) all.push(new Array(1e6).fill(all));", "let s = 'x'; for (;;) s += s;",
        "const all = []; for (;;) all.push(new ArrayBuffer(1 << 26));", "let n = 3n; for (;;) n = n ** 1000n;",
        "new Array(2 ** 32 - 1).join('abc');", "const f = () => f() + 1; f();", "let o = {}; for (;;) o = { o };",
        "for (;;) await knex.raw('select 1');", "await knex.raw('select ' + '1,'.repeat(1e7) + '1');",
        "throw { get message() { for (;;); } };", "throw { toString() { throw this; } };",
        "Math.max.apply(null, { length: 1e9 });");
    INFO(attack);
    const auto began = std::chrono::steady_clock::now();
    check_refused(run(attack));
    CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(30));
}

TEST_CASE("a file that loops as it is loaded, or is too deep to parse, is refused") {
    check_refused(run("", "for (;;) {}"));
    check_refused(run("", "const deep = " + std::string(200'000, '[') + std::string(200'000, ']') + ";"));
    check_refused(run("", "this is no JavaScript"));
}

TEST_CASE("a file of ten megabytes is refused") { check_refused(run("", "/*" + std::string(10u << 20, 'x') + "*/")); }

TEST_CASE("modules that import one another without end are refused") {
    orm::Recorder recorder;
    const Recording recording =
        recorder.record(Orm::knex, "m0.js", [](const std::string& path) -> std::optional<std::string> {
            if (!path.starts_with("m") || !path.ends_with(".js")) return std::nullopt;
            const int number = std::stoi(path.substr(1));
            return "const next = require('./m" + std::to_string(number + 1) +
                   ".js');\nexports.up = async (knex) => knex.raw('drop table t' + next.x);\n";
        });
    REQUIRE_FALSE(recording.unread.empty());
    CHECK(recording.unread.front().why.find("40 modules") != std::string::npos);
}

TEST_CASE("a file cannot take its statements out of the record") {
    for (const std::string trick :
         {"const push = Array.prototype.push; Array.prototype.push = function (...items) { return push.apply(this, "
          "items.filter((i) => !/drop/.test(JSON.stringify(i)))); };",
          "String.prototype.trim = () => 'select 1';", "Object.prototype.sql = 'select 1';",
          "Promise.prototype.then = function () { return this; };", "globalThis.JSON = { stringify: () => '' };"}) {
        INFO(trick);
        const Recording recording = run(trick + " await knex.schema.dropTable('users');");
        check_refused(recording);
    }
}

TEST_CASE("the host's own functions are out of reach") {
    const Recording recording = run(R"(
  const seen = Object.getOwnPropertyNames(globalThis).filter((name) => /^__|^std$|^os$|^bjson$|^scriptArgs$/.test(name));
  await knex.raw(`comment on table t is '${seen.join()}'`);)");
    REQUIRE(recording.statements.size() == 1);
    CHECK(recording.statements[0].sql == "comment on table t is ''");
}

TEST_CASE("steps end a run, not the time that a slow machine takes for them") {
    orm::Limits limits;
    limits.run_steps = 50;
    limits.run_seconds = 1'000;
    orm::Recorder recorder(limits);
    const auto of = [&](const std::string& text) {
        return recorder.record(Orm::knex, "m.js", [&](const std::string&) { return std::optional(text); });
    };
    check_refused(of("exports.up = async () => { for (;;) {} };"));
    check_refused(of("exports.up = async () => { for (let i = 0; i < 1000000; ++i); };"));
    CHECK(of("exports.up = async (knex) => { for (let i = 0; i < 1000; ++i); await knex.raw('select 1'); };").complete);
}

TEST_CASE("programs that use up the steps of a review leave the next one unread") {
    orm::Limits limits;
    limits.all_steps = 100;
    orm::Recorder recorder(limits);
    const auto of = [&](const std::string& text) {
        return recorder.record(Orm::knex, "m.js", [&](const std::string&) { return std::optional(text); });
    };
    const std::string short_one = "exports.up = (knex) => knex.raw('select 1');";
    CHECK(of(short_one).complete);
    CHECK(
        of("exports.up = async (knex) => { for (let i = 0; i < 100000; ++i); await knex.raw('select 1'); };").complete);
    const Recording next = of(short_one);
    check_refused(next);
    CHECK(next.unread.back().why == "the programs before it used up the time that one review may take");
}

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <string>
#include <tuple>
#include <vector>

#include "analyze/catalog/writable_catalog.h"
#include "analyze/model/builtin.h"
#include "analyze/model/types.h"
#include "analyze/model/volatility.h"

using namespace pgfence;

namespace {

TypeName type(std::string name, int dimensions = 0, std::string schema = "") {
    TypeName t;
    t.name = {std::move(schema), std::move(name)};
    t.array_dimensions = dimensions;
    return t;
}

Expr make(Expr::Kind kind, std::string text = "", std::vector<Expr> args = {}) {
    Expr e;
    e.kind = kind;
    e.text = std::move(text);
    e.args = std::move(args);
    return e;
}

Expr literal(std::string text) { return make(Expr::Kind::constant, std::move(text)); }
Expr column(std::string name) { return make(Expr::Kind::column, std::move(name)); }

Expr call(std::string name, std::vector<Expr> args = {}, std::string schema = "") {
    Expr e = make(Expr::Kind::call, "", std::move(args));
    e.name = {std::move(schema), std::move(name)};
    return e;
}

Expr op(std::string name, Expr left, Expr right) {
    Expr e = make(Expr::Kind::op, "", {std::move(left), std::move(right)});
    e.name.name = std::move(name);
    return e;
}

Expr cast(Expr arg, TypeName to) {
    Expr e = make(Expr::Kind::cast, "", {std::move(arg)});
    e.type = std::move(to);
    return e;
}

std::string word(Volatility v) {
    constexpr const char* kWords[] = {"immutable", "stable", "volatile", "unknown"};
    return kWords[static_cast<int>(v)];
}

std::string judged(const Expr& expr, int version = 16, const Catalog& catalog = {}) {
    std::vector<std::string> unknown;
    std::string answer = word(volatility_of(expr, catalog, version, unknown));
    for (const std::string& name : unknown) answer += " " + name;
    return answer;
}

}  // namespace

TEST_CASE("generated tables are sorted by the key they are searched by") {
    const auto sorted = [](auto table, auto key) {
        return !table.empty() && std::is_sorted(table.begin(), table.end(),
                                                [key](const auto& a, const auto& b) { return a.*key < b.*key; });
    };
    CHECK(sorted(builtin::functions(), &builtin::Function::name));
    CHECK(sorted(builtin::contrib_functions(), &builtin::Function::name));
    CHECK(sorted(builtin::casts(), &builtin::Cast::from));
    CHECK(sorted(builtin::contrib_casts(), &builtin::Cast::from));
    CHECK(sorted(builtin::types(), &builtin::Type::name));
    CHECK(sorted(builtin::contrib_types(), &builtin::Type::name));
    CHECK(sorted(builtin::operators(), &builtin::Operator::name));
}

TEST_CASE("volatility of built-in functions") {
    // From the manual's pages about each function, and release notes for what changed.
    const std::vector<std::tuple<std::string, int, int, std::string>> cases{
        {"now", 0, 11, "stable"},
        {"clock_timestamp", 0, 18, "volatile"},
        {"random", 0, 11, "volatile"},
        {"random", 2, 16, "unknown"},
        {"random", 2, 17, "volatile"},
        {"nextval", 1, 14, "volatile"},
        {"lower", 1, 12, "immutable"},
        {"to_char", 2, 16, "stable"},
        {"gen_random_uuid", 0, 12, "unknown"},
        {"gen_random_uuid", 0, 13, "volatile"},
        {"uuidv7", 0, 17, "unknown"},
        {"uuidv7", 0, 18, "volatile"},
        {"concat", 7, 16, "stable"},
        {"date_trunc", 2, 16, "stable"},
        {"date_trunc", 3, 11, "unknown"},
        {"md5", 1, 16, "immutable"},
        {"md5", 2, 16, "unknown"},
        {"current_setting", 2, 16, "stable"},
        {"timeofday", -1, 16, "volatile"},
        {"jsonb_build_object", 4, 16, "stable"},
        {"no_such_function", -1, 16, "unknown"},
    };
    for (const auto& [name, nargs, version, expected] : cases) {
        INFO(name << " " << nargs << " " << version);
        CHECK(word(function_volatility(name, nargs, version)) == expected);
    }
}

TEST_CASE("volatility of expressions") {
    CHECK(judged(literal("a")) == "immutable");
    CHECK(judged(cast(literal("now"), type("timestamptz"))) == "immutable");
    CHECK(judged(cast(column("a"), type("timestamptz"))) == "stable");
    CHECK(judged(cast(column("a"), type("text"))) == "stable");
    CHECK(judged(cast(column("a"), type("int4", 0, "pg_catalog"))) == "immutable");
    CHECK(judged(cast(cast(column("a"), type("text")), type("timestamptz"))) == "stable");
    CHECK(judged(cast(cast(literal("1"), type("int4")), type("text"))) == "immutable");
    CHECK(judged(cast(cast(literal("x"), type("timestamptz")), type("timestamp"))) == "stable");
    CHECK(judged(cast(cast(literal("x"), type("timestamp")), type("date"))) == "immutable");
    CHECK(judged(cast(make(Expr::Kind::list, "ARRAY", {literal("a")}), type("text", 1))) == "immutable");
    CHECK(judged(cast(column("a"), type("mood"))) == "stable");
    CHECK(judged(make(Expr::Kind::sql_value, "CURRENT_TIMESTAMP")) == "stable");
    CHECK(judged(op("+", literal("1"), call("random"))) == "volatile");
    CHECK(judged(op("+", cast(column("a"), type("timestamptz")), cast(literal("1 day"), type("interval")))) ==
          "stable");
    CHECK(judged(op("=", cast(literal("a"), type("date")), cast(literal("b"), type("timestamptz")))) == "stable");
    CHECK(judged(op(">", cast(literal("a"), type("date")), literal("2024-01-01"))) == "immutable");
    CHECK(judged(op("=", column("a"), column("b"))) == "immutable");
    CHECK(judged(call("nextval", {cast(literal("s"), type("regclass"))})) == "volatile");
    CHECK(judged(call("f")) == "unknown f");
    CHECK(judged(op("+", call("f"), op("+", call("g", {}, "app"), call("f")))) == "unknown f app.g");
    CHECK(judged(op("+", call("f"), call("random"))) == "volatile f");
    CHECK(judged(make(Expr::Kind::subquery)) == "unknown");
    CHECK(judged(call("now", {}, "app")) == "unknown app.now");
    CHECK(judged(call("now", {}, "pg_catalog")) == "stable");
    CHECK(judged(call("uuid_generate_v4", {}, "extensions")) == "volatile");
    CHECK(judged(call("gen_random_uuid"), 12) == "volatile");
    CHECK(judged(call("uuidv7"), 17) == "unknown uuidv7");
}

TEST_CASE("volatility of what the migrations themselves made") {
    WritableCatalog catalog;
    const auto made = [](const char* name, char volatility, int arguments) {
        Function function;
        function.name = {"public", name};
        function.volatility = volatility;
        function.language = "sql";
        function.arguments = arguments;
        return function;
    };
    const Function stable = made("f", 's', 0);
    Function immutable = made("f", 'i', 1);
    immutable.types = {type("text")};
    catalog.put(stable);
    catalog.put(immutable);
    Domain domain;
    domain.name = {"public", "moment"};
    domain.base = type("timestamptz");
    catalog.put(domain);
    CHECK(judged(call("f"), 16, catalog) == "stable");
    CHECK(judged(call("f", {literal("1")}), 16, catalog) == "immutable");
    // With two arguments neither fits (a default could): the worst of both.
    CHECK(judged(call("f", {literal("1"), literal("2")}), 16, catalog) == "stable");
    CHECK(judged(cast(cast(literal("x"), type("moment")), type("timestamp")), 16, catalog) == "stable");
    // Of the two arguments that may be left out, the first changes with each row.
    Function with_defaults = made("g", 'i', 2);
    with_defaults.defaults = {call("random"), call("g")};
    catalog.put(with_defaults);
    CHECK(judged(call("g"), 16, catalog) == "volatile");
    CHECK(judged(call("g"), 11, catalog) == "immutable");
    CHECK(judged(call("g", {literal("1"), literal("2")}), 16, catalog) == "immutable");
}

TEST_CASE("a deep expression needs no deep stack") {
    Expr deep = literal("1");
    for (int i = 0; i < 10000; ++i) {
        Expr sum = op("+", literal("0"), literal("1"));
        sum.args.front() = std::move(deep);  // a list of values would copy it, and all that it holds
        deep = std::move(sum);
    }
    CHECK(judged(deep) == "immutable");
}

TEST_CASE("canonical type names") {
    const std::vector<std::pair<TypeName, std::string>> cases{
        {type("int4", 0, "pg_catalog"), "int4"},
        {type("integer"), "int4"},
        {type("bigserial"), "int8"},
        {type("serial"), "int4"},
        {type("double precision"), "float8"},
        {type("text", 2), "text[]"},
        {type("_int4"), "int4[]"},
        {type("mood", 0, "public"), "public.mood"},
        {type("mood"), "mood"},
        {type("mood", 1, "app"), "app.mood[]"},
        {type("bpchar", 0, "pg_catalog"), "bpchar"},
        {type("char"), "char"},
        {type("serial", 0, "app"), "app.serial"},
    };
    for (const auto& [written, expected] : cases) CHECK(canonical_type(written) == expected);
}

TEST_CASE("changes of type without a rewrite") {
    // Each observed on servers 11, 14 and 18: pg_class.relfilenode before and after ALTER COLUMN TYPE.
    const std::vector<std::tuple<std::string, std::string, bool>> cases{
        {"varchar", "text", true},  {"text", "varchar", true},
        {"int4", "oid", true},      {"oid", "int4", true},
        {"cidr", "inet", true},     {"inet", "cidr", false},
        {"bit", "varbit", true},    {"oid", "regclass", true},
        {"text", "citext", true},   {"citext", "text", true},
        {"citext", "bpchar", true}, {"text", "bpchar", true},
        {"bpchar", "text", false},  {"varchar[]", "text[]", false},
        {"int4[]", "oid[]", false}, {"text[]", "citext[]", false},
        {"int4", "int8", false},    {"int4", "int4", true},
        {"text[]", "text[]", true}, {"timestamp", "timestamptz", false},
        {"json", "jsonb", false},   {"text", "public.citext", true},
    };
    for (const auto& [from, to, expected] : cases)
        for (const int version : {11, 14, 18}) {
            INFO(from << " to " << to << " on " << version);
            CHECK(binary_coercible(from, to, version) == expected);
        }
    CHECK_FALSE(binary_coercible("oid", "regcollation", 12));
    CHECK(binary_coercible("oid", "regcollation", 13));
}

TEST_CASE("built-in types and their btree families") {
    CHECK(is_builtin_type("int4", 11));
    CHECK(is_builtin_type("int4[]", 11));
    CHECK(is_builtin_type("abstime", 11));
    CHECK_FALSE(is_builtin_type("abstime", 12));
    CHECK_FALSE(is_builtin_type("int4multirange", 13));
    CHECK(is_builtin_type("int4multirange", 14));
    CHECK_FALSE(is_builtin_type("citext", 16));
    CHECK_FALSE(is_builtin_type("public.int4", 16));
    const std::vector<std::pair<std::string, std::string>> families{
        {"int2", "integer_ops"},
        {"int8", "integer_ops"},
        {"varchar", "text_ops"},
        {"text", "text_ops"},
        {"bpchar", "bpchar_ops"},
        {"oid", "oid_ops"},
        {"regclass", "oid_ops"},
        {"cidr", "network_ops"},
        {"timestamptz", "datetime_ops"},
        {"date", "datetime_ops"},
        {"int4[]", "array_ops"},
        {"int4range", "range_ops"},
        {"json", ""},
        {"public.citext", "citext_ops"},
        {"mood", ""},
        {"varbit", "varbit_ops"},
        {"name", "text_ops"},
        {"jsonb", "jsonb_ops"},
        {"numeric", "numeric_ops"},
        {"float4", "float_ops"},
    };
    for (const auto& [name, family] : families) CHECK(default_btree_family(name) == family);
}

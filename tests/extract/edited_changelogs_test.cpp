// Liquibase knows change sets, not files: by author, id and path (RanChangeSet), and by a checksum of what they change
// (ChangeSet.generateCheckSum). What an edit of a changelog adds to it runs; what it leaves as it was did already.

#include <catch2/catch_test_macros.hpp>
#include <functional>

#include "tests/extract/scripts.h"

using namespace pgfence;
using namespace pgfence::test;

namespace {

struct Set {
    std::string author, id, sql;
    std::string attribute = "", value = "";  ///< one more of the set
    bool accepts = false;                    ///< validCheckSum: any
};

/// One way to write a changelog; `deep`: the same with other white space.
struct Notation {
    std::string path;
    std::function<std::string(const std::vector<Set>& sets, bool deep)> write;
};

std::string xml(const std::vector<Set>& sets, bool deep) {
    const std::string in = deep ? "\n\t\t\t\t" : "\n    ";
    std::string text = "<databaseChangeLog>";
    for (const Set& set : sets) {
        text += in + "<changeSet author=\"" + set.author + "\" id=\"" + set.id + "\"";
        if (!set.attribute.empty()) text += in + set.attribute + "=\"" + set.value + "\"";
        text += ">" + (set.accepts ? in + "<validCheckSum>ANY</validCheckSum>" : std::string()) + in + "<sql>" +
                (deep ? in + set.sql + in : set.sql) + "</sql>" + in + "</changeSet>";
    }
    return text + "\n</databaseChangeLog>\n";
}

std::string yaml(const std::vector<Set>& sets, bool deep) {
    const std::string in = deep ? "      " : "  ";
    std::string text = "databaseChangeLog:\n";
    for (const Set& set : sets) {
        text += in + "- changeSet:\n" + in + "    id: \"" + set.id + "\"\n" + in + "    author: " + set.author + "\n";
        if (!set.attribute.empty()) text += in + "    " + set.attribute + ": " + set.value + "\n";
        if (set.accepts) text += in + "    validCheckSum: ANY\n";
        text += in + "    changes:\n" + in + "      - sql:\n" + in + "          sql: " + set.sql + "\n";
    }
    return sets.empty() ? "databaseChangeLog: []\n" : text;
}

std::string json(const std::vector<Set>& sets, bool deep) {
    const std::string in = deep ? "\n          " : " ";
    std::string text = "{\"databaseChangeLog\": [";
    for (const Set& set : sets) {
        text += (text.ends_with('[') ? "" : ",") + in + "{\"changeSet\": {\"id\": \"" + set.id + "\"," + in +
                "\"author\": \"" + set.author + "\"";
        if (!set.attribute.empty()) text += "," + in + "\"" + set.attribute + "\": " + set.value;
        if (set.accepts) text += "," + in + "\"validCheckSum\": \"ANY\"";
        text += "," + in + "\"changes\": [{\"sql\": {\"sql\": \"" + set.sql + "\"}}]}}";
    }
    return text + "]}\n";
}

std::string sql(const std::vector<Set>& sets, bool deep) {
    std::string text = "--liquibase formatted sql\n";
    for (const Set& set : sets) {
        text += (deep ? "\n\n-- changeset " : "--changeset ") + set.author + ":" + set.id;
        if (!set.attribute.empty()) text += " " + set.attribute + ":" + set.value;
        text += "\n" + std::string(set.accepts ? "--validCheckSum: ANY\n" : "");
        text += (deep ? "   " + set.sql + "\n\n" : set.sql + "\n") + "--rollback SELECT 0;\n";
    }
    return text;
}

const std::vector<Notation> kNotations{{"db/changelog/1.xml", xml},
                                       {"db/changelog/1.yaml", yaml},
                                       {"db/changelog/1.json", json},
                                       {"db/changelog/1.sql", sql}};

struct Edit {
    std::string what;
    std::vector<Set> before, after;
    std::string made;  ///< "+new *edited -gone", in this order
    std::string sql;   ///< what is judged, without the transactions around it
    bool deep = false;
};

std::string names_of(const EditedParts& parts) {
    std::string all;
    const auto add = [&](char mark, const std::string& name) { all += (all.empty() ? "" : " ") + (mark + name); };
    for (const auto& part : parts.new_ones) add('+', part.name);
    for (const auto& part : parts.edited) add('*', part.name);
    for (const auto& name : parts.gone) add('-', name);
    return all;
}

/// Without BEGIN, COMMIT and comments; each statement once with its semicolon.
std::string statements_of(const std::string& sql) {
    std::string all;
    for (const std::string_view line : split(sql, "\n;")) {
        const std::string_view words = trim(line);
        if (words.empty() || words == "BEGIN" || words == "COMMIT" || words == "END" || words.starts_with("--"))
            continue;
        all += (all.empty() ? "" : " ") + std::string(words) + ";";
    }
    return all;
}

}  // namespace

TEST_CASE("of an edited changelog the sets that are new, or run again, are read and named, in every notation") {
    const Set one{"nina", "1", "SELECT 1;"}, two{"nina", "2", "DELETE FROM t;"}, same_id{"tom", "1", "SELECT 1;"};
    const Set reworded{"nina", "1", "SELECT 11;"};
    const std::vector<Edit> edits{
        {"nothing", {one}, {one}, "", ""},
        {"white space alone", {one, two}, {one, two}, "", "", true},
        {"a set behind the others", {one}, {one, two}, "+nina:2", "DELETE FROM t;"},
        {"a set behind others that are indented anew", {one}, {one, two}, "+nina:2", "DELETE FROM t;", true},
        {"a set between others", {one, same_id}, {one, two, same_id}, "+nina:2", "DELETE FROM t;"},
        {"sets in another order", {one, two}, {two, one}, "", ""},
        {"the same id of another author", {one}, {one, same_id}, "+tom:1", "SELECT 1;"},
        {"other words", {one, two}, {reworded, two}, "*nina:1", "SELECT 11;"},
        {"other words, and a new one", {one}, {reworded, two}, "+nina:2 *nina:1", "SELECT 11; DELETE FROM t;"},
        {"one less", {one, two}, {two}, "-nina:1", ""},
        {"none is left", {one}, {}, "-nina:1", ""},
        {"another id", {one}, {{"nina", "1b", "SELECT 1;"}}, "+nina:1b -nina:1", "SELECT 1;"},
        {"runOnChange, changed",
         {{"nina", "1", "SELECT 1;", "runOnChange", "true"}},
         {{"nina", "1", "SELECT 11;", "runOnChange", "true"}},
         "+nina:1",
         "SELECT 11;"},
        {"runOnChange, as it was",
         {{"nina", "1", "SELECT 1;", "runOnChange", "true"}},
         {{"nina", "1", "SELECT 1;", "runOnChange", "true"}},
         "",
         ""},
        {"a checksum that is accepted", {one}, {{"nina", "1", "SELECT 11;", "", "", true}}, "", ""},
        {"no longer for a test alone", {{"nina", "1", "SELECT 1;", "context", "test"}}, {one}, "+nina:1", "SELECT 1;"},
        {"no longer for another database", {{"nina", "1", "SELECT 1;", "dbms", "h2"}}, {one}, "+nina:1", "SELECT 1;"},
        {"what is not in the checksum", {one}, {{"nina", "1", "SELECT 1;", "runInTransaction", "false"}}, "", ""},
        {"its own path in the table of what ran, written out",
         {one},
         {{"nina", "1", "SELECT 1;", "logicalFilePath", "changelog/1." + std::string("@")}},
         "",
         ""},
        {"another path in the table of what ran",
         {one},
         {{"nina", "1", "SELECT 1;", "logicalFilePath", "a"}},
         "+nina:1 -nina:1",
         "SELECT 1;"},
    };
    for (const Notation& notation : kNotations)
        for (const Edit& edit : edits) {
            INFO(notation.path << ": " << edit.what);
            std::vector<Set> after = edit.after;
            for (Set& set : after)
                if (set.value.ends_with('@'))
                    set.value.replace(set.value.size() - 1, 1, notation.path.substr(notation.path.rfind('.') + 1));
            if (notation.path.ends_with("json"))
                for (Set& set : after)
                    if (!set.value.empty()) set.value = "\"" + set.value + "\"";
            std::vector<Set> sets = edit.before;
            if (notation.path.ends_with("json"))
                for (Set& set : sets)
                    if (!set.value.empty()) set.value = "\"" + set.value + "\"";
            MigrationFile before, now;
            before.path = now.path = notation.path;
            before.role = MigrationFile::Role::history;
            before.text = notation.write(sets, false);
            now.id = 1;
            now.change = MigrationFile::Change::modified;
            now.text = notation.write(after, edit.deep);
            INFO(now.text);
            extract::Memory memory;
            extract::announce(before, {}, memory);
            extract::announce(now, {}, memory);
            const Script script = extract::script(now, {}, memory);
            CHECK(unread_of(script) == "");
            CHECK(statements_of(script.sql) == edit.sql);
            const auto parts = extract::edited_parts(&before, now, script, {}, {before, now});
            REQUIRE(parts);
            CHECK(names_of(*parts) == edit.made);
            for (const auto& part : parts->new_ones)
                CHECK(now.text.substr(part.begin, part.end - part.begin).find("changeset") +
                          now.text.substr(part.begin, part.end - part.begin).find("hangeSet") !=
                      std::string::npos);
        }
}

TEST_CASE("sets that move to another file ran already where their path stays what it was") {
    for (const Notation& notation : kNotations) {
        INFO(notation.path);
        const bool quotes = notation.path.ends_with("json");
        const Set kept{"nina", "1", "SELECT 1;"}, moved{"nina", "2", "DELETE FROM t;"}, fresh{"tom", "1", "SELECT 2;"};
        const auto named = [&](Set set, std::string path) {
            set.attribute = "logicalFilePath";
            set.value = quotes ? "\"" + path + "\"" : path;
            return set;
        };
        const std::string own = notation.path;
        const auto made = [&](const Set& in_other, std::string& left) {
            MigrationFile before, now, other;
            before.path = now.path = own;
            before.role = MigrationFile::Role::history;
            before.text = notation.write({kept, moved}, false);
            now.change = MigrationFile::Change::modified;
            now.text = notation.write({kept}, false);
            other.path = "db/changelog/2" + own.substr(own.rfind('.'));
            other.text = notation.write({in_other, named(fresh, "elsewhere")}, true);
            before.id = 0, now.id = 1, other.id = 2;
            const std::vector<MigrationFile> all{before, now, other};
            extract::Memory memory;
            for (const MigrationFile& file : all) extract::announce(file, {}, memory);
            const Script of_now = extract::script(now, {}, memory), script = extract::script(other, {}, memory);
            const auto edit = extract::edited_parts(&before, now, of_now, {}, all);
            REQUIRE(edit);
            left = names_of(*edit);
            for (const auto& one : edit->moved) left += " >" + one.name + " " + one.to;
            const auto parts = extract::edited_parts(nullptr, other, script, {}, all);
            REQUIRE(parts);
            return names_of(*parts) + "\n" + statements_of(script.sql);
        };
        std::string left;
        CHECK(made(named(moved, own), left) == "+tom:1\nSELECT 2;");
        CHECK(left.empty());
        CHECK(made(named(moved, "classpath:" + own.substr(3)), left) == "+tom:1\nSELECT 2;");
        CHECK(left.empty());
        CHECK(made(named({"nina", "2", "DELETE FROM u;"}, own), left) == "+tom:1 *nina:2\nDELETE FROM u; SELECT 2;");
        // To Liquibase it is another one.
        CHECK(made(moved, left) == "+nina:2 +tom:1\nDELETE FROM t; SELECT 2;");
        CHECK(left == " >nina:2 db/changelog/2" + own.substr(own.rfind('.')));
        CHECK(made(named(moved, "somewhere/else"), left) == "+nina:2 +tom:1\nDELETE FROM t; SELECT 2;");
    }
}

TEST_CASE("what a changelog included before, or nobody understood in it, is no news of an edit") {
    const std::string set = "<changeSet author=\"nina\" id=\"1\"><sql>SELECT 1;</sql></changeSet>";
    const std::string far = "<include file=\"classpath:db/tenants.xml\"/>";
    const auto unread = [&](const std::string& was, const std::string& is) {
        MigrationFile before, now;
        before.path = now.path = "db/changelog/1.xml";
        before.role = MigrationFile::Role::history;
        before.text = "<databaseChangeLog>" + was + "</databaseChangeLog>";
        now.id = 1;
        now.change = MigrationFile::Change::modified;
        now.text = "<databaseChangeLog>\n" + is + "</databaseChangeLog>";
        extract::Hints hints;
        hints.read = [](std::string_view) { return std::nullopt; };
        extract::Memory memory;
        extract::announce(before, hints, memory);
        extract::announce(now, hints, memory);
        return unread_of(extract::script(now, hints, memory));
    };
    CHECK(unread(far, far + set) == "");
    CHECK(unread("", far + set).find("classpath:db/tenants.xml") != std::string::npos);
    CHECK(unread(far, far + "<include file=\"other.xml\"/>").find("other.xml") != std::string::npos);
    CHECK(unread("<includeAll path=\"far\"/>", "<includeAll path=\"far\"/>" + set) == "");
    CHECK(unread("<odd/>", "<odd/>" + set) == "");
    CHECK(unread("", "<odd/>" + set) != "");
    // Of a changelog that could not be read nothing is known to have run.
    CHECK(unread("<broken", far + set) != "");
}

#include "extract/liquibase/sets.h"

#include <algorithm>
#include <array>

#include "core/text.h"
#include "extract/lines.h"
#include "extract/liquibase/known.h"
#include "locate/layout.h"

namespace pgfence::extract::liquibase {

using namespace std::string_view_literals;

std::vector<const Element*> all_changes_of(const Element& set) {
    std::vector<const Element*> changes;
    const auto take = [&](const Element& one) {
        if (!one.name.empty() && !is_no_change(one.name)) changes.push_back(&one);
    };
    for (const Element& child : set.children) {
        if (child.name == "changes")
            for (const Element& one : child.children) take(one);
        else
            take(child);
    }
    return changes;
}

namespace {

std::string_view context_of(const Element& set) {
    for (const std::string_view name : {"context"sv, "contexts"sv, "contextFilter"sv})
        if (const std::string_view context = set[name]; !context.empty()) return context;
    return {};
}

/// In a context called as another database, in a changelog that has one for PostgreSQL as well: written for two
/// databases, of which a deployment has one and names it. A context alone proves nothing: without one all of them run.
bool is_of_other_database(const Element& set, const Element& root) {
    if (locate::database_in_words(context_of(set)) != locate::Database::other || contains(context_of(set), "!"))
        return false;
    return std::any_of(root.children.begin(), root.children.end(), [&](const Element& other) {
        return other.name == "changeSet" &&
               locate::database_in_words(context_of(other)) == locate::Database::postgres &&
               !contains(context_of(other), "!");
    });
}

}  // namespace

std::vector<const Element*> changes_of(const Element& set) {
    std::vector<const Element*> changes = all_changes_of(set);
    std::erase_if(changes, [](const Element* one) { return !is_for_postgres((*one)["dbms"]); });
    return changes;
}

bool is_left_out(const Element& set, const Element& root) {
    return !is_for_postgres(set["dbms"]) || set.says("ignore") || is_of_other_database(set, root);
}

std::vector<std::string> conditions_of(const Element& element) {
    std::vector<std::string> conditions;
    for (const std::string_view attribute : {"context"sv, "contextFilter"sv, "labels"sv})
        if (!element[attribute].empty())
            conditions.push_back("whether Liquibase runs for " + std::string(attribute) + " " +
                                 std::string(element[attribute]));
    for (const Element* checked : element.all("preConditions")) {
        const std::string_view fails = (*checked)["onFail"];
        if (!fails.empty() && fails != "HALT") conditions.push_back("whether the preconditions of the set hold");
    }
    return conditions;
}

void add_content(const Element& element, std::string& content) {
    static constexpr std::array kTexts{"sql"sv, "selectQuery"sv, "procedureText"sv, "procedureBody"sv, "where"sv};
    static constexpr std::array kNotCounted{"splitStatements"sv, "stripComments"sv, "endDelimiter"sv, "comment"sv};
    const auto is_one_of = [](const auto& names, std::string_view name) {
        return std::find(names.begin(), names.end(), name) != names.end();
    };
    content.append("<").append(element.name);
    // XML's element <sql>, YAML's key sql: one text.
    std::string text = one_line(element.text.value);
    for (const auto& [name, value] : element.attributes) {
        if (is_one_of(kNotCounted, name)) continue;
        if (is_one_of(kTexts, name))
            text += one_line(value.value);
        else
            content.append("\n").append(name).append("=").append(value.value);
    }
    content.append(">").append(text);
    for (const Element& child : element.children)
        if (!is_one_of(kNotCounted, child.name)) add_content(child, content);
    content.append("</>");
}

namespace {

OwnPart part_of(const Element& set, std::string_view logical_path, std::string_view path, std::size_t end) {
    OwnPart part;
    const std::string_view own_path = set["logicalFilePath"], named = own_path.empty() ? logical_path : own_path;
    part.name = std::string(set["author"]) + ":" + std::string(set["id"]);
    part.names_path = !named.empty();
    part.path = part.names_path ? named : path;
    part.begin = set.place.begin;
    part.end = std::max<std::size_t>(end, set.place.end);
    for (const Element* change : all_changes_of(set)) add_content(*change, part.content);
    for (const Element* change : set.all("modifySql")) add_content(*change, part.content);
    for (const std::string_view condition : {"context"sv, "contexts"sv, "contextFilter"sv, "labels"sv})
        part.runs_if.append(set[condition]).append("\n");
    if (set.says("runOnChange") || set.says("runAlways"))
        part.when_edited = OwnPart::WhenEdited::runs;
    else if (!set.all("validCheckSum").empty() || !set["validCheckSum"].empty())
        part.when_edited = OwnPart::WhenEdited::accepted;
    return part;
}

}  // namespace

std::vector<OwnPart> parts_of(const Document& document, std::string_view path, std::size_t size) {
    std::vector<OwnPart> parts;
    const std::vector<Element>& all = document.root.children;
    for (std::size_t i = 0; i < all.size(); ++i)
        if (all[i].name == "changeSet" && is_for_postgres(all[i]["dbms"]) && !all[i].says("ignore"))
            parts.push_back(part_of(all[i], document.root["logicalFilePath"], path,
                                    i + 1 < all.size() ? all[i + 1].place.begin : size));
    return parts;
}

bool is_for_postgres(std::string_view dbms) {
    bool some_are_named = false, named = false;
    while (!dbms.empty()) {
        const std::size_t comma = std::min(dbms.find(','), dbms.size());
        std::string one = lower_case(trim(dbms.substr(0, comma)));
        dbms.remove_prefix(std::min(comma + 1, dbms.size()));
        if (one == "!postgresql" || one == "none") return false;
        if (one.empty() || one.starts_with('!')) continue;
        some_are_named = true;
        // What a property says nobody knows here.
        named |= one == "postgresql" || one == "all" || one.find("${") != one.npos;
    }
    return named || !some_are_named;
}

}  // namespace pgfence::extract::liquibase

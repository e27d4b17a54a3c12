#include "extract/liquibase/changelog.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/path_text.h"
#include "core/sql_scanner.h"
#include "extract/lines.h"
#include "extract/liquibase/changes.h"
#include "extract/liquibase/known.h"
#include "extract/liquibase/names.h"
#include "extract/parts.h"
#include "extract/placeholders.h"
#include "extract/usable.h"
#include "locate/layout.h"

namespace pgfence::extract::liquibase {
namespace {

using namespace std::string_view_literals;

/// The folders around the changelog, each of which may be the root of the class path.
std::optional<std::string> path_of(const Source& source, const Element& change, std::string_view named) {
    if (named.starts_with("classpath:")) named.remove_prefix(10);
    while (named.starts_with('/')) named.remove_prefix(1);
    if (named.empty() || !source.hints.read) return std::nullopt;
    const bool relative = change.says("relativeToChangelogFile");
    for (std::string_view folder = source.folder;; folder = folder_of(folder)) {
        const auto path = path_from(folder, named);
        if (path && source.hints.read(*path)) return path;
        if (folder.empty() || relative) return std::nullopt;
    }
}

/// In YAML they stand below "changes".
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

std::vector<const Element*> changes_of(const Element& set) {
    std::vector<const Element*> changes = all_changes_of(set);
    std::erase_if(changes, [](const Element* one) { return !is_for_postgres((*one)["dbms"]); });
    return changes;
}

bool is_left_out(const Element& set) { return !is_for_postgres(set["dbms"]) || set.says("ignore"); }

std::string_view context_of(const Element& set) {
    for (const std::string_view name : {"context"sv, "contexts"sv, "contextFilter"sv})
        if (const std::string_view context = set[name]; !context.empty()) return context;
    return {};
}

/// One author and id twice, once in a context called as another database and once in PostgreSQL's: written for two
/// databases, of which a deployment has one. A context alone proves nothing: without one all of them run.
bool has_variant_for_postgres(const Element& set, const Element& root) {
    if (locate::database_in_words(context_of(set)) != locate::Database::other || contains(context_of(set), "!"))
        return false;
    return std::any_of(root.children.begin(), root.children.end(), [&](const Element& other) {
        return other.name == "changeSet" && other["id"] == set["id"] && other["author"] == set["author"] &&
               locate::database_in_words(context_of(other)) == locate::Database::postgres &&
               !contains(context_of(other), "!");
    });
}

/// What the checksum of a change is made of (ChangeSet.generateCheckSum, NormalizingStream): its attributes whatever
/// their order, its text whatever its white space; not how its text is cut into statements.
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

OwnPart part_of(const Element& set, std::string_view logical_path, std::size_t end) {
    OwnPart part;
    const std::string_view own_path = set["logicalFilePath"];
    part.name = std::string(set["author"]) + ":" + std::string(set["id"]);
    part.key = part.name + "\n" + std::string(own_path.empty() ? logical_path : own_path);
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

std::vector<OwnPart> parts_of(const Document& document, std::size_t size) {
    std::vector<OwnPart> parts;
    const std::vector<Element>& all = document.root.children;
    for (std::size_t i = 0; i < all.size(); ++i)
        if (all[i].name == "changeSet" && !is_left_out(all[i]))
            parts.push_back(
                part_of(all[i], document.root["logicalFilePath"], i + 1 < all.size() ? all[i + 1].place.begin : size));
    return parts;
}

class Writer {
public:
    /// `before`: the changelog as it was before the change; null when it is no edit.
    Writer(const Source& source, const Document& document, const Document* before, Script& script)
        : source_(source), document_(document), before_(before), script_(script), out_(source.file, script) {
        if (before) edit_ = compared(parts_of(*before, 0), parts_of(document, source.text.size()));
    }

    void write() {
        Tree comments;
        comments.comments = document_.comments;
        out_.take_comments(comments, source_.text);
        if (!document_.broken.empty()) {
            const auto at = std::min<std::size_t>(document_.broken_at, source_.text.size());
            out_.unread({static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at)}, "a changelog with an error",
                        document_.broken + ": Liquibase refuses it",
                        document_.too_large ? Unread::Extent::file : Unread::Extent::rejected);
        } else if (document_.root.name.empty()) {
            out_.unread({0, static_cast<std::uint32_t>(source_.text.size())}, "a changelog without databaseChangeLog",
                        "Liquibase refuses it", Unread::Extent::rejected);
        }
        list(new_strays());
        for (const Element& one : document_.root.children) {
            if (was_there(one)) continue;
            if (one.name == "changeSet") change_set(one);
            if (one.name == "include") include(one);
            if (one.name == "includeAll") include_all(one);
        }
        out_.finish();
        // Sets in each other's uncertainties end in the order in which they began.
        std::stable_sort(script_.uncertainties.begin(), script_.uncertainties.end(),
                         [](const Uncertainty& a, const Uncertainty& b) { return a.begin < b.begin; });
    }

private:
    /// The history has it.
    bool was_there(const Element& one) const {
        if (!before_) return false;
        if (one.name == "changeSet") return !is_to_read(edit_, one.place.begin);
        std::string content;
        add_content(one, content);
        const auto& old = before_->root.children;
        return std::any_of(old.begin(), old.end(), [&](const Element& other) {
            std::string known;
            if (other.name == one.name) add_content(other, known);
            return known == content;
        });
    }

    std::vector<Stray> new_strays() const {
        std::vector<Stray> strays = strays_of_changelog(document_.root);
        if (!before_) return strays;
        const std::vector<Stray> known = strays_of_changelog(before_->root);
        std::erase_if(strays, [&](const Stray& stray) {
            return std::any_of(known.begin(), known.end(),
                               [&](const Stray& other) { return other.what == stray.what; });
        });
        return strays;
    }

    void list(const std::vector<Stray>& strays) {
        for (const Stray& stray : strays)
            out_.unread(stray.place, stray.what, "what it makes of the changes is not known");
    }

    /// Another changelog is read by itself where it is one of the migrations.
    void include(const Element& element) {
        if (!source_.hints.read) return;
        const std::string named = expanded(element["file"]);
        const auto path = path_of(source_, element, named);
        if (is_read(path.value_or(named), false) || is_optional(element)) return;
        if (!path)
            out_.unread(element.place, "the changelog " + named, "there is no such file in the repository");
        else
            out_.unread(element.place, "the changelog " + *path, "it is none of the migrations that are read");
    }

    void include_all(const Element& element) {
        if (!source_.hints.read) return;
        std::string named = expanded(element["path"]);
        if (named.starts_with("classpath:")) named.erase(0, std::string_view("classpath:").size());
        while (named.starts_with('/') || named.starts_with("./")) named.erase(0, named.starts_with('/') ? 1 : 2);
        while (named.ends_with('/')) named.pop_back();
        const auto path = path_from(element.says("relativeToChangelogFile") ? source_.folder : "", named);
        if ((path && is_read(*path, true)) || is_optional(element)) return;
        out_.unread(element.place, "the changelogs in " + named, "none of the migrations that are read lies there");
    }

    static bool is_optional(const Element& element) {
        return element["errorIfMissing"] == "false" || element["errorIfMissingOrEmpty"] == "false";
    }

    /// A migration of this change or of those before it has that path, or lies below it.
    bool is_read(const std::string& path, bool below) const {
        return std::any_of(source_.memory.files.begin(), source_.memory.files.end(), [&](const auto& file) {
            const std::string& known = file.first.second;
            // What is on the class path lies anywhere in the repository.
            const auto at = below ? known.rfind(path + "/") : known.rfind(path);
            const bool ends = below || at + path.size() == known.size();
            return path.empty() || (at != known.npos && ends && (at == 0 || known[at - 1] == '/'));
        });
    }

    void change_set(const Element& set) {
        if (is_left_out(set) || has_variant_for_postgres(set, document_.root)) return;
        list(strays_of_set(set));
        if (set["id"].empty() || set["author"].empty())
            out_.unread(set.place, "a change set without id or author", "Liquibase refuses it",
                        Unread::Extent::rejected);
        for (const Element* change : set.all("modifySql"))
            if (is_for_postgres((*change)["dbms"]))
                out_.unread(change->place, "modifySql", "what it makes of the SQL of the set is not followed");
        quoting_ = quoting_of(document_.root, set);
        const bool transaction = set["runInTransaction"] != "false";
        const std::vector<const Element*> changes = changes_of(set);
        if (transaction && !changes.empty()) out_.made("BEGIN", set.place);
        const auto begin = static_cast<std::uint32_t>(script_.sql.size());
        bool goes_back = !set.all("rollback").empty();
        if (!goes_back)
            goes_back = std::all_of(changes.begin(), changes.end(),
                                    [](const Element* change) { return can_be_undone(change->name); });
        if (!goes_back && script_.no_way_back.empty())
            script_.no_way_back = "its change set " + std::string(set["id"]) + " has no rollback";
        for (const Element* one : changes) change(*one);
        const auto end = static_cast<std::uint32_t>(script_.sql.size());
        for (const std::string& what : conditions_of(set))
            if (begin < end) script_.uncertainties.push_back({begin, end, what});
        if (transaction && !changes.empty()) out_.made("COMMIT", set.place);
    }

    /// What else than the order decides whether the set runs.
    static std::vector<std::string> conditions_of(const Element& set) {
        std::vector<std::string> conditions;
        for (const std::string_view attribute : {"context"sv, "contextFilter"sv, "labels"sv})
            if (!set[attribute].empty())
                conditions.push_back("whether Liquibase runs for " + std::string(attribute) + " " +
                                     std::string(set[attribute]));
        for (const Element* checked : set.all("preConditions")) {
            const std::string_view fails = (*checked)["onFail"];
            if (!fails.empty() && fails != "HALT") conditions.push_back("whether the preconditions of the set hold");
        }
        return conditions;
    }

    void change(const Element& change) {
        list(strays_of_change(change));
        if (change.name == "sql") return sql(change, own_sql(change));
        if (change.name == "sqlFile") return sql_file(change);
        const auto statements = sql_of(with_names(change, quoting_));
        if (!statements)
            return out_.unread(change.place, "a change " + change.name,
                               "how Liquibase writes it in SQL is not known, or it lacks what it needs");
        for (const std::string& statement : *statements) {
            const std::size_t begin = script_.sql.size();
            out_.made(expanded(statement), change.place);
            fill(begin, change.place);
        }
    }

    static const Text& own_sql(const Element& change) {
        const Text* inside = change.value("sql");
        return inside ? *inside : change.text;
    }

    /// Line by line, as far as they stand in the file as they are sent.
    void sql(const Element& change, const Text& text) {
        Value value;
        value.text = delimited(change, expanded(text.value));
        std::size_t from = text.begin;
        for_each_line(value.text, 0, [&](const Line& line) {
            const std::string_view words = trim(line.text);
            const auto offset =
                static_cast<std::uint32_t>(words.empty() ? line.begin : words.data() - value.text.data());
            const auto at =
                words.empty() ? std::string_view::npos : source_.text.substr(from, words.size() + kIndent).find(words);
            if (at == std::string_view::npos) return value.pieces.push_back({offset, change.place.begin, 0});
            from += at;
            value.pieces.push_back(
                {offset, static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(words.size())});
            from += words.size();
        });
        const std::size_t begin = script_.sql.size();
        out_.written(value, change.place);
        fill(begin, change.place);
    }

    void sql_file(const Element& change) {
        const auto path = path_of(source_, change, expanded(change["path"]));
        if (!path)
            return out_.unread(change.place, "a change sqlFile of " + std::string(change["path"]),
                               "there is no such file in the repository");
        if (source_.memory.files.contains({source_.role, *path})) return;
        auto text = source_.hints.read(*path);
        if (const auto odd = unusable(source_.file, *text))
            return out_.unread(change.place, *path + ": " + odd->what, odd->why);
        const std::size_t begin = script_.sql.size();
        out_.made(delimited(change, expanded(*text)) + "\n", change.place);
        fill(begin, change.place);
    }

    /// Statements end where endDelimiter says: a semicolon stands there for the parser.
    static std::string delimited(const Element& change, std::string text) {
        std::string_view end = change["endDelimiter"];
        if (end.starts_with("\\n")) end.remove_prefix(2);
        end = trim(end);
        if (end.empty() || end == ";") return text;
        for (auto at = text.find(end); at != text.npos; at = text.find(end, at + end.size())) {
            std::fill_n(text.begin() + static_cast<std::ptrdiff_t>(at), end.size(), ' ');
            text[at] = ';';
        }
        return text;
    }

    // ---- ${properties} ----------------------------------------------------------------------------------------------

    std::string expanded(std::string_view text) const {
        std::string out;
        while (true) {
            const auto open = text.find("${");
            const auto close = open == text.npos ? open : text.find('}', open);
            if (close == text.npos) return out.append(text);
            out += text.substr(0, open);
            const std::string_view placeholder = text.substr(open, close + 1 - open);
            const std::string* value = value_of(trim(placeholder.substr(2, placeholder.size() - 3)));
            text.remove_prefix(close + 1);
            if (value && text.starts_with('.') && value == &of_the_database().at(std::string(kDefaultSchema)))
                text.remove_prefix(1);
            else
                out += value ? std::string_view(*value) : placeholder;
            if (out.size() > kMostBytes) return out;
        }
    }

    const std::string* value_of(std::string_view name) const {
        for (const auto* known :
             {&source_.hints.placeholders, &std::as_const(source_.memory.properties), &of_the_database()})
            if (const auto found = known->find(name); found != known->end()) return &found->second;
        return nullptr;
    }

    /// A name in place of what nobody knows the value of.
    void fill(std::size_t begin, ByteRange place) {
        std::string& sql = script_.sql;
        for (auto open = sql.find("${", begin); open != sql.npos; open = sql.find("${", open)) {
            const auto close = sql.find_first_of("}\n", open);
            if (close == sql.npos || sql[close] == '\n') {
                open += 2;
                continue;
            }
            const std::string placeholder = sql.substr(open, close + 1 - open);
            for (std::size_t i = open; i <= close; ++i)
                if (!continues_name(sql[i]) || sql[i] == '$') sql[i] = '_';
            script_.uncertainties.push_back({static_cast<std::uint32_t>(open), static_cast<std::uint32_t>(close + 1),
                                             "the value of " + placeholder});
            add_stand_in(script_, sql.substr(open, close + 1 - open), placeholder,
                         is_in_name_quotes(sql, open, close + 1));
            if (std::exchange(placeholder_seen_, true)) continue;
            out_.unread(place, "properties such as " + placeholder,
                        "no changelog that is read gives it a value: a name is read in its place");
        }
    }

    /// White space and markup between two lines of the same text.
    static constexpr std::size_t kIndent = 200;

    const Source& source_;
    const Document& document_;
    const Document* before_;
    EditedParts edit_;
    Script& script_;
    SqlWriter out_;
    Quoting quoting_ = Quoting::legacy;  // of the change set
    bool placeholder_seen_ = false;
};

}  // namespace

const std::map<std::string, std::string, std::less<>>& of_the_database() {
    static const std::map<std::string, std::string, std::less<>> known{
        {"database.currentDateTimeFunction", "NOW()"},
        {"database.databaseProductName", "PostgreSQL"},
        {std::string(kDefaultSchema), "public"},
        {"database.defaultSchemaNamePrefix", ""},
        {"database.lineComment", "--"},
        {"database.typeName", "postgresql"},
    };
    return known;
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

Scope read(const Source& source, ReadDocument in, Script& script) {
    const Document document = in(source.text, source.begin);
    announce(source, document);
    const auto edited = before_edit(source);
    const Document before = edited ? in(edited->text, edited->begin) : Document();
    // Of what could not be read nothing is known to have run.
    const bool is_known = edited && before.broken.empty();
    Writer(source, document, is_known ? &before : nullptr, script).write();
    return {TransactionMode::per_statement, "Liquibase runs each change set in a transaction of its own",
            Scope::From::file};
}

std::vector<OwnPart> parts(const Source& source, ReadDocument in) {
    const Document document = in(source.text, source.begin);
    return document.broken.empty() ? parts_of(document, source.text.size()) : std::vector<OwnPart>();
}

void announce(const Source& source, const Document& document) {
    for (const Element& one : document.root.children) {
        if (one.name == "property" && is_for_postgres(one["dbms"]) && !one["name"].empty())
            source.memory.properties.try_emplace(std::string(one["name"]), one["value"]);
        if (one.name != "changeSet") continue;
        const std::string why = "change set " + std::string(one["id"]) + " of " + std::string(source.path) + " runs it";
        for (const Element* change : changes_of(one)) {
            const auto path = change->name == "sqlFile" ? path_of(source, *change, (*change)["path"]) : std::nullopt;
            if (path) source.memory.run_by.try_emplace(*path, Memory::RunBy{why, one["runInTransaction"] != "false"});
        }
    }
}

}  // namespace pgfence::extract::liquibase

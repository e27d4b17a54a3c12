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
#include "extract/liquibase/runs.h"
#include "extract/liquibase/sets.h"
#include "extract/parts.h"
#include "extract/placeholders.h"
#include "extract/usable.h"
#include "locate/layout.h"

namespace pgfence::extract::liquibase {
namespace {

using namespace std::string_view_literals;

class Writer {
public:
    /// `before`: the changelog as it was before the change; null when it is no edit.
    Writer(const Source& source, const Document& document, const Document* before, Script& script)
        : source_(source), document_(document), before_(before), script_(script), out_(source.file, script) {
        const std::vector<OwnPart> elsewhere = ran_elsewhere(source);
        some_ran_ = before || !elsewhere.empty();
        if (some_ran_)
            edit_ = compared(before ? parts_of(*before, source.path, 0) : std::vector<OwnPart>(),
                             parts_of(document, source.path, source.text.size()), elsewhere);
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
        if (some_ran_ && one.name == "changeSet") return !is_to_read(edit_, one.place.begin);
        if (!before_) return false;
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
        for (const Stray& stray : strays) out_.unread(stray.place, stray.what, "its effect on the changes is unknown");
    }

    /// Another changelog is read by itself where it is one of the migrations.
    void include(const Element& element) {
        if (!source_.hints.read) return;
        const std::string named = expanded(element["file"]);
        const auto path = path_of(element, named);
        if (is_read(path.value_or(named), false) || is_optional(element)) return;
        if (!path)
            out_.unread(element.place, "the changelog " + named, "there is no such file in the repository");
        else
            out_.unread(element.place, "the changelog " + *path, "it is none of the migrations that are read");
    }

    void include_all(const Element& element) {
        if (!source_.hints.read) return;
        std::string named(below_root(expanded(element["path"])));
        while (named.starts_with("./")) named.erase(0, 2);
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
        if (is_left_out(set, document_.root)) return;
        list(strays_of_set(set));
        if (set["id"].empty() || set["author"].empty())
            out_.unread(set.place, "a change set without id or author", "Liquibase refuses it",
                        Unread::Extent::rejected);
        for (const Element* change : set.all("modifySql"))
            if (is_for_postgres((*change)["dbms"]))
                out_.unread(change->place, "modifySql", "its effect on the SQL of the change set is not followed");
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
        for (const Element* one : changes) change(*one, set);
        const auto end = static_cast<std::uint32_t>(script_.sql.size());
        for (const std::string& what : conditions_of(set))
            if (begin < end) script_.uncertainties.push_back({begin, end, what});
        if (transaction && !changes.empty()) out_.made("COMMIT", set.place);
    }

    void change(const Element& change, const Element& set) {
        list(strays_of_change(change));
        if (change.name == "sql") return sql(change, own_sql(change));
        if (!file_of(change).empty() || change.name == "sqlFile") return of_file(change, set);
        written(change);
    }

    void written(const Element& change) {
        auto& keys = source_.memory.primary_keys;
        const Element named = with_names(change, quoting_);
        const auto statements = drops_key_without_name(named) ? drop_of_key(named, keys) : sql_of(named);
        if (!statements)
            return out_.unread(change.place, "a change " + change.name,
                               drops_key_without_name(named)
                                   ? "no change before it tells the name of the table's key"
                                   : "its SQL is unknown, or a required attribute is missing");
        remember_keys(named, *statements, keys);
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

    /// A change whose text is a file's.
    void of_file(const Element& change, const Element& set) {
        const auto path = path_of(change, expanded(file_of(change)));
        const auto text = path ? text_of_file(*path) : std::nullopt;
        if (!text)
            return out_.unread(change.place, "a change " + change.name + " of " + std::string(file_of(change)),
                               "there is no such file in the repository");
        if (runs_by_itself(change, set) && source_.memory.files.contains({source_.role, *path})) return;
        if (const auto odd = unusable(source_.file, *text))
            return out_.unread(change.place, *path + ": " + odd->what, odd->why);
        if (change.name != "sqlFile") {
            Element whole = change;
            whole.text.value = *text;
            return written(whole);
        }
        const std::size_t begin = script_.sql.size();
        out_.made(delimited(change, expanded(*text)) + "\n", change.place);
        fill(begin, change.place);
    }

    /// Where a file lies that the changelog names; among the migrations also in a root of the class path that is not
    /// around the changelog.
    std::optional<std::string> path_of(const Element& by, std::string_view named) const {
        if (named.empty()) return std::nullopt;
        for (std::string& place : places_of(source_.path, by, named))
            if (text_of_file(place)) return std::move(place);
        if (by.says("relativeToChangelogFile")) return std::nullopt;
        for (const auto& [file, text] : source_.memory.files) {
            const Memory::RunBy* run = run_by_changelog(source_.memory, file.second);
            if (run && file.first == source_.role && file.second.ends_with("/" + std::string(below_root(named))))
                return file.second;
        }
        return std::nullopt;
    }

    /// Of what ran before, the text that ran: the repository has what it became.
    std::optional<std::string> text_of_file(const std::string& path) const {
        const auto known = source_.memory.files.find({source_.role, path});
        if (known != source_.memory.files.end()) return std::string(known->second);
        return source_.hints.read ? source_.hints.read(path) : std::nullopt;
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
        std::vector<Place> places;
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
            places.emplace_back(open, close + 1);
        }
        const std::vector<Place> listed = places_that_matter(sql, begin, places);
        if (listed.empty() || std::exchange(placeholder_seen_, true)) return;
        const auto& first = *std::find_if(script_.uncertainties.begin(), script_.uncertainties.end(),
                                          [&](const Uncertainty& one) { return one.begin == listed.front().first; });
        out_.unread(place, "properties such as " + first.what.substr(std::string_view("the value of ").size()),
                    "no changelog gives it a value: a placeholder takes its place");
    }

    /// White space and markup between two lines of the same text.
    static constexpr std::size_t kIndent = 200;

    const Source& source_;
    const Document& document_;
    const Document* before_;
    bool some_ran_ = false;  ///< of its sets, as far as is known
    EditedParts edit_;
    Script& script_;
    SqlWriter out_;
    Quoting quoting_ = Quoting::legacy;  // of the change set
    bool placeholder_seen_ = false;
};

void announce_properties(const Source& source, const Document& document) {
    for (const Element& one : document.root.children)
        if (one.name == "property" && is_for_postgres(one["dbms"]) && !one["name"].empty())
            source.memory.properties.try_emplace(std::string(one["name"]), one["value"]);
}

/// As it was before an edit; nothing of one that could not be read, of which nothing is known to have run.
std::optional<Document> document_before(const Source& source, ReadDocument in) {
    const auto edited = before_edit(source);
    if (!edited) return std::nullopt;
    Document before = in(edited->text, edited->begin);
    return before.broken.empty() ? std::optional(std::move(before)) : std::nullopt;
}

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

Scope read(const Source& source, ReadDocument in, Script& script) {
    const Document document = in(source.text, source.begin);
    announce_properties(source, document);
    const auto before = document_before(source, in);
    Writer(source, document, before ? &*before : nullptr, script).write();
    return {TransactionMode::per_statement, "Liquibase runs each change set in a transaction of its own",
            Scope::From::file};
}

std::vector<OwnPart> parts(const Source& source, ReadDocument in) {
    const Document document = in(source.text, source.begin);
    return document.broken.empty() ? parts_of(document, source.path, source.text.size()) : std::vector<OwnPart>();
}

void announce(const Source& source, ReadDocument in) {
    const Document document = in(source.text, source.begin);
    announce_properties(source, document);
    const auto before = document_before(source, in);
    announce_files(source, document, before ? &*before : nullptr);
}

}  // namespace pgfence::extract::liquibase

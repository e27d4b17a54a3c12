// Liquibase's changelogs in XML. The texts of <sql> are read where they stand; every other change is listed: its SQL is
// Liquibase's to write. A transaction for each change set unless it says runInTransaction="false" (ChangeSet.java).

#include <optional>

#include "extract/formats/code.h"
#include "extract/layout.h"

namespace pgfence::extract {
namespace {

struct Tag {
    std::size_t begin = 0, end = 0;
    std::string_view name, attributes;
    bool closes = false;  ///< </name>
    bool empty = false;   ///< <name/>
};

class ChangeLog {
public:
    ChangeLog(const Source& source, Script& script) : source_(source), script_(script), text_(source.text) {
        blank(script_.sql, 0, script_.sql.size());
    }

    void read() {
        Tag tag;
        for (std::size_t at = source_.begin; next(at, tag); at = tag.end) visit(tag);
    }

    bool can_go_back = false;

private:
    /// The tag from there on; comments, CDATA and declarations are passed over.
    bool next(std::size_t at, Tag& tag) const {
        while ((at = text_.find('<', at)) != text_.npos) {
            if (const auto end = end_of_no_tag(at)) {
                at = *end;
                continue;
            }
            const std::size_t close = end_of_tag(at);
            if (close == text_.npos) return false;
            std::string_view inside = text_.substr(at + 1, close - at - 1);
            tag = {at, close + 1, {}, {}, inside.starts_with('/'), inside.ends_with('/')};
            if (tag.closes) inside.remove_prefix(1);
            const auto name_end = inside.find_first_of(" \t\r\n/");
            tag.name = inside.substr(0, name_end);
            tag.attributes = name_end == inside.npos ? std::string_view() : inside.substr(name_end);
            if (const auto colon = tag.name.find(':'); colon != tag.name.npos) tag.name.remove_prefix(colon + 1);
            return true;
        }
        return false;
    }

    std::optional<std::size_t> end_of_no_tag(std::size_t at) const {
        for (const auto& [open, close] : {std::pair{std::string_view("<!--"), std::string_view("-->")},
                                          std::pair{std::string_view("<![CDATA["), std::string_view("]]>")},
                                          std::pair{std::string_view("<?"), std::string_view("?>")}}) {
            if (!text_.substr(at).starts_with(open)) continue;
            const auto end = text_.find(close, at + open.size());
            return end == text_.npos ? text_.size() : end + close.size();
        }
        return std::nullopt;
    }

    /// The '>' outside of quotes.
    std::size_t end_of_tag(std::size_t at) const {
        char quote = '\0';
        for (; at < text_.size(); ++at) {
            const char c = text_[at];
            if (quote != '\0') {
                if (c == quote) quote = '\0';
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == '>') {
                return at;
            }
        }
        return text_.npos;
    }

    void visit(const Tag& tag) {
        if (tag.name == "changeSet") return change_set(tag);
        if (!in_set_) return;
        if (tag.closes) {
            if (depth_ > 0) --depth_;
            if (depth_ == 0 && tag.name == "sql") keep_sql(tag.begin);
            sql_from_ = 0;
            return;
        }
        if (depth_ == 0) change(tag);
        if (!tag.empty) ++depth_;
    }

    void change_set(const Tag& tag) {
        if (tag.closes && transaction_) put(tag, "COMMIT;");
        in_set_ = !tag.closes && !tag.empty;
        depth_ = 0;
        if (!in_set_) return;
        runs_here_ = is_for_postgres(tag);
        transaction_ = attribute(tag, "runInTransaction") != "false";
        if (transaction_) put(tag, "BEGIN;");
    }

    void change(const Tag& tag) {
        if (tag.name == "rollback") can_go_back = true;
        const bool changes_nothing = tag.name == "rollback" || tag.name == "comment" || tag.name == "preConditions" ||
                                     tag.name == "validCheckSum" || tag.name == "tagDatabase";
        if (changes_nothing || !runs_here_ || !is_for_postgres(tag)) return;
        if (tag.name == "sql" && !tag.empty)
            sql_from_ = tag.end;
        else
            script_.unread.push_back({source_.span(tag.begin, tag.end), "a change " + std::string(tag.name),
                                      "Liquibase makes its SQL: nothing is known of it"});
    }

    static std::string_view attribute(const Tag& tag, std::string_view name) {
        const auto at = tag.attributes.find(std::string(name) + "=");
        if (at == tag.attributes.npos) return {};
        std::string_view value = tag.attributes.substr(at + name.size() + 1);
        if (value.empty()) return {};
        const char quote = value.front();
        value.remove_prefix(1);
        return value.substr(0, value.find(quote));
    }

    static bool is_for_postgres(const Tag& tag) {
        const std::string databases = lower_case(attribute(tag, "dbms"));
        return databases.empty() || database_in_words(databases) != Database::other;
    }

    /// What stands between <sql> and </sql>, the statement ended, characters in place of their entities.
    void keep_sql(std::size_t end) {
        if (sql_from_ == 0) return;
        for (std::size_t i = sql_from_; i < end; ++i) script_.sql[i] = text_[i];
        for (const auto& [entity, character] :
             {std::pair{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''}})
            replace(sql_from_, end, entity, character);
        for (const std::string_view mark : {"<![CDATA[", "]]>"}) replace(sql_from_, end, mark, ' ');
        script_.sql[end] = ';';
    }

    void replace(std::size_t begin, std::size_t end, std::string_view what, char by) {
        const std::string_view text = text_.substr(begin, end - begin);
        for (auto at = text.find(what); at != text.npos; at = text.find(what, at + 1)) {
            blank(script_.sql, begin + at, begin + at + what.size());
            script_.sql[begin + at] = by;
        }
    }

    void put(const Tag& tag, std::string_view statement) {
        if (runs_here_ && tag.end - tag.begin >= statement.size())
            script_.sql.replace(tag.begin, statement.size(), statement);
    }

    const Source& source_;
    Script& script_;
    std::string_view text_;
    bool in_set_ = false, runs_here_ = true, transaction_ = false;
    std::size_t depth_ = 0;     ///< inside of the change that is open
    std::size_t sql_from_ = 0;  ///< behind the <sql> that is open; 0: none is
};

bool recognises(const Source& source) { return contains(source.text, "<databaseChangeLog"); }

Scope read(const Source& source, Script& script) {
    ChangeLog log(source, script);
    log.read();
    if (!log.can_go_back) script.no_way_back = "none of its change sets has a <rollback>";
    return {TransactionMode::per_statement, "Liquibase runs each change set in a transaction of its own",
            Scope::From::file};
}

}  // namespace

extern const Format liquibase_xml;
const Format liquibase_xml{"liquibase", "Liquibase", "a databaseChangeLog", recognises, read, Known::mark, ".xml"};

}  // namespace pgfence::extract

#pragma once
// The SQL that a program's calls send, one statement behind the other, each mapped to the call it comes from.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/migration.h"
#include "core/table_parts.h"
#include "extract/program/sql_text.h"
#include "extract/program/value.h"

namespace pgfence::extract {

/// On what it hangs whether a handler of exceptions runs.
inline constexpr std::string_view kErrorBefore = "whether an error comes before";

/// Half open, in the file.
struct ByteRange {
    std::uint32_t begin = 0, end = 0;
};

inline ByteRange place_of(const Call& call) { return {call.begin, call.end}; }

class SqlWriter {
public:
    SqlWriter(FileId file, Script& script) : file_(file), script_(script) { script_.sql.clear(); }
    /// Comments of the program that address us go before the SQL of the call that stands on their line or the next.
    void take_comments(const Tree& tree, std::string_view text);

    /// A statement that the tool made up. `placeholders` may be the names of schemas.
    void made(std::string_view sql, ByteRange call, const std::vector<NamedPlaceholder>& placeholders = {});
    /// SQL that stands in the file, or was put together from what stands there. A value that is not known has a name
    /// in its place, and is listed.
    void written(const Value& sql, ByteRange call);
    /// What only frames the statements, such as BEGIN: it hangs on nothing.
    void frame(std::string_view sql, ByteRange place);
    /// The tool opens no transaction around what follows: a call that sends several statements makes one of them.
    void sends_alone(bool alone) { alone_ = alone; }
    /// Who says where a call stands that is not in the file itself; an empty text where it is.
    void ask_where(std::function<std::string()> where) { where_ = std::move(where); }
    void unread(ByteRange place, std::string what, std::string why, Unread::Extent extent = Unread::Extent::part);
    std::size_t listed() const { return script_.unread.size(); }
    std::size_t sent() const { return sent_.size(); }
    /// Whether the statements behind the first `from` run hangs on `what`.
    void depends(std::size_t from, const std::string& what) { hangs(from, sent_.size(), what, {}); }
    /// Those run as often as a query has rows, which nothing spelled out picks.
    void for_rows(std::size_t from);
    /// Likewise of those up to `to`, which run when all of `asks` holds; empty: it is not known when.
    void hangs(std::size_t from, std::size_t to, const std::string& what, const std::vector<SchemaQuestion>& asks);
    /// The statement that was sent last is a query whose rows nothing spelled out picks.
    bool asked_for_any_rows() const;
    /// Nothing that was sent behind the first `from` can have changed what the catalog answers.
    bool leaves_answer_since(const SchemaQuestion& asked, std::size_t from) const;
    /// Whether it runs hangs on something.
    bool is_conditional(std::size_t statement) const;
    /// The author told another tool about the statements behind the first `from`: "safety_assured".
    void mark(std::size_t from, std::string_view mark);
    /// Likewise about all of the file.
    void mark_file(std::string_view mark) { marks_of_file_.emplace_back(mark); }
    /// What the statement sent last drops is a constraint of that kind.
    void drops(ConstraintType type);
    /// Of the statement sent last: where `word` stands in it for the first time, for the second, ..., that is in place
    /// of what is not known. It runs all the same.
    void stands_in(std::string_view word, const std::vector<std::string>& what);
    void finish();

private:
    struct Comment {
        std::uint32_t begin, end;
        std::uint32_t line_begin, next_line_end;
        std::string_view text;
    };
    struct Sent {
        std::uint32_t begin = 0, end = 0;  ///< in the SQL
        std::vector<std::string> depends_on = {};
        std::vector<std::string> marks = {};
        std::optional<ConstraintType> drops = {};
        bool made = false;      ///< by the tool
        bool for_rows = false;  ///< on one of what it depends on: how many rows a query has
    };
    /// Statements that run together or not at all.
    struct Guarded {
        std::size_t from, to;
        std::string what;
        std::vector<SchemaQuestion> asks;
    };
    void anchor(std::uint32_t file_offset);
    bool has_room(std::string_view sql, ByteRange call);
    std::string as_written(const Value& sql, ByteRange call) const;
    void addressed_to_us(ByteRange call);
    std::string with_schema_known(std::string_view sql, const std::vector<NamedPlaceholder>& placeholders);
    void remember(const NamedPlaceholder& placeholder);
    void tell_schema();
    void watch_transaction(std::string_view sql);
    void leave_out_rollbacks_of_handlers();

    FileId file_;
    Script& script_;
    std::function<std::string()> where_;
    std::string_view text_;  ///< the file's, once comments were taken from it
    std::vector<SourceMap::Piece> pieces_;
    std::vector<Comment> comments_;
    std::vector<Sent> sent_;
    std::vector<Guarded> guarded_;
    std::vector<std::string> marks_of_file_;
    std::map<std::string, StandIn> settings_;                             ///< how they are written, by placeholder
    std::string schema_;                                                  ///< of placeholders: the file's only one
    std::vector<std::pair<std::uint32_t, std::uint32_t>> schema_places_;  ///< half open, in the SQL
    std::size_t conditions_ = 0;                                          ///< of all statements
    bool full_ = false;
    bool alone_ = false, in_transaction_ = false;
};

/// What the grammar does not know, or is nested too deep.
void report_syntax(const Tree& tree, std::string_view text, SqlWriter& out);

}  // namespace pgfence::extract

#include <algorithm>
#include <utility>

#include "analyze/catalog/chosen_names.h"
#include "analyze/kit/judge.h"
#include "analyze/kit/sql_text.h"
#include "core/sql_scanner.h"

namespace pgfence::rules {
namespace {

std::string name_of(std::string_view token) {
    if (token.empty() || token.front() != '"') return std::string(token);
    std::string name;
    for (std::size_t i = 1; i + 1 < token.size(); ++i) {
        name += token[i];
        if (token[i] == '"') ++i;
    }
    return name;
}

/// Almost no statement does, and reading the tokens of all of them cost more than all other rules together. What stands
/// between two quotes counts, whichever of them open.
bool may_hold_long_name(std::string_view sql) {
    if (sql.find("\"\"") != sql.npos) return true;
    for (auto quote = sql.find('"'); quote != sql.npos;) {
        const auto next = sql.find('"', quote + 1);
        if (next != sql.npos && next - quote > kMaxNameBytes + 1) return true;
        quote = next;
    }
    // A word that long covers one of these places.
    for (std::size_t at = kMaxNameBytes; at < sql.size(); at += kMaxNameBytes + 1) {
        std::size_t begin = at, end = at;
        while (begin > 0 && continues_name(sql[begin - 1])) --begin;
        while (end < sql.size() && continues_name(sql[end])) ++end;
        if (end > at && end - begin > kMaxNameBytes) return true;
    }
    return false;
}

/// A constraint's name is cut wherever it stands, and no other one of its table may be cut to the same.
class AfterConstraint {
public:
    bool names_one(const SqlToken& token) {
        if (token.is("constraint"))
            is_next_ = true;
        else if (!token.is("if") && !token.is("exists"))
            return std::exchange(is_next_, false);
        return false;
    }

private:
    bool is_next_ = false;
};

}  // namespace

extern const Rule identifier_too_long{
    .title = "Name longer than 63 bytes is cut",
    .category = Category::correctness,
    .why = R"(
The server cuts every name at 63 bytes and says so only in a notice. Code that looks for the whole name in the catalogs
does not find it, and two names that begin alike become one: the second `CREATE` fails, or `IF NOT EXISTS` skips it.
Names of constraints are not reported: nobody looks for them but statements that cut them as well.

Choose a shorter name.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
-- migration:
CREATE INDEX orders_on_user_id_and_state_and_created_at_where_it_has_not_been_paid ON orders (user_id);
)",
            R"(
ALTER TABLE orders ADD COLUMN a text, ADD COLUMN "The name of the person who signed for the parcel at the door" text,
    ADD COLUMN the_name_of_the_person_who_signed_for_the_parcel_at_the_front_door text;
)"},
    .good = {R"(
CREATE INDEX orders_user ON orders (user_id);
)",
             R"(
ALTER TABLE orders ADD CONSTRAINT orders_on_user_id_and_state_and_created_at_where_it_has_not_been_paid
    CHECK (id > 0) NOT VALID;
)",
             R"(
INSERT INTO orders (note) VALUES ('a string may be as long as it likes, it is no name and nobody will cut it at all');
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto tokens = step.alone && may_hold_long_name(step.sql) ? sql_tokens(step.sql) : std::nullopt;
        std::vector<std::string> told;
        std::vector<Consequence> found;
        AfterConstraint after;
        for (const SqlToken& token : tokens ? *tokens : std::vector<SqlToken>{}) {
            if (after.names_one(token) || !token.is_name || token.text.size() <= kMaxNameBytes) continue;
            const std::string name = name_of(token.text);
            if (name.size() <= kMaxNameBytes || std::find(told.begin(), told.end(), name) != told.end()) continue;
            told.push_back(name);
            Consequence consequence;
            consequence.message = fmt::format("{} is cut to {}", in_code(name), in_code(clip(name, kMaxNameBytes)));
            found.push_back(std::move(consequence));
        }
        return found;
    },
    .severity = Severity::warning,
};

}  // namespace pgfence::rules

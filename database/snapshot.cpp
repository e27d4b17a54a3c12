// The schema as the SQL that makes it: replayed as a dump is, so there is one way into the catalog. The server words
// every expression itself; what it has no function for is put together in parts.cpp.

#include <map>
#include <utility>
#include <vector>

#include "core/text.h"
#include "database/database.h"
#include "database/parts.h"
#include "database/session.h"

namespace pgfence::database {
namespace {

using Part = std::pair<std::string, std::string>;  ///< class and oid
const std::string kUnnamed = "0";                  ///< class of a statement that nothing can need

struct Statement {
    Part part;
    std::string sql;
};

/// Each statement behind those that it needs, else in the order given.
class Order {
public:
    Order(const std::vector<Statement>& statements, const Rows& needs, const Rows& made_with)
        : statements_(statements) {
        for (std::size_t i = 0; i < statements.size(); ++i)
            if (statements[i].part.first != kUnnamed) index_.emplace(statements[i].part, i);
        std::map<Part, Part> makers;
        for (const auto& row : made_with) makers.emplace(Part{row[0], row[1]}, Part{row[2], row[3]});
        for (const auto& row : needs) {
            const std::size_t who = maker({row[0], row[1]}, makers), what = maker({row[2], row[3]}, makers);
            if (who != kNobody && what != kNobody && who != what) needs_[who].push_back(what);
        }
    }

    std::vector<std::size_t> statements() {
        for (std::size_t i = 0; i < statements_.size(); ++i) visit(i);
        return std::move(ordered_);
    }

private:
    static constexpr std::size_t kNobody = static_cast<std::size_t>(-1);

    /// The statement that makes a part: its own, or that of what it is made with.
    std::size_t maker(Part part, const std::map<Part, Part>& makers) const {
        constexpr int kMostSteps = 5;  // array of a row type of a view's rule, and one to spare
        for (int step = 0; step < kMostSteps; ++step) {
            if (const auto own = index_.find(part); own != index_.end()) return own->second;
            const auto with = makers.find(part);
            if (with == makers.end()) return kNobody;
            part = with->second;
        }
        return kNobody;
    }

    /// Depth first, without recursion: views on views are as deep as somebody likes. Circles end where they began.
    void visit(std::size_t root) {
        std::vector<std::pair<std::size_t, std::size_t>> path;  // statement, how many of its needs were visited
        const auto enter = [&](std::size_t i) {
            if (seen_.emplace(i, true).second) path.emplace_back(i, 0);
        };
        enter(root);
        while (!path.empty()) {
            auto& [at, visited] = path.back();
            const auto needs = needs_.find(at);
            if (needs != needs_.end() && visited < needs->second.size()) {
                enter(needs->second[visited++]);
            } else {
                ordered_.push_back(at);
                path.pop_back();
            }
        }
    }

    const std::vector<Statement>& statements_;
    std::map<Part, std::size_t> index_;
    std::map<std::size_t, std::vector<std::size_t>> needs_;
    std::map<std::size_t, bool> seen_;
    std::vector<std::size_t> ordered_;
};

Result<std::vector<Statement>> statements_of(Session& session) {
    std::vector<Statement> statements;
    for (const std::string& query : part_queries())
        for (auto& row : TRY(session.rows(query + " ORDER BY 2")))
            statements.push_back({{std::move(row[0]), std::move(row[1])}, std::move(row[2])});
    return statements;
}

/// stats/schema_snapshot.cpp reads it.
Result<std::string> heading(Session& session, const std::string& through) {
    const Rows day = TRY(session.rows("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD')"));
    std::string text =
        "-- pgfence snapshot 1: server " + std::to_string(session.version()) + ", taken " + day.front().front() + "\n";
    if (!through.empty()) text += "-- through " + through + "\n";
    std::string left_out;
    for (const auto& row : TRY(session.rows(left_out_query())))
        left_out += (left_out.empty() ? "" : ", ") + row[1] + " " + row[0];
    if (!left_out.empty()) text += "-- left out: " + left_out + "\n";
    return text;
}

}  // namespace

Result<std::string> snapshot(const std::string& url, const std::string& through) {
    if (through.find_first_of("\r\n") != std::string::npos)
        return usage_error("the name of a migration does not go over several lines");
    Session session = TRY(Session::open(url, "pgfence snapshot"));
    std::string text = TRY(heading(session, through));
    // Bodies may name what is made further down.
    text += "SET check_function_bodies = off;\n";
    const std::vector<Statement> statements = TRY(statements_of(session));
    const Rows needs = TRY(session.rows(needs_query())), made_with = TRY(session.rows(made_with_query()));
    for (const std::size_t i : Order(statements, needs, made_with).statements()) {
        std::string_view sql = statements[i].sql;
        while (!sql.empty() && is_space(sql.back())) sql.remove_suffix(1);
        text.append(sql).append(";\n");
    }
    return text;
}

}  // namespace pgfence::database

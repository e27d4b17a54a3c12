#include "database/session.h"

#include <array>
#include <string_view>

#include "core/text.h"
#include "trace/session.h"

namespace pgfence::database {
namespace {

constexpr int kOldestServer = 110000;

/// Session settings would outlive us on a pooler's connection: all of these end with the transaction. The empty
/// search_path makes the server qualify every name that it prints, and keeps what others put into public from being
/// called in place of its own functions.
constexpr const char* kBegin = R"(
BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;
SET LOCAL statement_timeout = '60s';
SET LOCAL lock_timeout = '5s';
SET LOCAL search_path = '';
SET LOCAL quote_all_identifiers = off)";

/// libpq's words when what answers speaks another protocol.
bool is_no_postgres(std::string_view message) {
    return message.find("invalid response to SSL negotiation") != std::string_view::npos ||
           message.find("expected authentication request") != std::string_view::npos;
}

std::string version_in_words(int number) {
    return number >= 100000 ? std::to_string(number / 10000)
                            : std::to_string(number / 10000) + "." + std::to_string(number / 100 % 100);
}

struct Clear {
    void operator()(PGresult* result) const { PQclear(result); }
};

}  // namespace

std::string Session::message() const {
    const char* said = PQerrorMessage(connection_.get());
    return trace::without_credentials(one_line(said ? said : "", " \n\t"));
}

Result<Session> Session::open(const std::string& url, const std::string& application) {
    // What stands behind dbname wins over what the URL says, what stands before it does not.
    const std::array<const char*, 5> names{"fallback_application_name", "connect_timeout", "dbname", "client_encoding",
                                           nullptr};
    const std::array<const char*, 5> values{application.c_str(), "10", url.c_str(), "UTF8", nullptr};
    Session session(PQconnectdbParams(names.data(), values.data(), 1));
    if (PQstatus(session.connection_.get()) != CONNECTION_OK) {
        const std::string why = session.message();
        return failure("no connection to the database: " + why +
                       (is_no_postgres(why) ? "; what answers there is no PostgreSQL server" : ""));
    }
    if (session.version() < kOldestServer)
        return failure("the server is PostgreSQL " + version_in_words(session.version()) + ": 11 or later is needed");
    TRY(session.rows(kBegin));
    return session;
}

Result<Rows> Session::rows(const std::string& sql) {
    const std::unique_ptr<PGresult, Clear> result(PQexec(connection_.get(), sql.c_str()));
    const ExecStatusType status = PQresultStatus(result.get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
        return failure("the database did not answer: " + message());
    Rows rows(static_cast<std::size_t>(PQntuples(result.get())));
    for (int row = 0; row < PQntuples(result.get()); ++row)
        for (int column = 0; column < PQnfields(result.get()); ++column)
            rows[static_cast<std::size_t>(row)].emplace_back(PQgetvalue(result.get(), row, column),
                                                             PQgetlength(result.get(), row, column));
    return rows;
}

}  // namespace pgfence::database

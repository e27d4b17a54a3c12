#pragma once
// A session with a PostgreSQL server, one statement at a time.

#include <libpq-fe.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace pgfence::trace {

struct Answer {
    std::vector<std::vector<std::string>> rows;  ///< NULL is the empty text
    std::vector<std::string> messages;           ///< "DEBUG: rewriting table \"orders\""
    std::string tag;                             ///< "ALTER TABLE"
    std::string sqlstate, error;                 ///< of the error, if there was one; no credentials in it
};

/// Where a server listens.
struct Target {
    std::string host;  ///< a folder for a unix socket
    std::string user = "postgres";
    std::string database = "postgres";
};

class Session {
public:
    static Result<Session> connect(const Target& target);

    /// What the server answers to one statement; a COPY from the client gets no rows.
    Answer ask(const std::string& sql);
    /// Rows of a query that must succeed.
    Result<std::vector<std::vector<std::string>>> rows(const std::string& sql);

    /// The two halves of ask(), for those who look elsewhere meanwhile.
    void send(const std::string& sql);
    bool answered();  ///< the whole answer is there; does not wait
    Answer receive();

    int pid() const { return PQbackendPID(connection_.get()); }
    bool in_block() const { return PQtransactionStatus(connection_.get()) == PQTRANS_INTRANS; }
    bool idle() const { return PQtransactionStatus(connection_.get()) == PQTRANS_IDLE; }
    bool broken() const { return PQstatus(connection_.get()) != CONNECTION_OK; }
    std::string parameter(const char* name) const;

private:
    struct Close {
        void operator()(PGconn* connection) const { PQfinish(connection); }
    };
    explicit Session(PGconn* connection);
    bool await_answer();
    void take(PGresult& result, Answer& answer);

    std::unique_ptr<PGconn, Close> connection_;
    std::unique_ptr<std::vector<std::string>> messages_;  ///< libpq keeps its address
};

/// The text with passwords in it blotted out: of "postgres://user:secret@host", "password=secret" and PASSWORD
/// 'secret'.
std::string without_credentials(std::string_view text);

/// The name in double quotes.
std::string quoted(std::string_view name);

}  // namespace pgfence::trace

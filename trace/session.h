#pragma once
// A session with a PostgreSQL server, one statement at a time.

#include <libpq-fe.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"

namespace pgfence::trace {

struct Answer {
    std::vector<std::vector<std::string>> rows;  ///< NULL is the empty text
    std::vector<std::string> messages;           ///< "DEBUG: rewriting table \"orders\""
    std::string tag;                             ///< "ALTER TABLE"
    std::string sqlstate, error;                 ///< of the error, if there was one; no credentials in it
};

/// Where a server listens, in libpq's words; as `dbname` it takes a whole postgres:// address.
struct Target {
    std::vector<std::pair<std::string, std::string>> parameters;
};

/// Seconds that pgfence waits before it stops what runs. The migrations could set statement_timeout back; these they
/// cannot.
struct TimeLimits {
    std::chrono::seconds each{0};  ///< statement; 0: no limit
    std::chrono::steady_clock::time_point end = std::chrono::steady_clock::time_point::max();  ///< of them all
};

class Session {
public:
    void limit(const TimeLimits& limits) { limits_ = limits; }
    static Result<Session> connect(const Target& target);

    /// What the server answers to one statement; a COPY from the client gets no rows.
    Answer ask(const std::string& sql);
    /// Likewise, even when the work is to stop: for what must not be left behind. Waits 30 seconds at most.
    Answer ask_whatever_happens(const std::string& sql);
    /// Rows of a query that must succeed.
    Result<std::vector<std::vector<std::string>>> rows(const std::string& sql);

    /// The two halves of ask(), for those who look elsewhere meanwhile.
    void send(const std::string& sql);
    bool answered();  ///< the whole answer is there; does not wait
    Answer receive();
    void cancel();  ///< what was sent
    /// Cancels what was sent when its time is over. False: the server does not even obey that.
    bool within_limits();

    int major() const { return PQserverVersion(connection_.get()) / 10000; }
    int pid() const { return PQbackendPID(connection_.get()); }
    bool in_block() const { return PQtransactionStatus(connection_.get()) == PQTRANS_INTRANS; }
    bool idle() const { return PQtransactionStatus(connection_.get()) == PQTRANS_IDLE; }
    bool broken() const { return abandoned_ || PQstatus(connection_.get()) != CONNECTION_OK; }
    std::string parameter(const char* name) const;

private:
    struct Close {
        void operator()(PGconn* connection) const { PQfinish(connection); }
    };
    explicit Session(PGconn* connection);
    bool await_answer();
    Answer receive(const std::function<bool()>& await);
    void take(PGresult& result, Answer& answer);

    std::unique_ptr<PGconn, Close> connection_;
    std::unique_ptr<std::vector<std::string>> messages_;  ///< libpq keeps its address
    TimeLimits limits_;
    std::chrono::steady_clock::time_point deadline_ = std::chrono::steady_clock::time_point::max();
    bool cancelled_ = false;  ///< what was sent, for its time was over
    bool abandoned_ = false;  ///< its server does not answer any more
};

/// What a server stores of the password: it can check it with that, and nobody can log in with that.
Result<std::string> scram_verifier(const std::string& password, const std::string& user);

/// The text with passwords in it redacted: of "postgres://user:secret@host", "password=secret" and PASSWORD
/// 'secret'.
std::string without_credentials(std::string_view text);

/// The name in double quotes, the text in single ones.
std::string quoted(std::string_view name);
std::string literal(std::string_view text);

}  // namespace pgfence::trace

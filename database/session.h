#pragma once
// A read-only look at a database that the user names, in one transaction that cannot wait for long.

#include <libpq-fe.h>

#include <memory>
#include <string>
#include <vector>

#include "core/result.h"

namespace pgfence::database {

using Rows = std::vector<std::vector<std::string>>;  ///< NULL is the empty text

class Session {
public:
    /// `url`: a connection URI or "host=... user=..."; what it leaves out is taken from the PG* variables, the service
    /// file and the password file. `application`: application_name, unless the user chose one.
    static Result<Session> open(const std::string& url, const std::string& application);

    Result<Rows> rows(const std::string& sql);
    int version() const { return PQserverVersion(connection_.get()); }  ///< 170004

private:
    struct Close {
        void operator()(PGconn* connection) const { PQfinish(connection); }
    };
    explicit Session(PGconn* connection) : connection_(connection) {}
    std::string message() const;

    std::unique_ptr<PGconn, Close> connection_;
};

}  // namespace pgfence::database

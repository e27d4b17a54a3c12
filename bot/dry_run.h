#pragma once
// A GitHub that is not there: prints each request and answers as if it had worked, with nothing found.

#include <cstdint>
#include <iosfwd>
#include <string>
#include <utility>

#include "bot/http.h"

namespace pgfence {

class DryRunTransport : public HttpTransport {
public:
    /// `on_runner`: keep the runner from reading commands out of the printed bodies; `head`: of every pull request.
    DryRunTransport(std::ostream& out, bool on_runner, std::string head)
        : out_(out), on_runner_(on_runner), head_(std::move(head)) {}
    tl::expected<HttpResponse, HttpFailure> send(const HttpRequest& request) override;

private:
    std::ostream& out_;
    bool on_runner_;
    std::string head_;
};

}  // namespace pgfence

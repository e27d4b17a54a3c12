#include "bot/dry_run.h"

#include <nlohmann/json.hpp>
#include <ostream>

#include "bot/workflow_text.h"

namespace pgfence {
namespace {

using nlohmann::json;

std::string pretty(const std::string& body) {
    const json value = json::parse(body, nullptr, false);
    return value.is_discarded() ? body : value.dump(2, ' ', false, json::error_handler_t::replace);
}

/// ".../pulls/7"
bool names_a_pull_request(std::string_view target) {
    constexpr std::string_view kFolder = "/pulls/";
    const auto at = target.rfind(kFolder);
    return at != target.npos && target.find_first_not_of("0123456789", at + kFolder.size()) == target.npos;
}

}  // namespace

tl::expected<HttpResponse, HttpFailure> DryRunTransport::send(const HttpRequest& request) {
    {
        const CommandsStopped guard(out_, on_runner_);
        out_ << "dry run: " << request.method << ' ' << request.target << '\n';
        if (!request.body.empty()) out_ << pretty(request.body) << '\n';
    }
    if (request.target.find("/code-scanning/sarifs") != std::string::npos)
        return HttpResponse{200, {}, R"({"id":"dry-run","processing_status":"complete"})"};
    if (request.method == "GET" && names_a_pull_request(request.target))
        return HttpResponse{200, {}, json{{"head", {{"sha", head_}}}}.dump()};
    if (request.method == "GET") return HttpResponse{200, {}, "[]"};
    if (request.method == "DELETE") return HttpResponse{204, {}, ""};
    return HttpResponse{201, {}, R"({"id":1,"html_url":"","user":{"login":"","type":"Bot"}})"};
}

}  // namespace pgfence

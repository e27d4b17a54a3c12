#include "bot/environment.h"

#include <unistd.h>

#include "core/text.h"

namespace pgfence {

namespace {

/// A runner's environment has secrets of its own (ACTIONS_RUNTIME_TOKEN): what is not needed is not taken along.
bool is_ours(std::string_view name) {
    const auto lower = lower_case(name);
    if (lower == "http_proxy" || lower == "https_proxy" || lower == "no_proxy") return true;
    return name.starts_with("INPUT_") || name.starts_with("SSL_CERT_") ||
           (name.starts_with("GITHUB_") && !name.ends_with("TOKEN"));
}

}  // namespace

Environment Environment::of_process() {
    Environment environment;
    for (char** entry = environ; entry && *entry; ++entry) {
        const std::string_view text = *entry;
        const auto equals = text.find('=');
        if (equals == std::string_view::npos || !is_ours(text.substr(0, equals))) continue;
        environment.variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return environment;
}

}  // namespace pgfence

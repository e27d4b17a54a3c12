#pragma once
// Which proxy stands between us and GitHub. cpp-httplib reads no environment, so the customary variables are read here.

#include <optional>
#include <string>

#include "bot/environment.h"
#include "bot/url.h"
#include "core/result.h"

namespace pgfence {

/// HTTPS_PROXY or HTTP_PROXY by the target's scheme (lower case spellings as well), unless NO_PROXY names the host:
/// exactly, as a domain above it (with or without a leading dot), with a port, or as `*`. Address ranges are not read.
/// Self-hosted runners hand these variables to container actions.
Result<std::optional<Url>> proxy_for(const Environment& environment, const Url& target);

}  // namespace pgfence

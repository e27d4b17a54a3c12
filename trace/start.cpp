#include "trace/start.h"

#include "core/server_version.h"
#include "trace/docker_server.h"
#include "trace/installation.h"
#include "trace/local_server.h"
#include "trace/scratch_database.h"

namespace pgfence::trace {
namespace {

Result<Server> in_docker(DockerEngine engine, const StartOptions& wanted) {
    const std::string official = official_image(wanted.major != 0 ? wanted.major : wanted.usual_major);
    return start_in_docker(std::move(engine), wanted.docker_image.empty() ? official : wanted.docker_image, wanted.say);
}

Result<Installation> installed(const StartOptions& wanted) {
    return choose(TRY(installations(wanted.pg_bin)), wanted.major);
}

Result<Server> start_any(const StartOptions& wanted) {
    if (!wanted.db_url.empty())
        return scratch_database(wanted.db_url, wanted.copy_filled_db ? Contents::copied : Contents::refused);
    if (!wanted.docker_image.empty() && !is_image_name(wanted.docker_image))
        return usage_error("--docker-image is not the name of an image: postgres:17-alpine is one");
    if (wanted.docker || !wanted.docker_image.empty()) return in_docker(TRY(DockerEngine::connect()), wanted);
    const auto installation = installed(wanted);
    if (installation) return start_local(*installation);
    if (wanted.pg_bin.empty())
        if (auto engine = DockerEngine::connect()) return in_docker(std::move(*engine), wanted);
    return tl::unexpected(installation.error());
}

}  // namespace

Result<Server> start(const StartOptions& wanted) {
    Server server = TRY(start_any(wanted));
    const std::string found = "the server is PostgreSQL " + std::to_string(server.major());
    if (!is_answered_for(server.major())) return failure(found + ": " + servers_in_words() + " are known");
    if (wanted.major != 0 && wanted.major != server.major())
        return usage_error(found + ", and the migrations are for " + std::to_string(wanted.major) +
                           " (--pg-version, or the config file)");
    return server;
}

}  // namespace pgfence::trace

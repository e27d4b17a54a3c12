#include "trace/local_server.h"

#include <sys/prctl.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <utility>

#include "trace/data_directory.h"
#include "trace/process.h"
#include "trace/run_folder.h"
#include "trace/server_settings.h"

namespace pgfence::trace {
namespace {

Command postgres(const Installation& installation, const Account& account, const std::filesystem::path& folder) {
    Command command{.program = installation.folder + "/postgres",
                    .arguments = {"-D", folder / "data", "-k", folder, "-c", "listen_addresses="},
                    .account = account,
                    .output_file = folder / "log"};
    for (std::string& argument : settings_arguments()) command.arguments.push_back(std::move(argument));
    return command;
}

std::string text_of(const std::filesystem::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// As long as it lives no other process of this user may read this one's environment and memory: the server's programs,
/// which run what the migrations say, are of this user unless that is root (prctl(2), PR_SET_DUMPABLE).
class Closed {
public:
    Closed() : before_(prctl(PR_GET_DUMPABLE)) { prctl(PR_SET_DUMPABLE, 0); }
    ~Closed() { prctl(PR_SET_DUMPABLE, before_); }
    Closed(const Closed&) = delete;
    Closed& operator=(const Closed&) = delete;

private:
    int before_;
};

struct RunningServer {
    RunningServer(RunFolder made, Child started) : folder(std::move(made)), child(std::move(started)) {}
    Closed closed;
    RunFolder folder;  // before the child: the server ends before its folder goes
    Child child;
};

}  // namespace

Result<Server> start_local(const Installation& installation) {
    const auto begin = Server::Clock::now();
    const Account account = TRY(server_account());
    const auto parents = scratch_parents();
    for (const auto& parent : parents) collect_orphans(parent, account);
    RunFolder folder = TRY(RunFolder::make(parents.front(), account));
    TRY(make_data_directory(installation, account, folder.path() / "data", cache_folder()));
    Child child = TRY(Child::start(postgres(installation, account, folder.path())));
    const auto life = std::make_shared<RunningServer>(std::move(folder), std::move(child));
    const Target target{
        {{"host", life->folder.path()}, {"user", "postgres"}, {"dbname", "postgres"}, {"sslmode", "disable"}}};
    const auto major = await_connections(target, [&] { return life->child.running(); });
    if (!major) return failure(major.error().message + ": " + text_of(life->folder.path() / "log"));
    return Server(target, "local, " + installation.folder, *major, begin, life);
}

}  // namespace pgfence::trace

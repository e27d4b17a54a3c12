#include "trace/server.h"

#include <fstream>
#include <iterator>
#include <thread>
#include <utility>

#include "trace/data_directory.h"
#include "trace/interruption.h"

namespace pgfence::trace {
namespace {

using namespace std::chrono_literals;
using std::chrono::duration_cast;
using std::chrono::milliseconds;
constexpr auto kPatience = 60s;
constexpr auto kPause = 2ms;

// Nothing moves by itself, nothing is made durable, and everything that a migration may ask for is allowed.
constexpr std::pair<const char*, const char*> kSettings[] = {
    {"listen_addresses", ""},
    {"fsync", "off"},
    {"full_page_writes", "off"},
    {"synchronous_commit", "off"},
    {"autovacuum", "off"},
    {"jit", "off"},
    {"wal_level", "logical"},
    {"lc_messages", "C"},
    {"shared_buffers", "32MB"},
    {"max_connections", "100"},
    {"timezone", "UTC"},
    {"max_prepared_transactions", "10"},
    {"max_locks_per_transaction", "256"},
};

Command postgres(const Installation& installation, const Account& account, const std::filesystem::path& folder) {
    Command command{.program = installation.folder + "/postgres",
                    .arguments = {"-D", folder / "data", "-k", folder},
                    .account = account,
                    .output_file = folder / "log"};
    for (const auto& [name, value] : kSettings) {
        command.arguments.emplace_back("-c");
        command.arguments.push_back(std::string(name) + "=" + value);
    }
    return command;
}

std::string text_of(const std::filesystem::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

Result<Server> Server::start(const Installation& installation) {
    const auto begin = Clock::now();
    const Account account = TRY(server_account());
    const auto parent = scratch_parent();
    collect_orphans(parent, account);
    RunFolder folder = TRY(RunFolder::make(parent, account));
    if (auto made = make_data_directory(installation, account, folder.path() / "data", cache_folder()); !made)
        return tl::unexpected(made.error());
    Child child = TRY(Child::start(postgres(installation, account, folder.path())));
    Server server(std::move(folder), std::move(child));
    server.begin_ = begin;
    if (auto ready = server.await_connections(); !ready) return tl::unexpected(ready.error());
    server.started_in_ = duration_cast<milliseconds>(Clock::now() - begin);
    return server;
}

Result<void> Server::await_connections() {
    const auto end = Clock::now() + kPatience;
    while (Clock::now() < end) {
        if (interrupted() != 0) return failure("interrupted");
        if (connect()) return {};
        if (!child_.running()) break;
        std::this_thread::sleep_for(kPause);
    }
    return failure("the server does not start: " + text_of(folder_.path() / "log"));
}

Result<Session> Server::connect() const { return Session::connect({.host = folder_.path()}); }

milliseconds Server::lifetime() const { return duration_cast<milliseconds>(Clock::now() - begin_); }

}  // namespace pgfence::trace

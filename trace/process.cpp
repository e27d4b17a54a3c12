#include "trace/process.h"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <utility>

#include "trace/interruption.h"

namespace pgfence::trace {
namespace {

using namespace std::chrono_literals;
constexpr std::size_t kMostOutput = 64 * 1024;
constexpr auto kPatience = 5s;
constexpr auto kPause = 2ms;

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
    pointers.push_back(nullptr);
    return pointers;
}

/// Nothing of our own environment: SQL of a stranger can read what the server was given (COPY ... FROM PROGRAM 'env'),
/// and on a runner that holds tokens.
std::vector<std::string> server_environment() {
    std::vector<std::string> all{"LC_ALL=C", "TZ=UTC", "PATH=/usr/local/bin:/usr/bin:/bin"};
    if (const char* libraries = std::getenv("LD_LIBRARY_PATH"))
        all.push_back(std::string("LD_LIBRARY_PATH=") + libraries);
    return all;
}

bool become(const Account& account) {
    if (!account.differs) return true;
    return setgroups(0, nullptr) == 0 && setgid(account.group) == 0 && setuid(account.user) == 0;
}

/// In the child, between fork and exec: only what a signal handler may do, too.
[[noreturn]] void exec(const Command& command, char* const* arguments, char* const* environment, int output,
                       pid_t parent) {
    setsid();  // an interrupt from the terminal is ours to handle
    const int nothing = open("/dev/null", O_RDONLY);
    if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 ||
        dup2(output, STDERR_FILENO) < 0 || chdir("/") != 0 || !become(command.account))
        _exit(126);
    // After the change of user, which clears it. The parent may have died before.
    prctl(PR_SET_PDEATHSIG, SIGQUIT);
    if (getppid() != parent) _exit(126);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) ::signal(signal, SIG_DFL);
    execve(arguments[0], arguments, environment);
    _exit(127);
}

Result<pid_t> fork_and_exec(const Command& command, int output) {
    std::vector<std::string> words{command.program};
    words.insert(words.end(), command.arguments.begin(), command.arguments.end());
    const std::vector<std::string> variables = server_environment();
    const std::vector<char*> arguments = pointers_to(words), environment = pointers_to(variables);
    const pid_t parent = getpid();
    const pid_t pid = fork();
    if (pid == 0) exec(command, arguments.data(), environment.data(), output, parent);
    if (pid < 0) return failure("could not start " + command.program + ": " + std::strerror(errno));
    return pid;
}

int exit_code_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

std::string read_all(int pipe, pid_t pid) {
    std::string output;
    bool told = false;
    char buffer[4096];
    while (true) {
        if (interrupted() != 0 && !std::exchange(told, true)) kill(pid, SIGTERM);
        pollfd readable{pipe, POLLIN, 0};
        if (poll(&readable, 1, 100) <= 0) continue;
        const ssize_t got = read(pipe, buffer, sizeof buffer);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return output;
        output.append(buffer, std::min<std::size_t>(static_cast<std::size_t>(got), kMostOutput - output.size()));
    }
}

}  // namespace

Result<Account> server_account() {
    if (geteuid() != 0) return Account{geteuid(), getegid(), false};
    for (const char* name : {"postgres", "nobody"})
        if (const passwd* entry = getpwnam(name)) return Account{entry->pw_uid, entry->pw_gid, true};
    return failure(
        "PostgreSQL does not run as root, and there is no user postgres or nobody: run pgfence as another user");
}

Result<Finished> run(const Command& command) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return failure(std::string("no pipe: ") + std::strerror(errno));
    const auto pid = fork_and_exec(command, ends[1]);
    close(ends[1]);
    if (!pid) {
        close(ends[0]);
        return tl::unexpected(pid.error());
    }
    Finished finished;
    finished.output = read_all(ends[0], *pid);
    close(ends[0]);
    int status = 0;
    while (waitpid(*pid, &status, 0) < 0 && errno == EINTR) {
    }
    finished.exit_code = exit_code_of(status);
    return finished;
}

Result<Child> Child::start(const Command& command) {
    const int output = open(command.output_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (output < 0) return failure("could not write " + command.output_file + ": " + std::strerror(errno));
    const auto pid = fork_and_exec(command, output);
    close(output);
    if (!pid) return tl::unexpected(pid.error());
    return Child(*pid);
}

Child::Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, 0)) {}

Child::~Child() { stop(); }

bool Child::running() {
    if (pid_ != 0 && waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = 0;
    return pid_ != 0;
}

void Child::stop() {
    if (!running()) return;
    kill(pid_, SIGQUIT);
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (running() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(kPause);
    if (!running()) return;
    kill(-pid_, SIGKILL);
    while (running()) std::this_thread::sleep_for(kPause);
}

}  // namespace pgfence::trace

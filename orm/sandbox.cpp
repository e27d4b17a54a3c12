#include "orm/sandbox.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>

#include "orm/forget.h"

namespace pgfence::orm {
namespace {

#if defined(__x86_64__)
constexpr unsigned kMachine = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr unsigned kMachine = AUDIT_ARCH_AARCH64;
#else
#error "the list of system calls is for x86-64 and ARM64"
#endif

#define ALLOW(call) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##call, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

/// Memory, time and the socket; everything else ends the process.
bool forbid_the_rest() {
    sock_filter rules[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kMachine, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        ALLOW(read),
        ALLOW(write),
        ALLOW(brk),
        ALLOW(mmap),
        ALLOW(munmap),
        ALLOW(mremap),
        ALLOW(madvise),
        ALLOW(clock_gettime),
        ALLOW(gettimeofday),
        ALLOW(futex),
        ALLOW(rt_sigreturn),
        ALLOW(rt_sigprocmask),
        ALLOW(sigaltstack),
        ALLOW(sched_yield),
        ALLOW(exit_group),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
    };
    const sock_fprog program{sizeof rules / sizeof *rules, rules};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

void limit(__rlimit_resource_t what, rlim_t most) {
    const rlimit value{most, most};
    setrlimit(what, &value);
}

/// AddressSanitizer maps terabytes of shadow memory.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kLimitAddresses = false;
#else
constexpr bool kLimitAddresses = true;
#endif

/// Bytes of address space that this process has now: what it inherits is not the run's.
std::size_t addresses_in_use() {
    std::size_t pages = 0;
    if (FILE* file = std::fopen("/proc/self/statm", "r")) {
        if (std::fscanf(file, "%zu", &pages) != 1) pages = 0;
        std::fclose(file);
    }
    return pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

/// What ends the run is for the parent to tell.
void forget_last_words() {
    std::set_new_handler(nullptr);
    for (const int signal : {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGXCPU}) ::signal(signal, SIG_DFL);
}

/// The environment holds tokens: not even its bytes are left.
void forget_environment() {
    for (char** variable = environ; variable && *variable; ++variable)
        explicit_bzero(*variable, std::strlen(*variable));
    clearenv();
    // The C library reads the time zone's file once: now, and none later.
    setenv("TZ", "UTC", 1);
    tzset();
}

void close_all_but(int kept) {
    if (kept > 0) close_range(0, static_cast<unsigned>(kept) - 1, 0);
    close_range(static_cast<unsigned>(kept) + 1, ~0u, 0);
}

[[noreturn]] void work_in_sandbox(const Limits& limits, const Channel& channel,
                                  const std::function<void(const Channel&)>& work) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    forget_last_words();
    close_all_but(channel.socket());
    forget_environment();
    // AddressSanitizer's shadow is terabytes, and says nothing that a program could use.
    if (kLimitAddresses && !forget_secrets()) {
        channel.send(
            {"refused", "the memory of a new process cannot be looked through here for what it must not know"});
        _exit(1);
    }
    const std::size_t addresses = addresses_in_use();
    limit(RLIMIT_CPU, static_cast<rlim_t>(limits.run_seconds) + 1);
    if (kLimitAddresses && addresses > 0) limit(RLIMIT_AS, addresses + limits.heap + (128u << 20));
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, 0);
    limit(RLIMIT_NPROC, 0);
    limit(RLIMIT_NOFILE, static_cast<rlim_t>(channel.socket()) + 1);
    if (!forbid_the_rest()) {
        channel.send({"refused", "the kernel lets no process give up its rights here"});
        _exit(1);
    }
    work(channel);
    _exit(0);
}

std::string reason(int status) {
    if (!WIFSIGNALED(status)) return "its process ended before it had";
    switch (WTERMSIG(status)) {
        case SIGXCPU:
        case SIGKILL: return "it runs longer than the limit allows";
        case SIGSYS: return "it tries what it may not";
        default: return std::string("its process ended: ") + strsignal(WTERMSIG(status));
    }
}

}  // namespace

Ended run_in_sandbox(const Limits& limits, const std::function<void(const Channel&)>& work, const Listen& listen) {
    int sockets[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0)
        return {false, "no socket pair could be made", 0};
    const Channel ours(sockets[0]);
    auto theirs = std::make_unique<Channel>(sockets[1]);
    const pid_t child = fork();
    if (child < 0) return {false, "no process could be started", 0};
    if (child == 0) work_in_sandbox(limits, *theirs, work);
    theirs.reset();

    // Its CPU time is limited by the kernel; on the wall it may wait for others.
    double patience = limits.run_seconds * 10;
    bool go_on = true;
    while (go_on) {
        auto message = ours.receive(limits.bytes + limits.heap, patience);
        if (!message) break;
        if (const auto answer = listen(std::move(*message), go_on)) go_on = go_on && ours.send(*answer);
    }
    kill(child, SIGKILL);
    int status = 0;
    rusage used{};
    while (wait4(child, &status, 0, &used) < 0 && errno == EINTR) {
    }
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    const bool by_itself = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    return {by_itself, by_itself ? "" : reason(status), seconds(used.ru_utime) + seconds(used.ru_stime)};
}

}  // namespace pgfence::orm

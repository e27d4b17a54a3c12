// What one run of the program costs: CPU time and peak memory of `pgfence analyze FILE`, the median of many runs.
// Numbers, not a test: a shared machine's clock would make a timed test lie.
//   cmake --build --preset release --target bench

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

struct Cost {
    double cpu_ms;
    double peak_mib;
};

double milliseconds(const timeval& t) {
    return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_usec) / 1e3;
}

Cost run_once(const std::vector<char*>& arguments) {
    const pid_t child = fork();
    if (child == 0) {
        const int null = open("/dev/null", O_WRONLY);
        dup2(null, STDOUT_FILENO);
        execv(arguments.front(), arguments.data());
        _exit(127);
    }
    int status = 0;
    rusage usage{};
    wait4(child, &status, 0, &usage);
    if (!WIFEXITED(status) || WEXITSTATUS(status) > 1) {
        std::fprintf(stderr, "bench: the run ended with status %d\n", status);
        std::exit(1);
    }
    return {milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime), static_cast<double>(usage.ru_maxrss) / 1024};
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        std::fprintf(stderr, "usage: bench RUNS PROGRAM ARGUMENT...\n");
        return 2;
    }
    const int runs = std::max(1, std::atoi(argv[1]));
    std::vector<char*> arguments(argv + 2, argv + argc);
    arguments.push_back(nullptr);
    std::vector<double> cpu;
    double peak = 0;
    for (int i = 0; i < runs; ++i) {
        const Cost cost = run_once(arguments);
        cpu.push_back(cost.cpu_ms);
        peak = std::max(peak, cost.peak_mib);
    }
    std::sort(cpu.begin(), cpu.end());
    std::printf("%d runs: CPU %.2f ms median, %.2f ms worst; peak memory %.1f MiB\n", runs, cpu[cpu.size() / 2],
                cpu.back(), peak);
}

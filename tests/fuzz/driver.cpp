// What libFuzzer does, without its feedback: the seeds' texts cut, spliced and repeated. A text that crashes its
// reader, or keeps it busy for ten seconds, is left in the working directory as crash-<pid>. The same seed gives the
// same texts in the same order, on any machine.
//
//   fuzz_sql TEXTS SEED|random FILE-OR-FOLDER...

#include <fcntl.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::size_t kLongestText = 4000;
constexpr itimerval kLongestRun{{}, {10, 0}};  // of the processor's time: a busy machine is no fault of the reader's

std::string text;  // the one that is being read

void leave_it(int signal) {
    char name[40];
    std::snprintf(name, sizeof name, "crash-%d", static_cast<int>(getpid()));
    const int file = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (file >= 0 && write(file, text.data(), text.size()) < 0) _exit(3);
    std::fprintf(stderr, "fuzz: signal %d, the text is in %s\n", signal, name);
    _exit(1);
}

std::string content_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> seeds_at(char** paths, char** end) {
    std::set<std::filesystem::path> files;  // a folder's order is the file system's
    for (; paths != end; ++paths) {
        if (std::filesystem::is_regular_file(*paths)) files.insert(*paths);
        if (!std::filesystem::is_directory(*paths)) continue;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(*paths))
            if (entry.is_regular_file()) files.insert(entry.path());
    }
    std::vector<std::string> seeds;
    for (const std::filesystem::path& file : files) seeds.push_back(content_of(file));
    return seeds;
}

class Mutator {
public:
    Mutator(std::vector<std::string> seeds, unsigned seed) : seeds_(std::move(seeds)), random_(seed) {}

    std::string next() {
        std::string made = part_of(seeds_[below(seeds_.size())]);
        for (std::size_t n = below(8); n > 0; --n) change(made);
        if (made.size() > kLongestText) made.resize(kLongestText);
        return made;
    }

private:
    std::size_t below(std::size_t limit) { return limit == 0 ? 0 : random_() % limit; }

    std::string part_of(const std::string& whole) {
        const std::size_t from = below(whole.size() + 1);
        return below(3) == 0 ? whole : whole.substr(from, below(kLongestText / 2));
    }

    void change(std::string& made) {
        const std::size_t at = below(made.size() + 1), length = below(40);
        switch (below(6)) {
            case 0: made.erase(at, length); break;
            case 1: made.insert(at, part_of(seeds_[below(seeds_.size())]).substr(0, 200)); break;
            case 2: made.insert(at, made.substr(below(made.size() + 1), length)); break;
            case 3: made.insert(at, 1, static_cast<char>(below(256))); break;
            case 4: repeat(made, at, std::min<std::size_t>(length, 6)); break;
            default:
                if (at < made.size()) made[at] = "'\"$\\{}()[]<>:;,#%`-\n\t e0"[below(24)];
        }
    }

    void repeat(std::string& made, std::size_t at, std::size_t length) {
        const std::string piece = made.substr(at, length);
        std::string many;
        for (std::size_t n = below(200); n > 0; --n) many += piece;
        made.insert(at, many);
    }

    std::vector<std::string> seeds_;
    std::mt19937 random_;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc < 4) return std::fprintf(stderr, "usage: %s TEXTS SEED|random FILE-OR-FOLDER...\n", argv[0]), 2;
    std::vector<std::string> seeds = seeds_at(argv + 3, argv + argc);
    if (seeds.empty()) return std::fprintf(stderr, "fuzz: no seeds\n"), 2;
    for (const int signal : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGPROF}) std::signal(signal, leave_it);
    const bool any = std::string_view(argv[2]) == "random";
    const unsigned seed = any ? std::random_device()() : static_cast<unsigned>(std::strtoul(argv[2], nullptr, 10));
    std::printf("seed %u\n", seed);
    Mutator mutator(std::move(seeds), seed);
    const unsigned long texts = std::strtoul(argv[1], nullptr, 10);
    for (unsigned long i = 0; i < texts; ++i) {
        text = mutator.next();
        setitimer(ITIMER_PROF, &kLongestRun, nullptr);
        LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    }
    std::printf("%lu texts\n", texts);
    return 0;
}

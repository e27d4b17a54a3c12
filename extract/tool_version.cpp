#include "extract/tool_version.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/path_text.h"
#include "core/text.h"
#include "extract/formats/format.h"

namespace pgfence::extract {
namespace {

/// How a lock file writes a package: `before`, its name, `between`, and its version behind the next `until`.
struct Writing {
    std::string_view lock_file, before, between, until = {};
};
constexpr std::array kWritings{
    Writing{"Cargo.lock", "\nname = \"", "\"\nversion = \""},
    Writing{"Gemfile.lock", "\n    ", " ("},
    Writing{"Gemfile", "\ngem '", "', '"},
    Writing{"Gemfile", "\ngem '", "', '~> "},
    Writing{"Gemfile", "\ngem \"", "\", \""},
    Writing{"Gemfile", "\ngem \"", "\", \"~> "},
    Writing{"poetry.lock", "\nname = \"", "\"\nversion = \""},
    Writing{"uv.lock", "\nname = \"", "\"\nversion = \""},
    Writing{"pdm.lock", "\nname = \"", "\"\nversion = \""},
    Writing{"Pipfile.lock", "\n        \"", "\": {", "\"version\": \"=="},
    Writing{"requirements.txt", "\n", "=="},
    Writing{"requirements/base.txt", "\n", "=="},
    Writing{"requirements/common.txt", "\n", "=="},
    Writing{"package-lock.json", "\"node_modules/", "\": {", "\"version\": \""},
    Writing{"yarn.lock", "\n", "@", "\n  version \""},
    Writing{"yarn.lock", "\n\"", "@npm:", "\n  version: "},
    Writing{"pnpm-lock.yaml", "\n  /", "@"},
    Writing{"pnpm-lock.yaml", "\n  /", "/"},
    Writing{"pnpm-lock.yaml", "\n  ", "@"},
    Writing{"pnpm-lock.yaml", "\n  '", "@"},
    Writing{"mix.lock", "\n  \"", "\": {:hex,", ", \""},
};

std::string version_at(std::string_view text) {
    const std::size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
    return std::string(text.substr(0, end));
}

/// Several versions of one package tell nothing of which one runs the migrations.
struct Found {
    std::string version;
    bool several = false;
};
void look(std::string_view text, const Writing& writing, std::string_view package, Found& found) {
    const std::string head = std::string(writing.before) + std::string(package) + std::string(writing.between);
    for (std::size_t at = text.find(head); at != text.npos; at = text.find(head, at + 1)) {
        std::size_t behind = at + head.size();
        if (!writing.until.empty()) {
            const std::size_t until = text.find(writing.until, behind);
            if (until == text.npos) continue;
            behind = until + writing.until.size();
        }
        std::string version = version_at(text.substr(behind));
        if (version.empty()) continue;
        found.several = found.several || (!found.version.empty() && found.version != version);
        found.version = std::move(version);
    }
}

}  // namespace

std::string locked_version(std::string_view lock_file, std::string_view text, std::string_view package) {
    // Names of Python's packages are the same in either case, and a file's first line has no line break before it.
    const std::string lines = "\n" + lower_case(text);
    Found found;
    for (const Writing& writing : kWritings)
        if (writing.lock_file == lock_file) look(lines, writing, package, found);
    return found.several ? std::string() : found.version;
}

std::string package_version(std::string_view packages, std::string_view path, const Hints& hints) {
    if (!hints.read || packages.empty()) return {};
    for (std::string_view folder = folder_of(path);; folder = folder_of(folder)) {
        std::string_view last;
        for (const Writing& writing : kWritings) {
            if (std::exchange(last, writing.lock_file) == writing.lock_file) continue;
            const auto text = hints.read(path_in(folder, writing.lock_file));
            if (!text) continue;
            for (const std::string_view package : split(packages, " "))
                if (std::string version = locked_version(writing.lock_file, *text, package); !version.empty())
                    return version;
        }
        if (folder.empty()) return {};
    }
}

std::string tool_version(std::string_view id, std::string_view path, const Hints& hints) {
    const Format* format = format_called(id);
    return format ? package_version(format->packages, path, hints) : std::string();
}

}  // namespace pgfence::extract

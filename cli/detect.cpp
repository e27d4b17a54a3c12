// What detection finds, for people (a line for each tool and folder) and as JSON (a line for each file).

#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <tuple>

#include "annotate/json_writer.h"
#include "cli/commands.h"
#include "core/path_text.h"
#include "pipeline/detect.h"

namespace pgfence::cli {
namespace {

using diff::DetectedFiles;

bool is_read(const std::string& format) {
    const auto formats = pipeline::formats();
    const auto found = std::find_if(formats.begin(), formats.end(), [&](const auto& one) { return one.id == format; });
    return found != formats.end() && found->has_reader;
}

/// One folder for tools that give each migration its own.
std::string shown_folder(const std::string& path) {
    const auto named = [](std::string_view folder) { return std::string(folder.empty() ? "." : folder); };
    const std::string_view folder = folder_of(path);
    const std::string_view name = last_part(folder);
    return !name.empty() && is_digit(name[0]) ? named(folder_of(folder)) + "/*" : named(folder);
}

struct Group {
    std::size_t files = 0, backward = 0;
    std::string first;
};

void print_groups(const DetectedFiles& found) {
    std::map<std::tuple<std::string, std::string, std::string>, Group> groups;
    for (const auto& file : found.migrations) {
        Group& group = groups[{shown_folder(file.path), file.format, file.why}];
        if (group.files++ == 0) group.first = file.path;
        group.backward += !file.forward;
    }
    for (const auto& [key, group] : groups) {
        const auto& [folder, format, why] = key;
        std::printf("%s: %zu of %s%s\n    because: %s\n    such as: %s\n", folder.c_str(), group.files, format.c_str(),
                    is_read(format) ? "" : ", which is not read yet", why.c_str(), group.first.c_str());
        if (group.backward > 0) std::printf("    %zu of them lead back: no deployment runs them\n", group.backward);
    }
}

void print_left_out(const DetectedFiles& found) {
    std::map<std::pair<std::string, std::string>, std::size_t> groups;
    for (const auto& file : found.left_out) ++groups[{shown_folder(file.path), file.why}];
    if (!groups.empty()) std::printf("\nleft out:\n");
    for (const auto& [key, files] : groups)
        std::printf("    %s: %zu, %s\n", key.first.c_str(), files, key.second.c_str());
}

void print(const DetectedFiles& found) {
    std::printf("%zu migrations in %s\n", found.migrations.size(), found.commit.substr(0, 12).c_str());
    print_groups(found);
    print_left_out(found);
    if (found.migrations.empty())
        std::printf("Name them in .pgfence.toml if there are any: migrations = [\"db/changes/*.sql\"]\n");
}

void print_json(const DetectedFiles& found) {
    annotate::JsonWriter json;
    json.object([&] {
        json.member("commit", found.commit);
        json.key("migrations").array(found.migrations, [&](const auto& file) {
            json.object([&] {
                json.member("path", file.path);
                json.member("format", file.format);
                json.member("read", is_read(file.format));
                json.member("forward", file.forward);
                json.member("why", file.why);
            });
        });
        json.key("leftOut").array(found.left_out, [&](const auto& file) {
            json.object([&] {
                json.member("path", file.path);
                json.member("why", file.why);
            });
        });
    });
    std::printf("%s\n", json.take().c_str());
}

}  // namespace

Command detect_command() {
    struct Options {
        pipeline::DetectRequest request;
        Output output = Output::terminal;
    };
    const auto options = std::make_shared<Options>();
    Command command{"detect", "Print which files are migrations, of which tool, and why"};
    command.add("--repository", &options->request.repository_path, "Folder of the repository", {.type = "DIR"});
    command.add("--revision", &options->request.revision, "Commit to look at (default: HEAD)");
    command.add("--config", &options->request.config_file, "Config file (default .pgfence.toml)", {.type = "FILE"});
    command.add_choice("--output", &options->output, "What to print", kListOutputs);
    command.run = [=] {
        const auto found = pipeline::detect(options->request);
        if (!found) return fail(found.error());
        if (options->output == Output::json)
            print_json(*found);
        else
            print(*found);
        return 0;
    };
    return command;
}

}  // namespace pgfence::cli

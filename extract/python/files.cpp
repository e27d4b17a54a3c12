// What a migration reads from a file beside it: open(), os.path, pathlib. A path is its text.

#include <algorithm>
#include <array>
#include <vector>

#include "core/path_text.h"
#include "extract/program/file_paths.h"
#include "extract/python/python.h"

namespace pgfence::extract {

using namespace std::string_view_literals;

std::optional<Value> Python::file_function(const Call& call) {
    const auto& args = call.args;
    const bool known =
        std::all_of(args.begin(), args.end(), [](const Value& one) { return one.is_text() && one.known(); });
    const auto content = [&](const Value& path) -> Value {
        auto text = path.is_text() && path.known() && ++reads_ < 600 ? host_.read(path.text) : std::nullopt;
        return text && text->size() <= kLongestText ? text_value(std::move(*text)) : unknown_value();
    };
    if (call.name() == "read" && call.receiver.call && call.receiver.is_path("open()") &&
        !call.receiver.call->args.empty())
        return content(call.receiver.call->args.front());
    if (args.empty() || !known) return std::nullopt;
    constexpr std::array kSame{"os.path.abspath"sv, "os.path.realpath"sv, "os.path.normpath"sv,
                               "pathlib.Path"sv,    "pathlib.PurePath"sv, "os.fspath"sv};
    if (std::find(kSame.begin(), kSame.end(), call.path) != kSame.end() && args.size() == 1)
        return text_value(joined_path("", args.front().text));
    if (call.path == "os.path.dirname") return text_value(std::string(folder_of(args.front().text)));
    if (call.path == "os.path.basename")
        return text_value(std::string(folder_of(args.front().text).empty() ? std::string_view(args.front().text)
                                                                           : last_part(args.front().text)));
    if (call.path == "os.path.join" || call.path == "pathlib.Path") {
        std::string path;
        for (const Value& part : args) path = joined_path(path, part.text);
        return text_value(std::move(path));
    }
    return std::nullopt;
}

}  // namespace pgfence::extract

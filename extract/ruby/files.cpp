// What a migration reads from a file of the repository: File.read, Rails.root, __dir__. A path stays the call that
// makes it until a file is opened, so that it never stands in SQL as something known.

#include <algorithm>
#include <array>

#include "core/path_text.h"
#include "core/text.h"
#include "extract/placeholder_use.h"
#include "extract/program/file_paths.h"
#include "extract/ruby/ruby.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

/// Of one migration: whoever reads more has no migration.
constexpr std::size_t kMostReads = 200;
/// Placeholder for the application's folder (Rails.root), which is found by looking for the file below it.
constexpr std::string_view kRoot = "~";

bool is_file(const Value& receiver) {
    return receiver.is_path("File") || receiver.is_path("::File") || receiver.is_path("IO") ||
           receiver.is_path("Pathname") || receiver.is_path("::Pathname");
}

std::string in_folder(const std::string& folder, std::string_view path) {
    if (path.starts_with(kRoot)) return std::string(path);
    const bool below_root = folder.starts_with(kRoot);
    std::string all = joined_path(below_root ? std::string_view(folder).substr(kRoot.size()) : folder, path);
    return below_root ? std::string(kRoot) + all : all;
}

}  // namespace

std::optional<std::string> Ruby::file_path(const Value& value) const {
    if (value.is_text() && value.known()) return value.text;
    // "#{Rails.root}/db/a.sql"
    if (value.is_text() && value.of) {
        const auto folder = file_path(*value.of);
        const std::string_view rest =
            std::string_view(value.text).substr(std::min(kPlaceholder.size(), value.text.size()));
        if (!folder || contains(rest, kPlaceholder)) return std::nullopt;
        return in_folder(*folder, rest);
    }
    if (value.is_path("__FILE__")) return std::string(path_);
    if (value.is_path("__dir__")) return std::string(folder_of(path_));
    if (value.is_path("Rails.root()") || value.is_path("::Rails.root()")) return std::string(kRoot);
    if (!value.is(Value::Kind::path) || !value.call) return std::nullopt;
    const Call& call = *value.call;
    if (call.more_args || !call.named.empty()) return std::nullopt;
    const std::string_view name = call.name();
    if (is_file(call.receiver)) return file_path_by(call, name);
    // Of a Pathname, or of what Rails.root is.
    const auto folder = file_path(call.receiver);
    if (!folder) return std::nullopt;
    constexpr std::array kSame{"to_s"sv, "to_path"sv, "expand_path"sv, "realpath"sv, "cleanpath"sv};
    if (std::find(kSame.begin(), kSame.end(), name) != kSame.end() && call.args.empty()) return folder;
    if ((name == "dirname" || name == "parent") && call.args.empty()) return in_folder(*folder, "..");
    return name == "join" ? joined(*folder, call.args, 0) : std::nullopt;
}

/// File.join and its like.
std::optional<std::string> Ruby::file_path_by(const Call& call, std::string_view name) const {
    const auto first = call.args.empty() ? std::nullopt : file_path(call.args.front());
    if (!first) return std::nullopt;
    if (name == "join") return joined(*first, call.args, 1);
    if (name == "dirname" && call.args.size() == 1) return in_folder(*first, "..");
    if (name == "new" || name == "realpath" || name == "absolute_path") return first;
    if (name != "expand_path") return std::nullopt;
    const auto from = call.args.size() > 1 ? file_path(call.args[1]) : std::string();
    return from ? std::optional(in_folder(*from, *first)) : std::nullopt;
}

std::optional<std::string> Ruby::joined(std::string folder, const std::vector<Value>& parts, std::size_t from) const {
    for (std::size_t i = from; i < parts.size(); ++i) {
        const auto part = file_path(parts[i]);
        if (!part) return std::nullopt;
        folder = in_folder(folder, *part);
    }
    return folder;
}

/// Rails.root is the folder above the migration that has such a file: one alone, or it is not known.
std::optional<std::string> Ruby::file_text(const std::string& path) {
    if (++reads_ > kMostReads) return std::nullopt;
    if (!path.starts_with(kRoot)) return host_.read(joined_path("", path));
    std::optional<std::string> found;
    std::string_view folder = folder_of(path_);
    while (!folder.empty()) {
        folder = folder_of(folder);
        auto text = host_.read(joined_path(folder, std::string_view(path).substr(kRoot.size())));
        if (text && found && *text != *found) return std::nullopt;
        if (text) found = std::move(text);
    }
    return found;
}

std::optional<Value> Ruby::file_method(const Call& call, const Value* receiver) {
    if (!receiver || !receiver->is(Value::Kind::path)) return std::nullopt;
    const std::string_view name = call.path;
    const auto content = [&](const Value& of) -> std::optional<Value> {
        const auto path = file_path(of);
        auto text = path ? file_text(*path) : std::nullopt;
        if (!text || text->size() > kLongestText) return std::nullopt;
        return text_value(std::move(*text));
    };
    const bool reads = name == "read" || name == "binread";
    if (is_file(*receiver)) {
        if (reads && call.args.size() == 1) return content(call.args.front());
        // What the block is given is the file that is open.
        if (name != "open" || call.args.empty() || !has_block(call)) return std::nullopt;
        Call opened = call;
        opened.path = "File.open";
        opened.receiver = *receiver;
        opened.block = nullptr;
        opened.passed_block = nullptr;
        if (const Node* body = call.block ? call.block->at("body") : nullptr) want_value_of(*body);
        return run_block_of(call, {result_of(std::move(opened))});
    }
    if (!reads || !call.args.empty()) return std::nullopt;
    return content(receiver->is_path("File.open()") && receiver->call ? receiver->call->args.front() : *receiver);
}

}  // namespace pgfence::extract

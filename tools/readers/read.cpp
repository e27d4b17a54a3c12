// What the extract stage reads out of migration files, one JSON object a line and file: its statements with
// libpg_query's fingerprints, the lines they come from, and what was not read. The comparisons with the real tools in
// this folder are made of it. Files are read in the order given, as one repository's: --root says where it lies.

#include <pg_query.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "core/source.h"
#include "extract/extract.h"

using nlohmann::json;
using namespace pgfence;

namespace {

std::string fingerprint(const std::string& sql) {
    const PgQueryFingerprintResult result = pg_query_fingerprint(sql.c_str());
    std::string text = result.error ? std::string("error: ") + result.error->message : result.fingerprint_str;
    pg_query_free_fingerprint_result(result);
    return text;
}

std::optional<std::string> content(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    if (!in || !(text << in.rdbuf())) return std::nullopt;
    return text.str();
}

json statements(const Script& script, const LineIndex& lines) {
    json list = json::array();
    const PgQuerySplitResult split = pg_query_split_with_scanner(script.sql.c_str());
    for (int i = 0; i < split.n_stmts; ++i) {
        auto begin = static_cast<std::size_t>(split.stmts[i]->stmt_location);
        const auto end = begin + static_cast<std::size_t>(split.stmts[i]->stmt_len);
        while (begin < end && std::isspace(static_cast<unsigned char>(script.sql[begin]))) ++begin;
        const std::string sql = script.sql.substr(begin, end - begin);
        const auto line = [&](std::size_t at) {
            return lines.at(script.map.to_file(static_cast<std::uint32_t>(at))).line;
        };
        list.push_back(
            {{"sql", sql}, {"fingerprint", fingerprint(sql)}, {"first_line", line(begin)}, {"last_line", line(end)}});
    }
    if (split.error) list.push_back({{"sql", ""}, {"fingerprint", std::string("error: ") + split.error->message}});
    pg_query_free_split_result(split);
    return list;
}

}  // namespace

int main(int argc, char** argv) {
    extract::Hints hints;
    extract::Memory memory;
    FileId next = 0;
    std::vector<MigrationFile> files;
    std::filesystem::path root;
    hints.read = [&](std::string_view path) { return content(root / path); };
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        if (argument.starts_with("--format=")) {
            hints.format = argument.substr(9);
            continue;
        }
        if (argument.starts_with("--root=")) {
            root = argument.substr(7);
            continue;
        }
        MigrationFile file;
        file.id = next++;
        file.path = root.empty() ? argument : std::filesystem::path(argument).lexically_relative(root).string();
        file.text = content(argument).value_or("");
        files.push_back(std::move(file));
    }
    for (const MigrationFile& file : files) extract::announce(file, hints, memory);
    for (const MigrationFile& file : files) {
        const Script script = extract::script(file, hints, memory);
        const LineIndex lines(file.text);
        json unread = json::array();
        for (const Unread& part : script.unread)
            unread.push_back({{"line", lines.at(part.span.begin).line}, {"what", part.what}, {"why", part.why}});
        json uncertainties = json::array();
        for (const Uncertainty& uncertainty : script.uncertainties)
            uncertainties.push_back(
                {{"line", lines.at(script.map.to_file(uncertainty.begin)).line}, {"what", uncertainty.what}});
        std::cout << json{{"path", root.empty() ? file.path : (root / file.path).string()},
                          {"format", script.format},
                          {"transaction", name_of(script.transaction)},
                          {"statements", statements(script, lines)},
                          {"unread", unread},
                          {"doubts", uncertainties}}
                         .dump(-1, ' ', false, json::error_handler_t::replace)
                  << '\n';
    }
}

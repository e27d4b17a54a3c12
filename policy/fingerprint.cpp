#include "policy/fingerprint.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>

#include "core/at_once.h"
#include "core/sql_scanner.h"
#include "core/text.h"

namespace pgfence::policy {
namespace {

// FNV-1a, 64 bits (draft-eastlake-fnv): fixed for good, since users write fingerprints into their configs.
constexpr std::uint64_t kOffsetBasis = 0xcbf29ce484222325, kPrime = 0x100000001b3;

std::uint64_t hashed(std::uint64_t hash, std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
    return (hash ^ 0xff) * kPrime;  // a byte that UTF-8 has not, so that "ab","c" and "a","bc" differ
}

/// Letters, digits and what else begins neither a blank, a comment nor anything quoted.
constexpr auto kPlain = [] {
    std::array<bool, 256> plain{};
    for (std::size_t byte = 0; byte < plain.size(); ++byte)
        plain[byte] = byte > ' ' && byte != '-' && byte != '/' && byte != '\'' && byte != '"' && byte < 0x80;
    return plain;
}();

/// Behind the bytes from `begin`, which is one of them, that stand for nothing but themselves.
std::size_t end_of_plain(std::string_view sql, std::size_t begin) {
    std::size_t end = begin + 1;
    while (end < sql.size() && kPlain[static_cast<unsigned char>(sql[end])]) ++end;
    return end;
}

}  // namespace

std::string normalised(std::string_view sql) {
    std::string result;
    result.reserve(sql.size());
    bool space = false;
    for (std::size_t i = 0; i < sql.size();) {
        const auto rest = sql.substr(i);
        if (is_space(sql[i])) {
            space = true;
            ++i;
            continue;
        }
        if (rest.starts_with("--") || rest.starts_with("/*")) {
            space = true;
            i = rest.front() == '-' ? end_of_line_comment(sql, i) : end_of_block_comment(sql, i).at;
            continue;
        }
        if (space && !result.empty()) result += ' ';
        space = false;
        const std::size_t end = sql[i] == '\'' || sql[i] == '"' ? end_of_quoted(sql, i).at : end_of_plain(sql, i);
        result += sql.substr(i, end - i);
        i = end;
    }
    return result;
}

bool is_fingerprint(std::string_view text) { return text.size() == 16 && is_lower_hex(text); }

std::uint64_t hash_of(std::string_view rule, std::string_view normalised_sql) {
    return hashed(hashed(kOffsetBasis, rule), normalised_sql);
}

std::vector<std::uint64_t> hashes_of(const std::vector<Finding>& findings, const std::vector<AnalyzedFile>& files) {
    constexpr std::size_t kAtOnce = 64, kWorthAThread = 8;
    std::unordered_map<FileId, const AnalyzedFile*> known;
    for (const AnalyzedFile& file : files) known.emplace(file.file, &file);
    const auto statement_of = [&](const Finding& finding) -> const AnalyzedStatement* {
        const auto file = known.find(finding.span.file);
        const bool there = file != known.end() && finding.statement < file->second->statements.size();
        return there ? &file->second->statements[finding.statement] : nullptr;
    };
    std::vector<std::uint64_t> hashes(findings.size());
    at_once((findings.size() + kAtOnce - 1) / kAtOnce, kWorthAThread, [&](auto next) {
        while (const auto some = next()) {
            // A statement may have thousands: its text is normalised once, and read once for each rule.
            const AnalyzedStatement* last = nullptr;
            std::string text;
            std::map<std::string_view, std::uint64_t> by_rule;
            for (std::size_t i = *some * kAtOnce; i < std::min(findings.size(), (*some + 1) * kAtOnce); ++i) {
                const AnalyzedStatement* statement = statement_of(findings[i]);
                if (!statement) continue;
                if (statement != last) {
                    text = normalised(statement->sql);
                    by_rule.clear();
                }
                last = statement;
                const auto [hash, is_new] = by_rule.try_emplace(findings[i].rule);
                if (is_new) hash->second = hash_of(findings[i].rule, text);
                hashes[i] = hash->second;
            }
        }
    });
    return hashes;
}

std::string Fingerprints::next(std::uint64_t hash) {
    const std::uint32_t occurrence = seen_[hash]++;
    return fmt::format("{:016x}", hashed(hash, std::to_string(occurrence)));
}

}  // namespace pgfence::policy

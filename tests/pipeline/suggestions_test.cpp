// A click on a suggestion replaces the author's lines: nothing that they name may be lost by it, whatever the rule and
// the format. Examples write names and types in lower case and the grammar's words in capitals, which makes this test
// independent of how the program cuts SQL.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <set>
#include <string>
#include <vector>

#include "analyze/kit/rule.h"
#include "annotate/annotate.h"
#include "core/text.h"
#include "pipeline/detect.h"
#include "pipeline/files.h"
#include "tests/pipeline/all_rules.h"

using namespace pgfence;

namespace {

std::set<std::string> lower_case_words(const std::string& text) {
    std::set<std::string> words;
    for (std::size_t begin = 0; begin < text.size(); ++begin) {
        std::size_t end = begin;
        while (end < text.size() && (is_letter_or_digit(text[end]) || text[end] == '_')) ++end;
        std::string word = text.substr(begin, end - begin);
        if (std::any_of(word.begin(), word.end(), [](char c) { return c >= 'a'; })) words.insert(std::move(word));
        begin = end;
    }
    return words;
}

/// What GitHub would put in the place of the lines.
std::string replacement_in(const std::string& body) {
    const std::string fence = "```suggestion\n";
    const auto begin = body.find(fence) + fence.size();
    return body.substr(begin, body.find("\n```", begin) - begin);
}

std::vector<annotate::Suggestion> suggestions_for(const std::string& text) {
    pipeline::FilesRequest request;
    request.files = {{"db/migrations/1_a.up.sql", text}};
    request.choices.format = "golang-migrate";
    request.choices.pg_version = 17;
    request.choices.today = "2026-01-01";
    const auto report = pipeline::prepare_files(request).map(review_by_all_rules);
    REQUIRE(report);
    return annotate::suggested_changes(*report, "t").suggestions;
}

}  // namespace

TEST_CASE("a suggestion keeps every name that its lines hold") {
    std::set<std::string> rules, formats;
    std::size_t in_front = 0;
    for (const auto& [format, has_reader] : pipeline::formats()) {
        if (!has_reader) continue;
        for (const NamedRule& named : all_rules()) {
            for (const std::string_view example : named.rule->bad) {
                pipeline::FilesRequest request;
                std::string text(example);
                if (format == "goose") text = "-- +goose Up\n" + text;
                if (format == "sql-migrate") text = "-- +migrate Up\n" + text;
                if (format == "dbmate") text = "-- migrate:up\n" + text;
                request.files = {{"db/migrations/1_a.up.sql", text}};
                request.choices.format = format;
                request.choices.pg_version = 17;
                request.choices.today = "2026-01-01";
                const auto report = pipeline::prepare_files(request).map(review_by_all_rules);
                if (!report) continue;
                for (const auto& suggestion : annotate::suggested_changes(*report, "t").suggestions) {
                    const std::string left = replacement_in(suggestion.body);
                    INFO(format << ", " << named.id << "\n--- lines\n" << suggestion.lines << "\n--- left\n" << left);
                    const auto before = lower_case_words(suggestion.lines), after = lower_case_words(left);
                    CHECK(std::includes(after.begin(), after.end(), before.begin(), before.end()));
                    // A click may not put the statement off to a later step.
                    CHECK(suggestion.body.find("\n" + suggestion.lines + "\n",
                                               suggestion.body.find(left) + left.size()) == suggestion.body.npos);
                    in_front += left.ends_with(suggestion.lines);
                    rules.insert(std::string(named.id));
                    formats.insert(format);
                }
            }
        }
    }
    CHECK(rules.size() > 20);
    CHECK(formats.size() > 5);
    CHECK(in_front > 0);
}

TEST_CASE("a setting is suggested in front of the first lock of its transaction, and of no other") {
    const std::string quick = "ALTER TABLE orders ADD COLUMN a integer;\n",
                      other = "ALTER TABLE users ADD COLUMN b integer;\n";
    for (const auto& suggestion : suggestions_for(quick + other)) {
        INFO(suggestion.body);
        CHECK(suggestion.start_line == 1);
    }
    CHECK(suggestions_for("SELECT 1;\n" + other).size() == 1);
}

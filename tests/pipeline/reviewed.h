#pragma once
// What a pull request of a repository made for the test would be told.

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "core/source.h"
#include "pipeline/change.h"
#include "pipeline/review.h"
#include "tests/diff/repositories.h"

namespace pgfence::pipeline::testing {

inline Report reviewed(const diff::testing::Repo& repo, const std::string& base) {
    pipeline::ChangeRequest request;
    request.change.repository_path = repo.path().string();
    request.change.base = base;
    request.choices.today = "2026-01-01";
    auto review = pipeline::prepare_change(request).map(pipeline::review);
    INFO((review ? "" : review.error().message));
    REQUIRE(review);
    return std::move(*review);
}

inline bool has_finding(const Report& report, std::string_view rule) {
    for (const FileReport& file : report.files)
        for (const StatementReport& statement : file.statements)
            for (const Graded& graded : statement.findings)
                if (graded.finding.rule == rule) return true;
    return false;
}

/// "rule path:line" of each finding, the lines counted in the file.
inline std::string found(const diff::testing::Repo& repo, const std::string& base) {
    const Report review = reviewed(repo, base);
    std::string text;
    for (const FileReport& file : review.files)
        for (const StatementReport& statement : file.statements)
            for (const Graded& graded : statement.findings)
                if (!graded.suppressed)
                    text += graded.finding.rule + " " + file.path + ":" +
                            std::to_string(LineIndex(file.text).at(statement.statement.span.begin).line) + "\n";
    return text;
}

}  // namespace pgfence::pipeline::testing

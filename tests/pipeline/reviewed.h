#pragma once
// What a pull request of a repository made for the test would be told.

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <string_view>
#include <utility>

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

}  // namespace pgfence::pipeline::testing

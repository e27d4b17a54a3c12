#pragma once
// What a pull request of a repository made for the test would be told.

#include <catch2/catch_test_macros.hpp>
#include <string>
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

}  // namespace pgfence::pipeline::testing

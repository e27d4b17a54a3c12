#pragma once
// What is asked of a statement that picks rows.

#include <span>

#include "analyze/kit/rule.h"

namespace pgfence {

/// A statement, with what its names mean and how often it runs.
struct RowChoice {
    const Dml& dml;
    const Catalog& catalog;
    HowOften runs = HowOften::few_times;
    std::span<const Earlier> earlier = {};  ///< of its file; in a body nothing is known of what it ran before

    static RowChoice of(const Step& step, const Dml& dml) {
        return {dml, step.before, step.runs, step.part ? std::span<const Earlier>() : step.earlier};
    }
    bool runs_once() const { return runs == HowOften::few_times; }
};

}  // namespace pgfence

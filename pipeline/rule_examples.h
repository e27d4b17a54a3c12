#pragma once
// The examples that stand in a rule's file, reviewed: for its page, and for the goldens of tests/golden/rules/.

#include <string>
#include <vector>

#include "analyze/kit/rule.h"
#include "core/report.h"
#include "policy/own_rule.h"

namespace pgfence::pipeline {

/// With the rule switched on and its `example_options` set, on the newest version that it applies to.
std::vector<Report> review_bad_examples(const NamedRule& named);

Report review_example(const policy::OwnRule& rule, const policy::ChangeExample& example);

/// How findings of one rule are printed: annotate::findings_of.
using FindingsText = std::string (*)(const Report& report, std::string_view rule);

/// The whole page, as `pgfence explain` prints it and docs/rules/ keeps it.
std::string page_of(const NamedRule& named, FindingsText print);
std::string page_of(const policy::OwnRule& rule, FindingsText print);

}  // namespace pgfence::pipeline

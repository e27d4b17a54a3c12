#include "policy/acts.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <tuple>

#include "policy/verdict.h"

namespace pgfence::policy {
namespace {

bool certainly_fails(const Finding& finding) { return finding.fails && finding.certainty == Certainty::known; }

/// At the same risk, that it fails comes before what it would have done, what is done to the table before how long its
/// lock is held beside other work, and that before advice.
int distance_from_the_act(const Graded& graded) {
    if (certainly_fails(graded.finding)) return -1;
    switch (graded.finding.category) {
        case Category::destructive: return 0;
        case Category::rewrite: return 1;
        case Category::scan:
        case Category::lock: return graded.finding.related ? 4 : 2;
        case Category::correctness:
        case Category::compatibility: return graded.finding.related ? 4 : 3;
        case Category::type_choice:
        case Category::robustness:
        case Category::policy: return 5;
    }
    return 5;
}

bool read_before(const Graded& a, const Graded& b) {
    const auto key = [](const Graded& graded) {
        return std::tuple(counts(graded) ? 0 : 1, -static_cast<int>(graded.risk), -static_cast<int>(graded.severity),
                          distance_from_the_act(graded), graded.finding.span.begin,
                          std::string_view(graded.finding.rule));
    };
    return key(a) < key(b);
}

bool overlap(SourceSpan a, SourceSpan b) {
    return a.begin == b.begin || a.end == b.end || (a.begin < b.end && b.begin < a.end);
}

/// A DO block is statements of its own: what it drops in one line and in another are two acts.
bool is_block(const StatementReport& statement) { return statement.statement.kind == "DO"; }

/// How migrations are written (their names, their order, their comments) is no consequence of what they do.
bool may_be_part(const Graded& graded) {
    return counts(graded) && graded.finding.category != Category::policy && !is_a_wish(graded);
}

bool is_about_waiting(const Finding& finding) {
    return finding.lock && (finding.category == Category::rewrite || finding.category == Category::scan ||
                            finding.category == Category::lock);
}

/// A statement takes one lock on a table, and holds it for all its clauses together.
bool same_wait(const Finding& a, const Finding& b) {
    return is_about_waiting(a) && is_about_waiting(b) && !a.relations.empty() && !b.relations.empty() &&
           a.relations.front() == b.relations.front();
}

bool same_act(const Finding& part, const Finding& lead, bool block) {
    if (overlap(part.span, lead.span)) return true;
    return !block && (part.rule == lead.rule || same_wait(part, lead) || certainly_fails(lead));
}

/// Nobody who would stop at the part may pass by the lead.
bool no_worse(const Graded& part, const Graded& lead) {
    return part.risk <= lead.risk && part.severity <= lead.severity;
}

/// Where the rule's first finding is part of an act, so are those of its other clauses: the lead names them all.
std::optional<std::size_t> lead_of_rule(const std::vector<Graded>& findings, std::size_t at) {
    for (std::size_t i = 0; i < at; ++i)
        if (findings[i].part_of && findings[i].finding.rule == findings[at].finding.rule &&
            no_worse(findings[at], findings[*findings[i].part_of]))
            return findings[i].part_of;
    return std::nullopt;
}

}  // namespace

void put_acts_together(StatementReport& statement) {
    auto& findings = statement.findings;
    std::stable_sort(findings.begin(), findings.end(), read_before);
    const bool block = is_block(statement);
    std::vector<std::size_t> leads;
    for (std::size_t i = 0; i < findings.size(); ++i) {
        Graded& graded = findings[i];
        graded.part_of.reset();
        if (!may_be_part(graded)) continue;
        const auto lead = std::find_if(leads.begin(), leads.end(), [&](std::size_t one) {
            return same_act(graded.finding, findings[one].finding, block) && no_worse(graded, findings[one]);
        });
        const auto of_rule = lead == leads.end() && !block ? lead_of_rule(findings, i) : std::nullopt;
        if (lead != leads.end())
            graded.part_of = *lead;
        else if (of_rule)
            graded.part_of = of_rule;
        else
            leads.push_back(i);
    }
}

}  // namespace pgfence::policy

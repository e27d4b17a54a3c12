#include "policy/acts.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "core/message_shape.h"
#include "policy/rows_refused.h"
#include "policy/verdict.h"

namespace pgfence::policy {
namespace {

bool certainly_fails(const Finding& finding) { return finding.fails && finding.certainty == Certainty::known; }

/// Tables of the statement at hand (tables_refused_with_rows).
using Refused = std::set<std::string_view>;

/// At the same risk, that it fails comes before what it would have done, what is done to the table before how long its
/// lock is held beside other work, and that before advice.
int distance_from_the_act(const Graded& graded, const Refused& refused) {
    if (certainly_fails(graded.finding) || tells_the_refusal(graded.finding, refused)) return -1;
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

bool read_before(const Graded& a, const Graded& b, const Refused& refused) {
    const auto key = [&](const Graded& graded) {
        return std::tuple(counts(graded) ? 0 : 1, -static_cast<int>(graded.risk), -static_cast<int>(graded.severity),
                          distance_from_the_act(graded, refused), graded.finding.recipe ? 0 : 1,
                          graded.finding.span.begin, std::string_view(graded.finding.rule));
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

/// What it does to rows it does to none: it fails where there is one.
bool needs_rows_refused(const Finding& part, const Finding& lead, const Refused& refused) {
    return tells_the_refusal(lead, refused) && part.relations == lead.relations;
}

bool same_act(const Finding& part, const Finding& lead, const Refused& refused, bool block) {
    if (overlap(part.span, lead.span) || needs_rows_refused(part, lead, refused)) return true;
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
    const Refused refused = tables_refused_with_rows(statement.statement);
    std::stable_sort(findings.begin(), findings.end(),
                     [&](const Graded& a, const Graded& b) { return read_before(a, b, refused); });
    const bool block = is_block(statement);
    std::vector<std::size_t> leads;
    for (std::size_t i = 0; i < findings.size(); ++i) {
        Graded& graded = findings[i];
        graded.part_of.reset();
        if (!may_be_part(graded)) continue;
        const auto lead = std::find_if(leads.begin(), leads.end(), [&](std::size_t one) {
            return same_act(graded.finding, findings[one].finding, refused, block) && no_worse(graded, findings[one]);
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

namespace {

/// From so many tables on, a column of one name that all of them lose is one decision.
constexpr std::size_t kOneDecision = 3;

/// It fails for where it stands, whomever it names: in a transaction, behind the first one that does.
bool fails_where_it_stands(const Finding& finding) { return finding.fails && shape_of(finding.message).names.empty(); }

/// What each loses, or fails at, is a matter of its own.
bool may_repeat(const Graded& graded) {
    const Finding& finding = graded.finding;
    return may_be_part(graded) && !graded.part_of && (!finding.fails || fails_where_it_stands(finding)) &&
           (finding.harm == Harm::of_its_category || finding.harm == Harm::lost_guarantee || finding.fails ||
            (finding.harm == Harm::used_name && finding.category == Category::destructive));
}

/// What findings have in common of which one is told.
using Said = std::tuple<std::string_view, Severity, Risk, std::optional<LockMode>, bool, std::string, std::string>;

/// A thing of its table, in which several tables are alike: the first name, where more follow.
std::string thing_lost(const Finding& finding) {
    const MessageShape shape = shape_of(finding.message);
    return shape.names.size() > 1 && shape.names[1] != shape.names[0] ? std::string(shape.names.front()) : "";
}

/// What only the same thing repeats, of whichever table or of this one alone.
std::string apart_by(const Graded& graded, const AnalyzedStatement& statement, Risk threshold) {
    const Finding& finding = graded.finding;
    if (finding.fails) return std::to_string(statement.transaction.number);
    if (finding.category == Category::destructive) return thing_lost(finding);
    return makes_fail(graded, threshold) && !finding.relations.empty() ? finding.relations.front() : "";
}

Said said_of(const Graded& graded, const AnalyzedStatement& statement, Risk threshold) {
    const Finding& finding = graded.finding;
    // Behind the first that fails, the others weigh less, as nothing reaches them.
    const bool weighs = !finding.fails;
    return {finding.rule,
            weighs ? graded.severity : Severity::error,
            weighs ? graded.risk : Risk::critical,
            finding.lock,
            finding.related.has_value(),
            shape_of(finding.message).words,
            apart_by(graded, statement, threshold)};
}

/// Losses that stay findings of their own: too few, or of things whose names differ.
bool is_told_alone(const Said& said, const Finding& finding, const std::map<Said, std::size_t>& count) {
    return finding.category == Category::destructive && (std::get<6>(said).empty() || count.at(said) < kOneDecision);
}

std::set<std::string_view> rules_of_parts(const StatementReport& statement, std::size_t lead) {
    std::set<std::string_view> rules;
    for (const Graded& graded : statement.findings)
        if (graded.part_of == lead) rules.insert(graded.finding.rule);
    return rules;
}

}  // namespace

namespace {

/// Rows that an UPDATE or DELETE holds, in whatever number, wait no longer than their table.
bool is_about_rows(const Finding& finding) {
    return finding.category == Category::scan && !finding.related &&
           (!finding.lock || *finding.lock <= LockMode::RowExclusive);
}

/// It holds the table's lock from before.
bool is_about_held_lock(const Finding& finding) {
    return is_about_waiting(finding) && finding.related && finding.grows_with_rows;
}

/// The same work on the same table, while a lock is held that is no weaker.
bool waits_as_long(const Finding& part, const Finding& lead) {
    if (lead.relations.empty() || part.relations.empty() || !is_about_waiting(lead) || !lead.grows_with_rows)
        return false;
    const bool all_of_its_table = std::all_of(part.relations.begin(), part.relations.end(),
                                              [&](const auto& relation) { return relation == lead.relations.front(); });
    if (!all_of_its_table || (part.lock && *part.lock > *lead.lock)) return false;
    return is_about_rows(part) ? lead.related.has_value() : is_about_held_lock(part);
}

/// Code was seen to use what the statement renames.
bool names_the_code(const Finding& part, const Finding& lead) {
    return lead.harm == Harm::used_name && part.category == Category::compatibility &&
           part.harm == Harm::of_its_category && part.span.begin == lead.span.begin && part.span.end == lead.span.end;
}

bool may_add_nothing(const Graded& graded) { return may_be_part(graded) && !graded.finding.fails; }

/// Others may add nothing to it (waits_as_long, names_the_code).
bool may_lead(const Finding& finding) {
    return (is_about_waiting(finding) && finding.grows_with_rows) || finding.harm == Harm::used_name;
}

bool adds_nothing(const Graded& part, const Graded& lead) {
    return no_worse(part, lead) &&
           (waits_as_long(part.finding, lead.finding) || names_the_code(part.finding, lead.finding));
}

}  // namespace

void leave_out_what_adds_nothing(StatementReport& statement) {
    if (is_block(statement)) return;
    auto& findings = statement.findings;
    std::vector<std::size_t> leads;  // of thousands, most are none
    for (std::size_t i = 0; i < findings.size(); ++i)
        if (may_lead(findings[i].finding)) leads.push_back(i);
    std::vector<bool> gone(findings.size());
    for (std::size_t i = 0; i < findings.size(); ++i) {
        if (!may_add_nothing(findings[i])) continue;
        for (const std::size_t lead : leads) {
            // Of two that say the same the first one stays. What is accepted is accepted with what it says.
            const bool leads_it = counts(findings[lead]) ? lead < i && !gone[lead] : lead != i;
            if (!leads_it || !adds_nothing(findings[i], findings[lead])) continue;
            if (!findings[lead].finding.recipe) findings[lead].finding.recipe = std::move(findings[i].finding.recipe);
            gone[i] = true;
            break;
        }
    }
    if (std::none_of(gone.begin(), gone.end(), [](bool one) { return one; })) return;
    std::vector<Graded> kept;
    for (std::size_t i = 0; i < findings.size(); ++i)
        if (!gone[i]) kept.push_back(std::move(findings[i]));
    findings = std::move(kept);
    put_acts_together(statement);
}

namespace {

/// How many findings of the file have each message.
std::map<Said, std::size_t> count_said(const FileReport& file, Risk threshold) {
    std::map<Said, std::size_t> count;
    for (const StatementReport& statement : file.statements)
        for (const Graded& graded : statement.findings)
            if (may_repeat(graded)) ++count[said_of(graded, statement.statement, threshold)];
    return count;
}

/// With all that is in them.
std::set<std::string_view> tables_dropped_by(const StatementReport& report) {
    std::set<std::string_view> tables;
    if (report.statement.kind != "DROP TABLE") return tables;
    for (const Lock& lock : report.statement.effects.locks)
        if (lock.role == LockRole::target) tables.insert(lock.relation);
    return tables;
}

/// The drop is told, and is no better than what the part of its table loses.
bool tells_the_drop(const StatementReport& drop, const Graded& part) {
    return std::any_of(drop.findings.begin(), drop.findings.end(), [&](const Graded& graded) {
        return may_be_part(graded) && graded.finding.category == Category::destructive && no_worse(part, graded);
    });
}

bool is_about_these_alone(const Finding& finding, const std::set<std::string_view>& tables) {
    return !finding.relations.empty() && !finding.fails &&
           (finding.category == Category::destructive || finding.category == Category::compatibility) &&
           std::all_of(finding.relations.begin(), finding.relations.end(),
                       [&](const std::string& table) { return tables.contains(table); });
}

}  // namespace

void leave_to_the_drop(FileReport& file) {
    for (std::size_t s = 1; s < file.statements.size(); ++s) {
        const StatementReport& drop = file.statements[s];
        const std::set<std::string_view> tables = tables_dropped_by(drop);
        if (tables.empty()) continue;
        for (std::size_t before = 0; before < s; ++before) {
            StatementReport& statement = file.statements[before];
            if (statement.statement.kind != "ALTER TABLE") continue;
            const auto gone = std::erase_if(statement.findings, [&](const Graded& graded) {
                return may_be_part(graded) && is_about_these_alone(graded.finding, tables) &&
                       tells_the_drop(drop, graded);
            });
            if (gone > 0) put_acts_together(statement);
        }
    }
}

void tell_repeats_once(FileReport& file, Risk threshold) {
    struct Reported {
        FindingPlace place;
        std::set<std::string_view> rules_of_parts;
    };
    const std::map<Said, std::size_t> count = count_said(file, threshold);
    std::map<Said, std::vector<Reported>> told;
    for (std::size_t s = 0; s < file.statements.size(); ++s) {
        StatementReport& statement = file.statements[s];
        for (std::size_t i = 0; i < statement.findings.size(); ++i) {
            Graded& graded = statement.findings[i];
            graded.repeats.reset();
            if (!may_repeat(graded)) continue;
            const Said said = said_of(graded, statement.statement, threshold);
            if (is_told_alone(said, graded.finding, count)) continue;
            auto parts = rules_of_parts(statement, i);
            std::vector<Reported>& before = told[said];
            const auto tells = std::find_if(before.begin(), before.end(), [&](const Reported& one) {
                return one.place.statement != s &&
                       std::includes(one.rules_of_parts.begin(), one.rules_of_parts.end(), parts.begin(), parts.end());
            });
            if (tells != before.end())
                graded.repeats = tells->place;
            else
                before.push_back({{s, i}, std::move(parts)});
        }
    }
}

}  // namespace pgfence::policy

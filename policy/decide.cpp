#include "policy/decide.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "core/at_once.h"
#include "core/text.h"
#include "policy/acts.h"
#include "policy/change_rules.h"
#include "policy/config_ignores.h"
#include "policy/durations.h"
#include "policy/edits.h"
#include "policy/empty_tables.h"
#include "policy/fingerprint.h"
#include "policy/grade.h"
#include "policy/known_again.h"
#include "policy/quiet.h"
#include "policy/severities.h"
#include "policy/suppress.h"
#include "policy/unreached.h"
#include "policy/verdict.h"

namespace pgfence::policy {
namespace {

using RulesById = std::map<std::string_view, const RuleInfo*>;

RulesById rules_by_id(const Analysis& analysis) {
    RulesById rules;
    for (const RuleInfo& rule : own_rules()) rules[rule.id] = &rule;
    for (const RuleInfo& rule : analysis.rules) rules[rule.id] = &rule;
    return rules;
}

/// A statement of which the model knows nothing is unread, also when nobody listed it.
std::vector<Unread> unread_of(const AnalyzedFile& file) {
    std::vector<Unread> unread = file.unread;
    const auto by_begin = [](const Unread& a, const Unread& b) { return a.span.begin < b.span.begin; };
    std::stable_sort(unread.begin(), unread.end(), by_begin);
    std::vector<Unread> silent;
    for (const AnalyzedStatement& statement : file.statements) {
        if (statement.effects.certainty != Certainty::unknown) continue;
        const Unread here{statement.span, statement.kind, "its effect is unknown"};
        const auto listed = std::lower_bound(unread.begin(), unread.end(), here, by_begin);
        if (listed == unread.end() || listed->span.begin >= statement.span.end) silent.push_back(here);
    }
    unread.insert(unread.end(), silent.begin(), silent.end());
    std::stable_sort(unread.begin(), unread.end(), by_begin);
    return unread;
}

/// What decide() keeps while it goes through the files.
class Decision {
public:
    explicit Decision(Inputs inputs)
        : inputs_(std::move(inputs)),
          rules_(rules_by_id(inputs_.analysis)),
          names_(inputs_.analysis.rules, inputs_.aliases),
          severities_(inputs_.config, inputs_.analysis.rules),
          own_findings_(judge_change(inputs_, severities_.switched_on())),
          silent_(inputs_.analysis.not_asked) {
        const auto on = severities_.switched_on();
        for (const RuleInfo& rule : own_rules())
            if (rule.default_severity == Severity::off && !on.contains(rule.id)) silent_.insert(rule.id);
        for (MigrationFile& file : inputs_.files) files_[file.id] = &file;
        take(inputs_.analysis.findings);
        take(own_findings_);
        for (const IgnoreEntry& entry : inputs_.config.ignores)
            ignores_.push_back({&entry, !entry.until.empty() && entry.until < inputs_.today});
        report_.notes = inputs_.notes;
    }

    Report report() && {
        head();
        add_files();
        report_.waits = waits(report_.files, inputs_.sizes);
        if (auto note = long_transaction_note(report_.files, inputs_.sizes)) report_.notes.push_back(std::move(*note));
        add_files_without_statements();
        for (const Ignore& ignore : ignores_) complain(ignore);
        complain_of_ended_baseline();
        leave_out_what_is_said_once();
        add_notes();
        add_rules();
        coverage();
        report_.verdict = verdict_of(report_.files, inputs_.config.max_risk);
        return std::move(report_);
    }

private:
    struct Taken {
        Finding* finding;
        std::uint64_t hash;  ///< as hash_of()
    };

    void take(std::vector<Finding>& findings) {
        const std::vector<std::uint64_t> hashes = hashes_of(findings, inputs_.analysis.files);
        for (std::size_t i = 0; i < findings.size(); ++i)
            findings_[findings[i].span.file].push_back({&findings[i], hashes[i]});
    }

    void head() {
        report_.tool_version = inputs_.tool_version;
        report_.postgres_version = inputs_.postgres_version;
        report_.postgres_version_assumed = inputs_.postgres_version_assumed;
        report_.base = inputs_.base;
        report_.head = inputs_.head;
        report_.settings = inputs_.config.settings;
        if (!inputs_.config.role.empty()) report_.settings["role"] = inputs_.config.role;
        report_.stats_date = inputs_.sizes.date;
    }

    /// Takes the file's text: each is reported once.
    FileReport blank(FileId id) {
        FileReport report;
        report.file = id;
        const auto found = files_.find(id);
        if (found == files_.end()) return report;
        MigrationFile& file = *found->second;
        report.path = file.path;
        report.text = std::move(file.text);
        report.change = file.change;
        report.old_path = file.old_path;
        return report;
    }

    /// A file whose findings are still to come. Nothing of it depends on another file.
    struct Opened {
        Edits edits;  // first: it reads the text that the report takes
        FileSuppressions comments;
        FileReport report;
        std::set<std::string> made;  ///< names that its statements make
    };

    Opened open(AnalyzedFile& file) {
        const auto known = files_.find(file.file);
        static const MigrationFile nothing;
        const MigrationFile& migration = known == files_.end() ? nothing : *known->second;
        file.unread = unread_of(file);
        Opened opened{
            Edits(migration, inputs_.parts_of(file.file), is_the_same(file.file), inputs_.reached_of(file.file)),
            FileSuppressions(file, migration.text, names_, inputs_.config.inline_suppressions, inputs_.today, silent_),
            blank(file.file),
            {}};
        FileReport& report = opened.report;
        report.format = file.format;
        report.transaction = file.transaction;
        report.transaction_reason = file.transaction_reason;
        report.transaction_assumed = file.transaction_assumed;
        for (std::size_t i = 0; i < file.unread.size(); ++i)
            report.unread.push_back({file.unread[i], opened.comments.accepts_unread(i), Outcome::neutral,
                                     is_of_no_concern(file.unread[i], migration, report, opened.edits)});
        report.statements.reserve(file.statements.size());
        for (AnalyzedStatement& statement : file.statements) {
            // Nobody waits for what meets new databases alone.
            auto time = meets_new_databases_alone(statement.span, report, opened.edits)
                            ? nullptr
                            : estimate(statement, inputs_.sizes, inputs_.config.throughput);
            opened.made.insert(statement.effects.created.begin(), statement.effects.created.end());
            report.statements.push_back({std::move(statement), Risk::safe, {}, std::move(time)});
        }
        std::vector<AnalyzedStatement>().swap(file.statements);  // the next file has room for its report then
        return opened;
    }

    void add_files() {
        constexpr std::size_t kWorthAThread = 256;
        std::vector<AnalyzedFile>& files = inputs_.analysis.files;
        std::vector<std::optional<Opened>> opened(files.size());
        at_once(files.size(), kWorthAThread, [&](auto next) {
            while (const auto i = next()) opened[*i].emplace(open(files[*i]));
        });
        report_.files.reserve(inputs_.files.size());
        for (std::optional<Opened>& one : opened) {
            add(*one);
            one.reset();
        }
    }

    void add(Opened& opened) {
        FileReport& report = opened.report;
        ConfigIgnores ignores(ignores_, report, report_.files.size());
        for (NotAnalyzed& unread : report.unread)
            unread.accepted = unread.accepted ? unread.accepted : ignores.accepts_unread();
        for (NotAnalyzed& unread : report.unread) unread.outcome = outcome_of(unread, inputs_.config.unanalyzed);
        AcceptedFindings accepted(inputs_.baseline, report);
        for (const Taken& taken : findings_[report.file])
            add(taken, opened.comments, ignores, accepted, opened, report);
        for (const auto& complaint : opened.comments.complaints()) add(complaint, report);
        for (const auto& [rule, count] : accepted.gone()) complain(rule, count, report);
        quiet_unreached_failures(report);
        for (StatementReport& statement : report.statements) conclude(statement);
        report_.files.push_back(std::move(report));
    }

    /// The rules of policy/ judge the change itself, its files among it; a name that goes is its statement's own.
    static bool is_about_the_change(const Finding& finding) {
        return finding.rule != kSameRelease &&
               std::any_of(own_rules().begin(), own_rules().end(),
                           [&](const RuleInfo& rule) { return rule.id == finding.rule; });
    }

    /// Its statements ran as they are: whatever they do again, the edit is not to blame.
    bool is_the_same(FileId id) const { return inputs_.same_statements.contains(id); }

    /// Whoever still runs the file has none of the tables that it makes: only its own earlier text had made them
    /// before.
    static bool meets_its_own(const AnalyzedStatement& statement, const std::set<std::string>& made) {
        const auto& locks = statement.effects.locks;
        return locks.begin() != locks.end() && std::all_of(locks.begin(), locks.end(), [&](const Lock& lock) {
                   return !lock.existing || made.contains(lock.relation);
               });
    }

    /// Edited after it ran, under a runner that runs no file twice: what stands in it now meets new databases alone.
    bool never_runs_again(const FileReport& report) const {
        return report.change == MigrationFile::Change::modified &&
               inputs_.runner_of(report.file).edited != Runner::Edited::unknown && !is_repeatable(report.file);
    }

    /// In a file that makes again what is there: what it says of that is as it was, and nobody's news.
    bool is_of_what_is_there(const Finding& finding, const FileReport& report, bool new_only) const {
        const bool advice = finding.category == Category::type_choice || finding.category == Category::policy ||
                            finding.category == Category::robustness;
        return inputs_.made_again.contains(report.file) && !is_about_the_change(finding) && (new_only || advice);
    }

    /// Its runner takes it for one that ran wherever those ran whose tables it makes again.
    bool stands_for_what_ran(const FileReport& report) const {
        const auto squash = inputs_.made_again.find(report.file);
        return squash != inputs_.made_again.end() && squash->second.there_it_is == Squash::ThereItIs::left_out;
    }

    /// Nobody can tell whether it ran before the edit, or whether it does again; null: it did, or it is new.
    const std::string* doubt_of(const FileReport& report) const {
        static const std::string nobody_knows = "which program runs it is not known";
        if (!never_runs_again(report)) return nullptr;
        const auto found = inputs_.perhaps_never_ran.find(report.file);
        if (found != inputs_.perhaps_never_ran.end()) return &found->second;
        return inputs_.runner_of(report.file).edited == Runner::Edited::not_again ? &nobody_knows : nullptr;
    }

    bool meets_new_databases_alone(SourceSpan statement, const FileReport& report, const Edits& edits) const {
        const bool may_be_first_run = doubt_of(report) && edits.touch(statement);
        return never_runs_again(report) && !may_be_first_run && !edits.is_in_new_part(statement);
    }

    /// It stood there before, and means what it meant: its runner takes the file for the one that ran, or has it run
    /// again with what it was. What was never understood is not the edit's.
    bool is_of_no_concern(const Unread& unread, const MigrationFile& file, const FileReport& report,
                          const Edits& edits) const {
        const bool is_part = unread.extent == Unread::Extent::part;
        const bool is_where_nobody_is =
            never_runs_again(report) && !doubt_of(report) && !edits.is_in_new_part(unread.span);
        if (is_where_nobody_is) return true;
        const bool is_old =
            file.change == MigrationFile::Change::modified ||
            (file.change == MigrationFile::Change::renamed && is_known_again(file, inputs_.runner_of(report.file)));
        return is_part && is_old && !edits.may_reach(unread.span);
    }

    /// What the edit says runs where the file had not run yet, and nowhere else.
    void doubt(Finding& finding, const FileReport& report, const Edits& edits, SourceSpan statement) const {
        const std::string* why = doubt_of(report);
        if (!why || edits.is_in_new_part(statement) || is_about_the_change(finding)) return;
        finding.certainty = std::max(finding.certainty, Certainty::depends);
        finding.depends_on.push_back("whether this file ran before the edit: " + *why);
    }

    /// The text that ran had the same finding: the edit does not bring it. Each of it counts once.
    bool was_said_before(const Finding& finding) {
        if (is_about_the_change(finding)) return false;
        const auto of_file = inputs_.said_before.find(finding.span.file);
        if (of_file == inputs_.said_before.end()) return false;
        const auto found = of_file->second.find(std::pair(finding.rule, finding.message));
        if (found == of_file->second.end()) return false;
        of_file->second.erase(found);
        return true;
    }

    /// Nothing else of the change may have mended what is before it.
    bool is_edited_alone(const FileReport& report) const {
        return std::none_of(inputs_.files.begin(), inputs_.files.end(), [&](const MigrationFile& file) {
            return file.role == MigrationFile::Role::changed && file.id != report.file &&
                   (file.change != MigrationFile::Change::added || file.path < report.path);
        });
    }

    /// Every new database stops here, whether or not others ran what the file was.
    bool fails_since_edited(const Finding& finding, const FileReport& report) const {
        return finding.fails && finding.certainty == Certainty::known && inputs_.said_before.contains(report.file) &&
               never_runs_again(report) && !is_about_the_change(finding) && is_edited_alone(report);
    }

    bool is_repeatable(FileId id) const {
        const auto found = files_.find(id);
        return found != files_.end() && found->second->repeatable;
    }

    void add(const Taken& taken, FileSuppressions& comments, ConfigIgnores& ignores, AcceptedFindings& accepted,
             const Opened& opened, FileReport& report) {
        Finding& finding = *taken.finding;
        if (finding.statement >= report.statements.size()) return note(finding, report);
        StatementReport& statement = report.statements[finding.statement];
        const Edits& edits = opened.edits;
        const bool said_before = was_said_before(finding);
        const bool fails_anew = !said_before && fails_since_edited(finding, report);
        const bool only_new_databases =
            !fails_anew && meets_new_databases_alone(statement.statement.span, report, edits);
        const bool own_alone = only_new_databases || doubt_of(report) || stands_for_what_ran(report);
        const bool concerns = is_about_the_change(finding) || fails_anew ||
                              (edits.concern(severities_.subject_of(finding.rule), statement.statement.span) &&
                               !(own_alone && meets_its_own(statement.statement, opened.made)));
        if (concerns && !only_new_databases && !fails_anew) doubt(finding, report, edits, statement.statement.span);
        Graded graded;
        graded.finding = std::move(finding);
        const bool new_only = only_new_relations(graded.finding, statement.statement.effects);
        graded.severity =
            severities_.of(graded.finding, report.path,
                           new_only ? Severities::About::new_tables_only : Severities::About::tables_in_use);
        // What is switched off, or nobody's news, takes part until it is known: neither changes another's fingerprint
        // or makes a comment useless.
        graded.fingerprint = fingerprints_.next(taken.hash);
        rate(graded, statement);
        graded.suppressed = comments.find(graded.finding.statement, graded.finding.rule,
                                          graded.severity == Severity::off ? Risk::safe : graded.risk);
        if (!graded.suppressed) graded.suppressed = ignores.find(graded);
        if (graded.severity == Severity::off) return;
        const bool in_baseline = !graded.suppressed && accepted.accepts(graded.finding.rule, taken.hash);
        if (!concerns) return;
        if (is_of_what_is_there(graded.finding, report, new_only)) {
            if (!graded.suppressed && !in_baseline) of_squashes_.add(graded.finding.rule, report.path);
            return;
        }
        if (only_new_databases && !is_about_the_change(graded.finding)) {
            if (!graded.suppressed && !in_baseline) of_edits_.add(graded.finding.rule, report.path);
            return;
        }
        if (said_before) {
            if (!graded.suppressed && !in_baseline) of_text_before_.add(graded.finding.rule, report.path);
            return;
        }
        const bool chosen =
            inputs_.config.rule_set == RuleSet::all || severities_.is_chosen(graded.finding, report.path);
        if (FindingsLeftOut* note = chosen ? nullptr : note_in_place_of(graded)) {
            if (!graded.suppressed && !in_baseline) note->add(graded.finding.rule, report.path);
            return;
        }
        if (in_baseline) graded.suppressed = by_baseline();
        keep(std::move(graded), report.path, statement);
    }

    /// Where nobody would act on it; null: it is worth a finding.
    FindingsLeftOut* note_in_place_of(const Graded& graded) {
        if (is_against_habit(graded.finding)) return &of_habits_;
        if (is_never_set(graded)) return &of_timeouts_;
        if (is_as_written(graded, inputs_.config.max_risk)) return &of_intent_;
        if (is_of_the_programs_type(graded.finding)) return &of_types_;
        return nullptr;
    }

    /// Nothing when the baseline has ended.
    std::optional<Suppression> by_baseline() {
        const Baseline& baseline = inputs_.baseline;
        if (baseline.until.empty() || baseline.until >= inputs_.today)
            return Suppression{Suppression::By::baseline, {}, baseline.reason, baseline.until};
        if (++ended_ == 1) first_ended_ = report_.files.size();
        return std::nullopt;
    }

    /// What a file without statements can hold no finding for.
    void note(const Finding& finding, const FileReport& report) {
        if (severities_.of(finding, report.path) == Severity::off) return;
        report_.notes.push_back(fmt::format("{}: {} ({})", report.path, finding.message, finding.rule));
    }

    void add(const FileSuppressions::Complaint& complaint, FileReport& report) {
        Graded graded;
        graded.finding.rule = complaint.rule;
        graded.finding.category = Category::policy;
        graded.finding.span = complaint.where;
        graded.finding.message = complaint.message;
        graded.severity = severities_.of(graded.finding, report.path);
        if (graded.severity == Severity::off) return;
        if (!complaint.statement) {
            report_.notes.push_back(fmt::format("{}: {}", report.path, complaint.message));
            return;
        }
        StatementReport& statement = report.statements[*complaint.statement];
        graded.finding.statement = *complaint.statement;
        graded.fingerprint = fingerprints_.next(hash_of(complaint.rule, normalised(statement.statement.sql)));
        rate(graded, statement);
        keep(std::move(graded), report.path, statement);
    }

    /// An [[ignore]] entry past its date, or one for these files that suppresses nothing in them. One that names no
    /// file may be for files that this change leaves alone.
    void complain(const Ignore& ignore) {
        const IgnoreEntry& entry = *ignore.entry;
        if (!entry.mark.empty()) return;  // another tool's setting: whether it is of use is for that tool to say
        const bool expired = ignore.expired && ignore.used;
        const bool unused = !ignore.expired && !ignore.used && !entry.file.empty() && !all_silent(entry.rules);
        if (!ignore.first_file || (!expired && !unused)) return;
        FileReport& report = report_.files[*ignore.first_file];
        if (report.statements.empty()) return;
        add({.rule = expired ? kExpiredSuppression : kUnusedSuppression,
             .where = report.statements.front().statement.span,
             .statement = 0,
             .message = expired ? fmt::format("the [[ignore]] entry on line {} of the config ended on {}", entry.line,
                                              entry.until)
                                : fmt::format("the [[ignore]] entry on line {} of the config suppresses nothing here",
                                              entry.line)},
            report);
        conclude(report.statements.front());
    }

    /// The baseline accepts what the file no longer has.
    void complain(const std::string& rule, std::size_t count, FileReport& report) {
        const auto info = rules_.find(rule);
        if (silent_.contains(rule) ||
            (info != rules_.end() && severities_.in_general(rule, info->second->category) == Severity::off))
            return;
        complain_at_top(
            kUnusedSuppression,
            fmt::format("{} accepts {} of {} that {} no longer here: `pgfence baseline --prune` takes {} out",
                        inputs_.baseline.name, counted(count, "finding"), rule, count == 1 ? "is" : "are",
                        count == 1 ? "it" : "them"),
            report);
    }

    void complain_of_ended_baseline() {
        if (ended_ == 0) return;
        FileReport& report = report_.files[first_ended_];
        complain_at_top(
            kExpiredSuppression,
            fmt::format("{} ended on {}: {} that it accepted {}", inputs_.baseline.name, inputs_.baseline.until,
                        counted(ended_, "finding"), ended_ == 1 ? "counts again" : "count again"),
            report);
        conclude(report.statements.front());
    }

    void complain_at_top(std::string_view rule, std::string message, FileReport& report) {
        FileSuppressions::Complaint complaint{rule, {report.file, 0, 0}, std::nullopt, std::move(message)};
        if (!report.statements.empty()) {
            complaint.where = report.statements.front().statement.span;
            complaint.statement = 0;
        }
        add(complaint, report);
    }

    bool all_silent(const std::vector<std::string>& rules) const {
        return !rules.empty() &&
               std::all_of(rules.begin(), rules.end(), [&](const std::string& rule) { return silent_.contains(rule); });
    }

    void rate(Graded& graded, const StatementReport& statement) const {
        auto [risk, reason] = grade(graded.finding, statement.statement.effects, inputs_.sizes, inputs_.config.sizes,
                                    inputs_.config.application);
        graded.risk = risk;
        graded.risk_reason = std::move(reason);
        if (graded.finding.grows_with_rows) graded.time = statement.time;
    }

    void keep(Graded graded, std::string_view path, StatementReport& statement) {
        if (!severities_.is_chosen(graded.finding, path))
            graded.severity = no_louder_than(graded.risk, graded.severity);
        statement.findings.push_back(std::move(graded));
    }

    static void conclude(StatementReport& statement) {
        put_acts_together(statement);
        for (const Graded& graded : statement.findings)
            if (counts(graded)) statement.risk = std::max(statement.risk, graded.risk);
    }

    /// The risk of a statement stays what it is.
    void leave_out_what_is_said_once() {
        BriefLocks brief;
        for (FileReport& file : report_.files) {
            const auto is_brief = [&](const Graded& graded) {
                const bool chosen =
                    inputs_.config.rule_set == RuleSet::all || severities_.is_chosen(graded.finding, file.path);
                return is_brief_lock(graded, inputs_.config.max_risk, chosen);
            };
            for (StatementReport& statement : file.statements) {
                leave_out_what_adds_nothing(statement);
                take_out_brief_locks(statement, is_brief, brief);
            }
        }
        for (FileReport& file : report_.files) {
            leave_to_the_drop(file);
            leave_out_work_on_empty_tables(file, of_empty_tables_);
        }
        for (FileReport& file : report_.files) count_rounds(file);
        if (auto note = brief.note()) report_.notes.push_back(std::move(*note));
        SaidOnce once;
        for (const auto& [id, rule] : rules_)
            if (rule->once_per_change) once.emplace(id);
        say_once(report_.files, once);
        say_once_of_several_files(report_.files);
        for (FileReport& file : report_.files) tell_repeats_once(file, inputs_.config.max_risk);
    }

    void add_rules() {
        std::set<std::string_view> found;
        for (const FileReport& file : report_.files)
            for (const StatementReport& statement : file.statements)
                for (const Graded& graded : statement.findings) found.insert(graded.finding.rule);
        for (const std::string_view id : found)
            if (const auto rule = rules_.find(id); rule != rules_.end()) report_.rules.push_back(*rule->second);
    }

    /// Deleted files, and changed ones that nothing was read from.
    void add_files_without_statements() {
        std::set<FileId> reported;
        for (const FileReport& file : report_.files) reported.insert(file.file);
        for (const MigrationFile& file : inputs_.files) {
            if (file.role != MigrationFile::Role::changed || reported.contains(file.id)) continue;
            report_.files.push_back(blank(file.id));
            for (const Taken& taken : findings_[file.id]) note(*taken.finding, report_.files.back());
        }
    }

    /// What others were told to leave alone is accepted by nobody who knew our rules: it is told, not only counted.
    void note_other_tools() {
        for (const FileReport& file : report_.files) {
            std::map<std::string_view, std::size_t> by_mark;
            for (const StatementReport& statement : file.statements)
                for (const Graded& graded : statement.findings)
                    if (graded.suppressed && !graded.suppressed->mark.empty()) ++by_mark[graded.suppressed->mark];
            for (const auto& [mark, count] : by_mark)
                report_.notes.push_back(
                    fmt::format("{} suppressed by {} in {}", counted(count, "finding"), mark, file.path));
        }
    }

    void add_notes() {
        note_other_tools();
        for (const FindingsLeftOut* some : {&of_edits_, &of_text_before_, &of_squashes_, &of_habits_, &of_timeouts_,
                                            &of_intent_, &of_types_, &of_empty_tables_})
            if (auto note = some->note()) report_.notes.push_back(std::move(*note));
        for (const Ignore& ignore : ignores_)
            if (ignore.without_reason && !ignore.entry->mark.empty())
                report_.notes.push_back(
                    fmt::format("{} gives no reason, so it suppresses no finding of {} risk or worse",
                                ignore.entry->mark, name_of(kNeedsReason)));
            else if (ignore.without_reason)
                report_.notes.push_back(
                    fmt::format("the [[ignore]] entry on line {} of the config gives no reason, so it suppresses no "
                                "finding of {} risk or worse: add `reason = \"...\"`",
                                ignore.entry->line, name_of(kNeedsReason)));
        for (const Ignore& ignore : ignores_)
            if (ignore.expired && !ignore.used)
                report_.notes.push_back(fmt::format("the [[ignore]] entry on line {} of the config ended on {}",
                                                    ignore.entry->line, ignore.entry->until));
        const int measured = inputs_.sizes.server_version;
        if (measured != 0 && measured != inputs_.postgres_version)
            report_.notes.push_back(fmt::format("the stats snapshot is of PostgreSQL {}, the change was judged for {}",
                                                measured, inputs_.postgres_version));
    }

    void coverage() {
        Coverage& coverage = report_.coverage;
        for (const FileReport& file : report_.files) {
            if (file.change == MigrationFile::Change::deleted) continue;
            ++coverage.files;
            coverage.unread += static_cast<std::uint32_t>(file.unread.size());
            for (const StatementReport& statement : file.statements)
                if (statement.statement.effects.certainty != Certainty::unknown) ++coverage.statements;
        }
        for (const MigrationFile& file : inputs_.files)
            if (file.role == MigrationFile::Role::history) ++coverage.history_files;
        coverage.history_unread = static_cast<std::uint32_t>(inputs_.analysis.unread_history.size());
        coverage.left_out = inputs_.left_out;
    }

    Inputs inputs_;
    RulesById rules_;
    RuleNames names_;
    Severities severities_;
    std::vector<Finding> own_findings_;
    std::set<std::string, std::less<>> silent_;  // rules that were not asked
    std::vector<Ignore> ignores_;
    FindingsLeftOut of_edits_{"edits in {} do not run again where it ran"};
    FindingsLeftOut of_text_before_{"what {} did before the edit is found there again", ""};
    FindingsLeftOut of_squashes_{"objects that {} creates again already exist"};
    FindingsLeftOut of_habits_{"nearly all existing columns are of the kind that {} adds", ""};
    FindingsLeftOut of_timeouts_{"none of the latest migrations sets a lock_timeout, nor does {}", ""};
    FindingsLeftOut of_intent_{"the statements of {} say as much themselves", ""};
    FindingsLeftOut of_types_{"only the program knows some types of {}, and few such are domains", ""};
    FindingsLeftOut of_empty_tables_{"where {} gets that far, tables are empty", " about time spent on their rows"};
    std::size_t ended_ = 0, first_ended_ = 0;  // findings that the baseline accepted until it ended
    std::map<FileId, MigrationFile*> files_;
    std::map<FileId, std::vector<Taken>> findings_;
    Fingerprints fingerprints_;
    Report report_;
};

}  // namespace

Report decide(Inputs inputs) { return Decision(std::move(inputs)).report(); }

int exit_code(const Verdict& verdict) { return verdict.passes() ? 0 : 1; }

}  // namespace pgfence::policy

#include "policy/durations.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace pgfence::policy {
namespace {

constexpr double kMegabyte = 1024 * 1024;
constexpr std::int64_t kLongTransaction = 10;  // seconds; anything shorter is over before a lock_timeout is
constexpr double kLeastMeasured = 16;          // megabytes; less is over before a rate shows

/// One reading or writing of a table from its first row to its last.
struct Pass {
    enum class Of : bool { table_alone, table_and_indexes };
    std::string table;
    std::string_view what;  ///< "is read"
    Rate Throughput::*rate;
    Of of = Of::table_alone;
    bool certain = true;
};

/// What works through a statement's tables, in the order of its work. ATRewriteTable checks in one pass whatever is to
/// be checked, and a pass that writes a table anew checks along. A foreign key is a query of its own
/// (RI_Initial_Check), and every index is built from a pass of its own, except those of a table that is written anew:
/// they are reckoned with it.
class Passes {
public:
    explicit Passes(const AnalyzedStatement& statement) : statement_(statement) {
        for (const Work& work : statement.effects.work)
            if (work.existing && work.kind == Work::Kind::rewrite) rewritten_.insert(work.relation);
        for (const Work& work : statement.effects.work)
            if (work.existing) add(work);
    }
    std::vector<Pass> take() && { return std::move(passes_); }

private:
    void add(const Work& work) {
        using Of = Pass::Of;
        switch (work.kind) {
            case Work::Kind::scan:
                if (work.cause == Cause::foreign_key)
                    passes_.push_back({work.relation, "is scanned for a foreign key", &Throughput::foreign_key,
                                       Of::table_alone, work.certain});
                else if (work.cause != Cause::reindex && !rewritten_.contains(work.relation))
                    once({work.relation, "is scanned", &Throughput::scan, Of::table_alone, work.certain});
                return;
            case Work::Kind::rewrite:
                return once({work.relation, "is rewritten", &Throughput::rewrite, Of::table_and_indexes, work.certain});
            case Work::Kind::index_build:
                return passes_.push_back(
                    {work.relation, "gets an index", &Throughput::index_build, Of::table_alone, work.certain});
            case Work::Kind::index_rebuild: {
                const std::string& table = work.table.empty() ? work.relation : work.table;
                if (!rewritten_.contains(table))
                    passes_.push_back(
                        {table, "has an index rebuilt", &Throughput::index_build, Of::table_alone, work.certain});
                return;
            }
            case Work::Kind::change_rows:
                // What INSERT and COPY add has nothing to do with the size of what is there.
                if (statement_.kind == "INSERT" || statement_.kind == "COPY") return;
                return once({work.relation, "has its rows changed", &Throughput::change_rows, Of::table_and_indexes,
                             work.certain && work.cause == Cause::every_row});
        }
    }

    void once(Pass pass) {
        const auto same = std::find_if(passes_.begin(), passes_.end(), [&](const Pass& other) {
            return other.table == pass.table && other.what == pass.what;
        });
        if (same == passes_.end())
            passes_.push_back(std::move(pass));
        else
            same->certain |= pass.certain;
    }

    const AnalyzedStatement& statement_;
    std::set<std::string_view> rewritten_;
    std::vector<Pass> passes_;
};

/// Bytes that a pass goes through; nothing when the snapshot does not say.
std::optional<std::int64_t> bytes_of(const Pass& pass, const Sizes& sizes) {
    const auto found = sizes.tables.find(pass.table);
    if (found == sizes.tables.end() || found->second.bytes < 0) return std::nullopt;
    const TableSize& size = found->second;
    const bool alone = pass.of == Pass::Of::table_alone && size.index_bytes > 0;
    return alone ? std::max<std::int64_t>(size.bytes - size.index_bytes, 0) : size.bytes;
}

void add_unknown(const std::string& unknown, Estimate& to) {
    if (std::find(to.unknown.begin(), to.unknown.end(), unknown) == to.unknown.end()) to.unknown.push_back(unknown);
}

void add(const Pass& pass, const Sizes& sizes, const Throughput& throughput, Estimate& to) {
    const auto bytes = bytes_of(pass, sizes);
    if (!bytes) return add_unknown("the size of " + pass.table, to);
    const Rate& rate = throughput.*pass.rate;
    const double megabytes = static_cast<double>(*bytes) / kMegabyte;
    if (pass.certain) to.seconds.least += megabytes / rate.fast;
    to.seconds.most += megabytes / rate.slow;
    to.terms.push_back(fmt::format("{} {}{}: {} at {:g} to {:g} MB/s", pass.table, pass.certain ? "" : "perhaps ",
                                   pass.what, bytes_in_words(*bytes), rate.slow, rate.fast));
}

void add(const Estimate& estimate, Estimate& to) {
    to.seconds.least += estimate.seconds.least;
    to.seconds.most += estimate.seconds.most;
    to.terms.insert(to.terms.end(), estimate.terms.begin(), estimate.terms.end());
    for (const std::string& unknown : estimate.unknown) add_unknown(unknown, to);
}

// ---- who waits ------------------------------------------------------------------------------------------------------

/// The statements of one transaction; a statement that commits by itself is one.
class Transaction {
public:
    Transaction(std::span<const StatementReport* const> statements, const Sizes& sizes)
        : statements_(statements), sizes_(sizes) {}

    void add_waits(std::vector<Wait>& waits) const {
        std::set<std::string_view> writes_wait, reads_wait;
        for (std::size_t i = 0; i < statements_.size(); ++i)
            for (const Lock& lock : statements_[i]->statement.effects.locks) {
                if (!lock.existing || !holds_rows(lock.kind)) continue;
                const bool reads = blocks(lock.mode, Traffic::reads) && reads_wait.insert(lock.relation).second;
                const bool writes = blocks(lock.mode, Traffic::writes) && writes_wait.insert(lock.relation).second;
                if (reads || writes) add(lock, {reads, writes}, i, waits);
            }
    }

private:
    void add(const Lock& lock, Waiting who, std::size_t from, std::vector<Wait>& waits) const {
        Estimate time;
        for (const StatementReport* report : statements_.subspan(from))
            if (report->time) policy::add(*report->time, time);
        if (time.seconds.most < 1) return;
        Wait wait{lock.relation, who, std::move(time), statements_[from]->statement.span};
        if (const auto size = sizes_.tables.find(lock.relation); size != sizes_.tables.end()) {
            wait.bytes = size->second.bytes;
            wait.writes_per_second = who.writes ? size->second.writes_per_second : -1;
            wait.reads_per_second = who.reads ? size->second.reads_per_second : -1;
        }
        waits.push_back(std::move(wait));
    }

    std::span<const StatementReport* const> statements_;
    const Sizes& sizes_;
};

std::vector<const StatementReport*> in_order(const std::vector<FileReport>& files) {
    std::vector<const StatementReport*> all;
    for (const FileReport& file : files)
        for (const StatementReport& report : file.statements) all.push_back(&report);
    return all;
}

bool same_transaction(const StatementReport& a, const StatementReport& b) {
    const StatementTransaction &of_a = a.statement.transaction, &of_b = b.statement.transaction;
    return of_a.kind != TransactionKind::none && of_b.kind != TransactionKind::none && of_a.number == of_b.number;
}

bool locks_out_writers(const std::vector<FileReport>& files) {
    for (const FileReport& file : files)
        for (const StatementReport& report : file.statements)
            for (const Lock& lock : report.statement.effects.locks)
                if (lock.existing && holds_rows(lock.kind) && blocks(lock.mode, Traffic::writes)) return true;
    return false;
}

}  // namespace

bool holds_rows(RelationKind kind) {
    return kind == RelationKind::table || kind == RelationKind::partitioned_table ||
           kind == RelationKind::materialized_view;
}

std::shared_ptr<const Estimate> estimate(const AnalyzedStatement& statement, const Sizes& sizes,
                                         const Throughput& throughput) {
    if (sizes.tables.empty()) return nullptr;
    Estimate time;
    for (const Pass& pass : Passes(statement).take()) add(pass, sizes, throughput, time);
    return time.terms.empty() ? nullptr : std::make_shared<const Estimate>(std::move(time));
}

std::optional<Measured> measured(const AnalyzedStatement& statement, const Sizes& sizes, double seconds) {
    const std::vector<Pass> passes = Passes(statement).take();
    double megabytes = 0;
    for (const Pass& pass : passes) {
        const auto bytes = bytes_of(pass, sizes);
        if (!bytes || !pass.certain || pass.rate != passes.front().rate) return std::nullopt;
        megabytes += static_cast<double>(*bytes) / kMegabyte;
    }
    if (megabytes < kLeastMeasured || !(seconds > 0)) return std::nullopt;
    return Measured{passes.front().rate, megabytes / seconds};
}

std::vector<Wait> waits(const std::vector<FileReport>& files, const Sizes& sizes) {
    std::vector<Wait> waits;
    if (sizes.tables.empty()) return waits;
    const std::vector<const StatementReport*> all = in_order(files);
    for (std::size_t begin = 0, end = 0; begin < all.size(); begin = end) {
        end = begin + 1;
        while (end < all.size() && same_transaction(*all[begin], *all[end])) ++end;
        Transaction(std::span(all).subspan(begin, end - begin), sizes).add_waits(waits);
    }
    std::stable_sort(waits.begin(), waits.end(),
                     [](const Wait& a, const Wait& b) { return a.estimate.seconds.most > b.estimate.seconds.most; });
    return waits;
}

std::optional<std::string> long_transaction_note(const std::vector<FileReport>& files, const Sizes& sizes) {
    if (sizes.longest_transaction < kLongTransaction || !locks_out_writers(files)) return std::nullopt;
    return fmt::format(
        "a transaction had been open for {} s when the table sizes were taken: a statement that needs a strong lock on "
        "a table of such a transaction waits for its end, and later queries queue behind it until lock_timeout ends "
        "the wait",
        with_commas(sizes.longest_transaction));
}

}  // namespace pgfence::policy

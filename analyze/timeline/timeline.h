#pragma once
// The catalog through the statements of a run: replayed forward, taken back by ROLLBACK.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyze/catalog/relation_rows.h"
#include "analyze/catalog/writable_catalog.h"
#include "core/action.h"

namespace pgfence::analyze {

class Timeline {
public:
    /// `role` runs the migrations; empty: nobody said who does.
    /// `search_path`: with which its sessions begin, as the server is told it; empty: the server's own.
    Timeline(int version, std::string role, std::string_view search_path = {});

    /// A file is a session of its own: its settings start afresh, and what it left open is committed.
    void begin_file();
    void apply(const Action& action);
    /// A procedure commits: what lasts for a transaction ends, and what was done can no longer be taken back.
    void commit_in_body();
    /// The statement was no part of a transaction block: what goes when a transaction commits has gone.
    void end_statement();
    /// The same where it is a guess that each statement commits. A table made ON COMMIT DROP then shows that the file
    /// runs in one transaction: alone it would be gone at once.
    void end_statement_by_guess();
    /// A function runs with its own search_path; what it leaves to its caller is `put_back`.
    std::vector<std::string> search_path() const { return now().search_path(); }
    void use_search_path(std::vector<std::string> path) { catalog_.write().set_search_path(std::move(path)); }

    int version() const { return version_; }
    const Catalog& now() const { return catalog_.read(); }
    /// As it is now, for who looks at it later: it costs nothing until the catalog changes.
    const Shared<WritableCatalog>& kept() const { return catalog_; }
    /// It is not known whether what ran since `before` did run.
    void uncertainty_since(const Shared<WritableCatalog>& before);
    /// A branch begins that runs only where the question is answered so, which the catalog could not; to be ended.
    Assumed assume(const CatalogQuestion& question);
    void end(const Assumed& assumed, const Shared<WritableCatalog>& before);
    /// In a branch that runs only where what the history tells is not so.
    bool is_against_history() const { return against_history_ > 0; }
    void begin_change() { catalog_.write().begin_change(); }
    void set_complete(bool complete) { catalog_.write().set_complete(complete); }
    /// Something ran that was not read.
    void doubt_what_is_known() { catalog_.write().doubt_what_is_known(); }
    void set_whole_history(bool whole) {
        if (now().has_whole_history() != whole) catalog_.write().set_whole_history(whole);
    }
    /// The change puts rows into a table of its own.
    void note_filled(RelationId table) {
        if (!now().get(table)->table.filled) catalog_.write().get(table)->table.filled = true;
    }
    void note_made_elsewhere(const Name& resolved) {
        if (!now().is_made_elsewhere(resolved)) catalog_.write().note_made_elsewhere(resolved);
    }

private:
    void control(const Transaction& transaction);
    void set(const SetVariable& set);
    void set_role(const SetVariable& set);
    void become(std::string role);
    void end_local_settings();

    struct Mark {
        std::string savepoint;  ///< empty: the transaction's beginning
        Shared<WritableCatalog> catalog;
        std::vector<std::string> path_after_transaction;
        std::string role_now, role_after_transaction;
    };
    Mark mark(std::string savepoint) const {
        return {std::move(savepoint), catalog_, path_after_transaction_, role_now_, role_after_transaction_};
    }
    void back_to(const Mark& mark);
    int version_;
    std::string role_, role_now_, role_after_transaction_;
    Shared<WritableCatalog> catalog_;
    std::vector<Mark> marks_;
    std::vector<std::string> default_path_, path_after_transaction_;
    std::size_t against_history_ = 0;
};

}  // namespace pgfence::analyze

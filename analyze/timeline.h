#pragma once
// The catalog through the statements of a run: replayed forward, taken back by ROLLBACK.

#include <string>
#include <utility>
#include <vector>

#include "analyze/catalog/catalog.h"
#include "core/action.h"

namespace pgfence::analyze {

class Timeline {
public:
    /// `role` runs the migrations; empty: nobody said who does.
    Timeline(int version, std::string role)
        : version_(version), role_(std::move(role)), role_after_transaction_(role_) {
        catalog_.set_role(role_);
    }

    /// A file is a session of its own: its settings start afresh, and what it left open is committed.
    void begin_file();
    void apply(const Action& action);

    int version() const { return version_; }
    const Catalog& now() const { return catalog_; }
    Catalog& now() { return catalog_; }

private:
    void control(const Transaction& transaction);
    void set(const SetVariable& set);
    void set_role(const SetVariable& set);

    struct Mark {
        std::string savepoint;  ///< empty: the transaction's beginning
        Catalog catalog;
    };
    int version_;
    std::string role_, role_after_transaction_;
    Catalog catalog_;
    std::vector<Mark> marks_;
    std::vector<std::string> path_after_transaction_{"public"};
};

}  // namespace pgfence::analyze

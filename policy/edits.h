#pragma once
// Which findings of an edited migration the edit is to blame for.

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "core/edited_parts.h"
#include "core/finding.h"
#include "core/migration.h"

namespace pgfence::policy {

/// What the edit leaves as it was ran already, or never will: it is nobody's news. And as the file's earlier text is
/// part of the history, what an edited statement makes seems to be there already.
class Edits {
public:
    /// `parts`: null when the file is one migration to its runner. `same_statements`: the edit changed nothing of its
    /// SQL. `reached`: lines on which it may have changed what is meant; null: it may be any.
    Edits(const MigrationFile& file, const EditedParts* parts, bool same_statements, const LineSet* reached);
    /// A finding of such a rule. True for everything in a new file, and in one that is made to run again.
    bool concern(RuleSubject subject, SourceSpan statement) const;
    /// The edit made it, or made another one of it.
    bool touch(SourceSpan statement) const;
    /// The edit may have changed what it means, although the edit left its text alone.
    bool may_reach(SourceSpan place) const;
    /// It stands in a migration of its own that the edit adds to the file.
    bool is_in_new_part(SourceSpan statement) const;

private:
    using Ranges = std::vector<std::pair<std::uint32_t, std::uint32_t>>;  ///< bytes, half open
    static Ranges bytes_of(const MigrationFile& file, const LineSet& lines);
    static bool meet(const Ranges& in_order, SourceSpan place);

    bool only_parts_ = false;
    Ranges new_parts_;
    Ranges changed_;                 ///< in order
    std::optional<Ranges> reached_;  ///< likewise
};

}  // namespace pgfence::policy

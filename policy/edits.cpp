#include "policy/edits.h"

#include <algorithm>

namespace pgfence::policy {

Edits::Ranges Edits::bytes_of(const MigrationFile& file, const LineSet& lines) {
    Ranges ranges;
    const LineIndex index(file.text);
    for (const auto& [first, last] : lines) ranges.emplace_back(index.begin_of(first), index.begin_of(last + 1));
    return ranges;
}

bool Edits::meet(const Ranges& in_order, SourceSpan place) {
    const auto behind = std::partition_point(in_order.begin(), in_order.end(),
                                             [&](const auto& part) { return part.second <= place.begin; });
    return behind != in_order.end() && behind->first < place.end;
}

Edits::Edits(const MigrationFile& file, const EditedParts* parts, bool same_statements, const LineSet* reached) {
    if (parts)
        for (const EditedParts::Part& part : parts->new_ones) new_parts_.emplace_back(part.begin, part.end);
    using enum MigrationFile::Change;
    only_parts_ = (file.change == modified || file.change == renamed) && !file.repeatable;
    if (!only_parts_) return;
    if (!same_statements) changed_ = bytes_of(file, file.changed_lines);
    if (reached) reached_ = bytes_of(file, *reached);
}

bool Edits::concern(RuleSubject subject, SourceSpan statement) const {
    if (!only_parts_ || is_in_new_part(statement)) return true;
    return subject != RuleSubject::what_is_there && touch(statement);
}

bool Edits::touch(SourceSpan statement) const {
    if (!only_parts_ || is_in_new_part(statement)) return true;
    return meet(changed_, statement);
}

bool Edits::may_reach(SourceSpan place) const {
    return !only_parts_ || !reached_ || is_in_new_part(place) || meet(*reached_, place);
}

bool Edits::is_in_new_part(SourceSpan statement) const {
    return std::any_of(new_parts_.begin(), new_parts_.end(), [&](const auto& part) {
        return part.first <= statement.begin && statement.begin < part.second;
    });
}

}  // namespace pgfence::policy

#include "policy/edits.h"

#include <algorithm>

namespace pgfence::policy {

Edits::Edits(const MigrationFile& file, const EditedParts* parts, bool same_statements) {
    if (parts)
        for (const EditedParts::Part& part : parts->new_ones) new_parts_.emplace_back(part.begin, part.end);
    using enum MigrationFile::Change;
    only_parts_ = (file.change == modified || file.change == renamed) && !file.repeatable;
    if (!only_parts_ || same_statements) return;
    const LineIndex lines(file.text);
    for (const auto& [first, last] : file.changed_lines)
        changed_.emplace_back(lines.begin_of(first), lines.begin_of(last + 1));
}

bool Edits::concern(RuleSubject subject, SourceSpan statement) const {
    if (!only_parts_ || is_in_new_part(statement)) return true;
    return subject != RuleSubject::what_is_there && touch(statement);
}

bool Edits::touch(SourceSpan statement) const {
    if (!only_parts_ || is_in_new_part(statement)) return true;
    const auto behind = std::partition_point(changed_.begin(), changed_.end(),
                                             [&](const auto& part) { return part.second <= statement.begin; });
    return behind != changed_.end() && behind->first < statement.end;
}

bool Edits::is_in_new_part(SourceSpan statement) const {
    return std::any_of(new_parts_.begin(), new_parts_.end(), [&](const auto& part) {
        return part.first <= statement.begin && statement.begin < part.second;
    });
}

}  // namespace pgfence::policy

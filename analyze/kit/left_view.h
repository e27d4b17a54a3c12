#pragma once
// A view that is left under a table's old name, so that code finds there what it found before.

#include <algorithm>

#include "analyze/catalog/catalog.h"

namespace pgfence {

/// All rows and columns of `moved` can be read under `old`; 0: that relation is in no migration, and a view there is
/// taken for what it was left for.
inline bool has_view_left(const Catalog& end, const Name& old, RelationId moved) {
    const Relation* now = end.find(old);
    if (!now || now->kind != RelationKind::view || now->existing || now->view.chooses) return false;
    const auto& shown = now->view.shown_whole;
    return moved == 0 || std::find(shown.begin(), shown.end(), moved) != shown.end();
}

/// Renamed or moved once more, it is what it was.
inline bool has_its_name_back(const Catalog& end, const Name& old, RelationId moved) {
    const Relation* now = end.find(old);
    return now && now->id == moved;
}

}  // namespace pgfence

// What alignment costs in a row, as heap_compute_data_size and att_align_nominal lay it out. Behind the first value of
// variable length nobody knows where the next one starts, so only the columns before it count.

#include <algorithm>
#include <array>
#include <string_view>

#include "analyze/model/builtin.h"
#include "analyze/model/statements.h"
#include "analyze/model/types.h"

namespace pgfence {
namespace {

/// pg_type.typalign of types of fixed length. Of those not listed, the ones of four bytes are aligned to four.
struct Alignment {
    std::string_view type;
    int bytes;
};
constexpr std::array<Alignment, 19> kAlignments{{
    {"box", 8},  {"circle", 8},    {"float8", 8},      {"int2", 2},   {"int8", 8},   {"interval", 8}, {"line", 8},
    {"lseg", 8}, {"macaddr", 4},   {"macaddr8", 4},    {"money", 8},  {"pg_lsn", 8}, {"point", 8},    {"tid", 2},
    {"time", 8}, {"timestamp", 8}, {"timestamptz", 8}, {"timetz", 8}, {"xid8", 8},
}};

struct Slot {
    int length, alignment;
};

int alignment_of(std::string_view type, int length) {
    for (const Alignment& known : kAlignments)
        if (known.type == type) return known.bytes;
    return length == 4 ? 4 : 1;
}

int laid_out(const std::vector<Slot>& slots) {
    int at = 0;
    for (const Slot& slot : slots) at = (at + slot.alignment - 1) / slot.alignment * slot.alignment + slot.length;
    return at;
}

}  // namespace

int padding_of(const std::vector<ColumnDef>& columns, int version) {
    std::vector<Slot> slots;
    for (const ColumnDef& column : columns) {
        const std::string type = canonical_type(column.type);
        const builtin::Type* known = builtin::find_type(type, version);
        if (!known || known->length < 0) break;
        slots.push_back({known->length, alignment_of(type, known->length)});
    }
    std::vector<Slot> best = slots;
    std::stable_sort(best.begin(), best.end(), [](const Slot& a, const Slot& b) { return a.alignment > b.alignment; });
    return laid_out(slots) - laid_out(best);
}

}  // namespace pgfence

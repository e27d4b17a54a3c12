// What Rails renames with a table or a column: the indexes and the sequence that it has named after them.

#include <algorithm>

#include "extract/ruby/rails_names.h"
#include "extract/ruby/rails_operations.h"

namespace pgfence::extract {
namespace {

/// max_identifier_length
constexpr std::size_t kLongestIdentifier = 63;

/// As PostgreSQL cuts the name of what it makes for a table.
std::string cut_before(const std::string& table, const std::string& suffix) {
    return table.substr(0, kLongestIdentifier - std::min(kLongestIdentifier, suffix.size())) + suffix;
}

}  // namespace

void RailsOperations::rename_index(const std::string& from, const std::string& to, const Call& call) {
    if (from != to) send("ALTER INDEX " + quoted(from) + " RENAME TO " + quoted(to), call);
}

// rename_table and rename_table_indexes
void RailsOperations::rename_table(const Call& call) {
    const std::string from = first_name(call), to = schema_.plain(&call.args[1]);
    send("ALTER TABLE " + schema_.table(from) + " RENAME TO " + quoted(to), call);
    const RailsTable* known = state_.known(from);
    if (!known)
        return not_understood(
            call, "Rails also renames its sequence and the indexes named after it: which there are is not known");
    RailsTable renamed = *known;
    if (!renamed.key.empty()) {
        const std::string sequence = "_" + renamed.key + "_seq";
        // pk_and_sequence_for: newer ones know more functions that make keys.
        const std::size_t before = out_.sent();
        if (renamed.numbered || schema_.version() >= 70)
            rename_index(cut_before(from, "_pkey"), cut_before(to, "_pkey"), call);
        if (!renamed.numbered) out_.depends(before, "whether this version of Rails knows the key by its default");
        if (renamed.numbered)
            send("ALTER TABLE " + quoted("public") + "." + quoted(cut_before(from, sequence)) + " RENAME TO " +
                     quoted(cut_before(to, sequence)),
                 call);
    }
    std::map<std::string, std::vector<std::string>> indexes;
    for (const auto& [name, columns] : renamed.indexes) {
        const bool own = !columns.empty() && name == rails_index_name(from, columns, schema_.version());
        const std::string fresh = own ? rails_index_name(to, columns, schema_.version()) : name;
        rename_index(name, fresh, call);
        indexes[fresh] = columns;
    }
    renamed.indexes = std::move(indexes);
    state_.tables.erase(from);
    state_.tables[to] = std::move(renamed);
}

// rename_column and rename_column_indexes
void RailsOperations::rename_column(const Call& call) {
    const std::string table = first_name(call);
    const std::string from = schema_.plain(&call.args[1]), to = schema_.plain(&call.args[2]);
    send("ALTER TABLE " + schema_.table(table) + " RENAME COLUMN " + quoted(from) + " TO " + quoted(to), call);
    if (!state_.known(table))
        return not_understood(call, "Rails also renames the indexes named after it: which there are is not known");
    std::map<std::string, std::vector<std::string>> indexes;
    for (auto& [name, columns] : state_.table(table)->indexes) {
        const bool own = !columns.empty() && name == rails_index_name(table, columns, schema_.version());
        const bool concerned = std::find(columns.begin(), columns.end(), from) != columns.end();
        std::replace(columns.begin(), columns.end(), from, to);
        const std::string fresh = own && concerned ? rails_index_name(table, columns, schema_.version()) : name;
        rename_index(name, fresh, call);
        indexes[fresh] = columns;
    }
    state_.table(table)->indexes = std::move(indexes);
}

}  // namespace pgfence::extract

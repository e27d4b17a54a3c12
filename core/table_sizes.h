#pragma once
// How large the tables of the production database are. stats/ reads it, policy/ grades by it.

#include <cstdint>
#include <map>
#include <string>

namespace pgfence {

struct TableSize {
    std::string relation;     ///< schema.name as stored, without quotes
    std::int64_t rows = -1;   ///< pg_class.reltuples, partitions and children included; -1: never analyzed, so unknown
    std::int64_t bytes = -1;  ///< pg_total_relation_size: indexes and TOAST included; -1: unknown
    std::int64_t index_bytes = -1;  ///< of these, pg_indexes_size; -1: unknown
    double writes_per_second = -1;  ///< rows inserted, updated and deleted, on average; -1: unknown
    double reads_per_second = -1;   ///< scans begun, likewise
};

struct Sizes {
    int server_version = 0;                   ///< major; 0: the snapshot does not say
    std::string date;                         ///< ISO date on which it was taken; empty: the snapshot does not say
    std::int64_t longest_transaction = -1;    ///< seconds, of those open at that moment; -1: the snapshot does not say
    std::map<std::string, TableSize> tables;  ///< by relation; empty without a snapshot
};

/// 5033164800 as "4.6 GB": units of 1024, one digit after the point below ten of them. Not for negative numbers.
std::string bytes_in_words(std::int64_t bytes);
/// 38000000 as "38,000,000".
std::string with_commas(std::int64_t number);

}  // namespace pgfence

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
};

struct Sizes {
    int server_version = 0;                   ///< major; 0: the snapshot does not say
    std::string date;                         ///< ISO date on which it was taken; empty: the snapshot does not say
    std::map<std::string, TableSize> tables;  ///< by relation; empty without a snapshot
};

}  // namespace pgfence

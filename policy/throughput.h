#pragma once
// How fast a server works through bytes: what estimates of time are made of. docs/stats.md says where the figures come
// from.

namespace pgfence::policy {

/// Megabytes (1024 * 1024 bytes) in a second; both above 0, and `fast` not below `slow`.
struct Rate {
    double slow = 0, fast = 0;
};

struct Throughput {
    Rate scan{100, 1000};       ///< of the table without its indexes
    Rate foreign_key{80, 250};  ///< likewise: RI_Initial_Check joins it with the table that the key refers to
    Rate rewrite{30, 120};      ///< of the table with its indexes, which are built anew
    Rate index_build{40, 300};  ///< of the table without its indexes, for each index
    Rate change_rows{5, 15};    ///< of the table with its indexes, when every row is changed
};

struct KindOfWork {
    const char* name;  ///< as [throughput] of the config has it
    Rate Throughput::*rate;
};
inline constexpr KindOfWork kKindsOfWork[] = {{"scan", &Throughput::scan},
                                              {"foreign-key", &Throughput::foreign_key},
                                              {"rewrite", &Throughput::rewrite},
                                              {"index-build", &Throughput::index_build},
                                              {"change-rows", &Throughput::change_rows}};

}  // namespace pgfence::policy

#include "locate/run_order.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <tuple>
#include <utility>

namespace pgfence::locate {
namespace {

struct Planned {
    std::string key;
    MigrationFile file;
    Script script;
};

}  // namespace

void put_in_run_order(std::vector<MigrationFile>& files, std::vector<Script>& scripts, const RunOrderOf& run_order_of) {
    std::vector<std::size_t> slots;
    std::vector<Planned> plan;
    for (std::size_t i = 0; i < files.size(); ++i) {
        auto order = run_order_of(files[i], scripts[i]);
        if (!order) continue;
        files[i].repeatable |= order->repeatable;
        slots.push_back(i);
        plan.push_back({std::move(order->key), std::move(files[i]), std::move(scripts[i])});
    }
    std::stable_sort(plan.begin(), plan.end(), [](const Planned& a, const Planned& b) {
        return std::tie(a.key, a.file.path) < std::tie(b.key, b.file.path);
    });
    for (std::size_t i = 0; i < slots.size(); ++i) {
        files[slots[i]] = std::move(plan[i].file);
        scripts[slots[i]] = std::move(plan[i].script);
    }
}

}  // namespace pgfence::locate

#include "extract/order.h"

#include <algorithm>
#include <set>

#include "core/path_text.h"
#include "extract/formats/format.h"
#include "extract/lines.h"
#include "extract/liquibase/runs.h"
#include "locate/order.h"

namespace pgfence::extract {
namespace {

constexpr int kDeepestInclude = 32;
constexpr std::string_view kDeploy = "deploy/", kScriptEnd = ".sql";

}  // namespace

void WrittenOrder::take_changelogs(const std::vector<std::string_view>& paths) {
    std::map<std::string, std::vector<std::string>> includes;
    std::set<std::string> included;
    for (const std::string_view path : paths) {
        std::vector<std::string> files = liquibase::files_run_by(tree_, path);
        included.insert(files.begin(), files.end());
        if (!files.empty()) includes.emplace(path, std::move(files));
    }
    std::vector<std::string> roots;
    for (const std::string_view path : paths)
        if (!included.contains(std::string(path))) roots.emplace_back(path);
    std::sort(roots.begin(), roots.end(), locate::runs_before);
    // A file of SQL runs behind its changelog and before the next one, which then needs a place as well.
    const bool sql_between = std::any_of(roots.begin(), roots.end(), [&](const std::string& root) {
        const auto found = includes.find(root);
        return found != includes.end() && std::any_of(found->second.begin(), found->second.end(), is_sql_name);
    });
    for (const std::string& root : roots)
        if (sql_between || includes.contains(root)) visit(root, includes, 0);
}

void WrittenOrder::visit(const std::string& path, const std::map<std::string, std::vector<std::string>>& includes,
                         int depth) {
    if (depth > kDeepestInclude || !changelogs_.emplace(path, changelogs_.size() + 1).second) return;
    const auto found = includes.find(path);
    if (found == includes.end()) return;
    for (const std::string& file : found->second) visit(file, includes, depth + 1);
}

WrittenPlace WrittenOrder::place_of(std::string_view path, std::string_view format) {
    if (const Format* known = format_called(format); known && known->is_planned) return place_in_plan(path);
    const auto found = changelogs_.find(path);
    return found == changelogs_.end() ? WrittenPlace{} : WrittenPlace{found->second, 1};
}

std::optional<SqitchScript> sqitch_script(std::string_view path) {
    const auto inner = path.rfind("/deploy/");
    if (inner == path.npos && !path.starts_with(kDeploy)) return std::nullopt;
    const std::size_t begin = inner == path.npos ? 0 : inner + 1;
    std::string_view name = path.substr(begin + kDeploy.size());
    if (name.ends_with(kScriptEnd)) name.remove_suffix(kScriptEnd.size());
    return SqitchScript{std::string(path.substr(0, begin == 0 ? 0 : begin - 1)), name};
}

std::string path_of_script(const std::string& project, std::string_view name) {
    return path_in(project, std::string(kDeploy).append(name).append(kScriptEnd));
}

/// The place of a change in sqitch.plan.
WrittenPlace WrittenOrder::place_in_plan(std::string_view path) {
    const auto script = sqitch_script(path);
    if (!script) return {};
    auto plan = plans_.find(script->project);
    if (plan == plans_.end()) plan = plans_.emplace(script->project, sqitch_plan(tree_, script->project)).first;
    const auto found = plan->second.find(script->name);
    if (found == plan->second.end()) return {};
    WrittenPlace place = found->second;
    if (!place.ran_as.empty()) place.ran_as = path_of_script(script->project, place.ran_as);
    return place;
}

/// Its lines are "name [requirements] time planner", with or without a "+" in front, and "@tag time planner". A name
/// that stands there again is reworked: its script runs once more, and what ran before is kept as name@tag, by a tag
/// between the two (App::Sqitch::Plan::Change::path_segments takes whichever of them has a file).
SqitchPlan sqitch_plan(const FileTree& tree, const std::string& project) {
    SqitchPlan plan;
    std::vector<std::pair<std::size_t, std::string>> tags;  // each with the rank before it
    std::size_t rank = 0;
    const std::string text = tree.read(path_in(project, kSqitchPlan)).value_or(std::string());
    for_each_line(text, 0, [&](const Line& line) {
        std::string_view rest = trim(line.text);
        if (rest.starts_with('+')) rest.remove_prefix(1);
        const std::string name(take_word(rest));
        if (name.starts_with('@')) tags.emplace_back(rank, name);
        if (name.empty() || name.find_first_of("%@#") == 0) return;
        WrittenPlace& place = plan[name];
        for (const auto& [behind, tag] : tags)
            if (place.rank > 0 && behind >= place.rank) plan[name + tag] = {place.rank, place.times, name};
        place = {++rank, place.times + 1};
    });
    return plan;
}

}  // namespace pgfence::extract

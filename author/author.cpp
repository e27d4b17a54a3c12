#include "author/author.h"

#include <algorithm>
#include <utility>

#include "author/tool.h"
#include "core/number_text.h"
#include "core/text.h"

namespace pgfence::author {
namespace {

const Tool* tool_of(std::string_view format) {
    const auto found =
        std::find_if(tools().begin(), tools().end(), [&](const Tool* tool) { return tool->format == format; });
    return found == tools().end() ? nullptr : *found;
}

template <class T>
const T* only(const Step& step) {
    if (step.statements.size() != 1 || step.statements.front().actions.size() != 1) return nullptr;
    return std::get_if<T>(&step.statements.front().actions.front());
}

bool changes_index(const Step& step) {
    const auto* drop = only<Drop>(step);
    return only<CreateIndex>(step) || (drop && drop->object == ObjectType::index);
}

/// What of a step that ran by hand the migration keeps for databases made later. CONCURRENTLY refuses a transaction
/// whether there is anything left to do or not (PreventInTransactionBlock).
std::string what_stays(const Step& step) {
    constexpr std::string_view kThen =
        " and without `CONCURRENTLY`, where it then does nothing (suppress this finding there)";
    const std::string keep =
        step.behind_own ? ", and add it in a later migration of its own with " : ", and keep it in the migration with ";
    if (const auto* create = only<CreateIndex>(step))
        return keep + (create->name.empty() ? "a name, `IF NOT EXISTS`" : "`IF NOT EXISTS`") + std::string(kThen);
    if (changes_index(step)) return keep + "`IF EXISTS`" + std::string(kThen);
    return ", in every database, and leave it out of the migration";
}

/// By hand, beside the migration that holds it now.
std::string_view when(const Step& step) {
    return step.behind_own ? " once this migration is deployed without it" : " before the deployment";
}

}  // namespace

std::string_view without_transaction(std::string_view format) {
    const Tool* tool = tool_of(format);
    return tool ? tool->without_transaction : std::string_view{};
}

bool runs_only_by_hand(std::string_view format, std::string_view version) {
    const Tool* tool = tool_of(format);
    return tool && (tool->only_by_hand || is_version_before(version, tool->since));
}

std::string without_transaction(std::string_view format, const Step& step) {
    if (!runs_only_by_hand(format, step.version)) return std::string(without_transaction(format));
    const Tool& tool = *tool_of(format);
    std::string words(tool.without_transaction);
    if (!tool.only_by_hand)
        words = "version " + std::string(step.version) + " of the runner always runs a " + std::string(tool.unit) +
                " in a transaction, as all before " + std::string(tool.since) + " do: run this by hand (psql)";
    return words.append(when(step)).append(what_stays(step));
}

bool gives_own_file(std::string_view format, const Step& step) {
    const Tool* tool = tool_of(format);
    if (runs_only_by_hand(format, step.version)) return step.behind_own && changes_index(step);
    return tool && tool->gives_own_file;
}

std::string_view unit(std::string_view format) {
    const Tool* tool = tool_of(format);
    return tool ? tool->unit : Tool{}.unit;
}

bool opens_no_transaction(std::string_view format) {
    const Tool* tool = tool_of(format);
    return tool && tool->opens_no_transaction;
}

bool writes_code(std::string_view format) {
    const Tool* tool = tool_of(format);
    return tool && tool->code;
}

std::optional<Code> code(std::string_view format, const Step& step) {
    const Tool* tool = tool_of(format);
    if (!tool || !tool->code || step.statements.empty()) return std::nullopt;
    if (step.outside_transaction && runs_only_by_hand(format, step.version)) return std::nullopt;
    std::string text = tool->code(step);
    if (text.empty()) return std::nullopt;
    return Code{std::move(text), std::string(tool->language)};
}

std::string leave_out(std::string_view format, const Written& written) {
    const Tool* tool = tool_of(format);
    if (!tool || !tool->code || written.shared.empty()) return "";
    std::string words = tool->leave_out ? tool->leave_out(written) : "";
    return words.empty() ? "the call here sends other statements too: write those without this one" : words;
}

std::string for_postgres_alone(std::string_view format, std::string_view file_name) {
    const Tool* tool = tool_of(format);
    if (!tool || tool->for_postgres.empty() || contains(file_name, tool->for_postgres)) return "";
    return "other databases may run this file too: write it into one with `" + std::string(tool->for_postgres) +
           "` in its name, which takes its place on PostgreSQL";
}

std::string_view beside_setting(std::string_view format) {
    const Tool* tool = tool_of(format);
    return tool ? tool->beside_setting : std::string_view{};
}

std::string stop_reading(std::string_view format, const Step& step) {
    const Tool* tool = tool_of(format);
    return tool && tool->stop_reading ? tool->stop_reading(step) : "";
}

}  // namespace pgfence::author

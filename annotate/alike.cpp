#include "annotate/alike.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>

#include "annotate/durations.h"
#include "core/message_shape.h"

namespace pgfence::annotate {
namespace {

/// All that a row shows of a finding beside names and lines.
std::string shown(const Listed& listed) {
    const Graded& graded = *listed.graded;
    std::string words = shape_of(graded.finding.message).words;
    for (const Graded* part : listed.consequences)
        words += "\n" + part->finding.rule + "\n" + shape_of(part->finding.message).words;
    if (graded.finding.lock) words += "\n" + std::string(sql_name(*graded.finding.lock));
    if (graded.time) words += "\n" + in_words(*graded.time);
    return words;
}

void add_new(std::vector<std::string>& all, std::string_view one) {
    if (std::find(all.begin(), all.end(), one) == all.end()) all.emplace_back(one);
}

}  // namespace

std::vector<Alike> put_alike_together(const std::vector<Listed>& all) {
    using Kind = std::tuple<std::size_t, std::string_view, Risk, Severity>;
    std::map<std::pair<Kind, std::vector<std::string>>, std::size_t> by_tables;
    std::map<std::pair<Kind, std::string>, std::size_t> by_words;
    std::vector<Alike> rows;
    for (const Listed& listed : all) {
        const Finding& finding = listed.graded->finding;
        const Kind kind(listed.file_number, finding.rule, listed.graded->risk, listed.graded->severity);
        const std::string words = shown(listed);
        const std::vector<std::string> about = finding.relations.empty() ? std::vector{words} : finding.relations;
        const auto by_table = by_tables.try_emplace({kind, about}, rows.size()).first;
        const auto by_word = by_words.try_emplace({kind, words}, by_table->second).first;
        const std::size_t row = std::min(by_table->second, by_word->second);
        by_table->second = by_word->second = row;
        if (row == rows.size()) rows.emplace_back();
        rows[row].push_back(&listed);
    }
    return rows;
}

std::vector<std::string> other_names(const Alike& alike) {
    std::vector<std::string> others;
    const MessageShape first = shape_of(alike.front()->graded->finding.message);
    for (const Listed* listed : alike) {
        const MessageShape shape = shape_of(listed->graded->finding.message);
        if (shape.words != first.words) continue;
        for (std::size_t i = 0; i < shape.names.size(); ++i)
            if (shape.names[i] != first.names[i]) add_new(others, shape.names[i]);
    }
    return others;
}

}  // namespace pgfence::annotate

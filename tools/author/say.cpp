// What rules propose for their bad examples, and some forms beside, as code of one tool: one JSON object a line with
// the SQL and the code. tools/author/compare gives the code to the real tool.

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>

#include "analyze/kit/rule.h"
#include "analyze/lower/lower.h"
#include "author/author.h"
#include "pipeline/rule_examples.h"

using namespace pgfence;

namespace {

using Asked = std::pair<std::string, bool>;

std::set<Asked> steps_of_rules() {
    std::set<Asked> found;
    for (const NamedRule& named : all_rules())
        for (const Report& report : pipeline::review_bad_examples(named))
            for (const FileReport& file : report.files)
                for (const StatementReport& statement : file.statements)
                    for (const Graded& graded : statement.findings) {
                        if (!graded.finding.recipe) continue;
                        for (const RecipeStep& step : graded.finding.recipe->steps)
                            if (!step.sql.empty()) found.emplace(step.sql, step.outside_transaction);
                    }
    return found;
}

void say(const std::string& format, const Asked& asked) {
    const Lowered lowered = lower(asked.first);
    author::Step step;
    for (const LoweredStatement& one : lowered.statements)
        step.statements.push_back({std::string_view(asked.first).substr(one.begin, one.end - one.begin), one.actions});
    step.outside_transaction = asked.second;
    const auto code = lowered.errors.empty() ? author::code(format, step) : std::nullopt;
    if (code) std::cout << nlohmann::json{{"sql", asked.first}, {"code", code->text}}.dump() << "\n";
}

}  // namespace

/// FORMAT; lines of standard input are steps of their own, those with CONCURRENTLY outside a transaction.
int main(int argc, char** argv) {
    if (argc != 2) return 2;
    std::set<Asked> all = steps_of_rules();
    for (std::string line; std::getline(std::cin, line);)
        if (!line.empty()) all.emplace(line, line.find("CONCURRENTLY") != std::string::npos);
    for (const Asked& asked : all) say(argv[1], asked);
}

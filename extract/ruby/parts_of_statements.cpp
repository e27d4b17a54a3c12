#include "extract/ruby/parts_of_statements.h"

#include <algorithm>

namespace pgfence::extract {

void PartsOfStatements::catch_up() {
    while (seen_ < out_.sent()) steps_.push_back({false, seen_++});
}

std::size_t PartsOfStatements::count() {
    catch_up();
    return steps_.size();
}

void PartsOfStatements::add(std::size_t statement) {
    catch_up();
    steps_.push_back({true, statement});
}

void PartsOfStatements::sent(std::size_t statement, std::size_t before) {
    catch_up();
    Statement& one = statements_[statement];
    one.from = before;
    one.to = out_.sent();
    for (const std::string& doubt : one.doubts) out_.hangs(one.from, one.to, doubt, {});
}

std::size_t PartsOfStatements::statements_before(std::size_t steps) const {
    return static_cast<std::size_t>(
        std::count_if(steps_.begin(), steps_.begin() + static_cast<std::ptrdiff_t>(std::min(steps, steps_.size())),
                      [](const Step& step) { return !step.is_part; }));
}

void PartsOfStatements::hangs(std::size_t from, std::size_t to, const std::string& what,
                              const std::vector<SchemaQuestion>& asks) {
    catch_up();
    to = std::min(to, steps_.size());
    if (from >= to) return;
    out_.hangs(statements_before(from), statements_before(to), what, asks);
    for (std::size_t i = from; i < to; ++i) {
        if (!steps_[i].is_part) continue;
        Statement& one = statements_[steps_[i].statement];
        if (std::find(one.doubts.begin(), one.doubts.end(), what) != one.doubts.end()) continue;
        one.doubts.push_back(what);
        out_.hangs(one.from, one.to, what, {});
    }
}

void PartsOfStatements::watch(Host& host) {
    host.sent = [this] { return count(); };
    host.hangs = [this](std::size_t from, std::size_t to, const std::string& what,
                        const std::vector<SchemaQuestion>& asks) { hangs(from, to, what, asks); };
    host.depends = [this](std::size_t from, const std::string& what) { hangs(from, count(), what, {}); };
    host.for_rows = [this](std::size_t from) { out_.for_rows(statements_before(from)); };
    host.is_as_asked = [this](const SchemaQuestion& asked, std::size_t behind) {
        return out_.leaves_answer_since(asked, statements_before(behind));
    };
}

}  // namespace pgfence::extract

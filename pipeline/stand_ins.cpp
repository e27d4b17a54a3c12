#include "pipeline/stand_ins.h"

#include <memory>
#include <string>
#include <utility>

namespace pgfence::pipeline {
namespace {

class PutBack {
public:
    explicit PutBack(const StandIns& stand_ins) : stand_ins_(stand_ins) {}

    void text(std::string& text) const {
        if (stand_ins_.are_in(text)) text = stand_ins_.shown(text);
    }
    template <class Texts>
    void texts(Texts& all) const {
        for (auto& one : all) text(one);
    }

    void graded(Graded& graded) const {
        Finding& finding = graded.finding;
        text(graded.risk_reason);
        text(finding.message);
        text(finding.related_message);
        texts(finding.relations);
        texts(finding.depends_on);
        time(graded.time);
        if (finding.recipe && !recipe(*finding.recipe)) finding.recipe.reset();
    }

    void time(std::shared_ptr<const Estimate>& time) const {
        if (!time) return;
        auto shown = std::make_shared<Estimate>(*time);
        texts(shown->terms);
        texts(shown->unknown);
        time = std::move(shown);
    }

    void wait(Wait& wait) const {
        text(wait.relation);
        texts(wait.estimate.terms);
        texts(wait.estimate.unknown);
    }

private:
    /// False: there is no such text.
    bool sql(std::string& sql) const {
        auto written = stand_ins_.sql_as_written(sql);
        if (!written) return false;
        sql = std::move(*written);
        return true;
    }

    /// Of what is no program only documents that hold SQL have code and placeholders: there they are written as in SQL.
    bool code(std::string& code) const {
        if (!stand_ins_.has_code() || !stand_ins_.are_in(code)) return sql(code);
        auto written = stand_ins_.python_as_written(code);
        if (!written) return false;
        code = std::move(*written);
        return true;
    }

    bool recipe(Recipe& recipe) const {
        text(recipe.note);
        for (RecipeStep& step : recipe.steps) {
            text(step.wait_for);
            text(step.note);
            if (!code(step.code) || !sql(step.sql)) return false;
        }
        return true;
    }

    const StandIns& stand_ins_;
};

}  // namespace

StandIns stand_ins_of(const std::vector<Script>& scripts) {
    std::vector<StandIn> all;
    for (const Script& script : scripts) all.insert(all.end(), script.stand_ins.begin(), script.stand_ins.end());
    return StandIns(std::move(all));
}

void put_back_what_was_written(Report& report, StandIns stand_ins) {
    if (stand_ins.empty()) return;
    const PutBack put_back(stand_ins);
    for (FileReport& file : report.files) {
        for (NotAnalyzed& unread : file.unread) {
            put_back.text(unread.what);
            put_back.text(unread.why);
        }
        for (StatementReport& statement : file.statements) {
            put_back.time(statement.time);
            for (Graded& graded : statement.findings) put_back.graded(graded);
        }
    }
    for (Wait& wait : report.waits) put_back.wait(wait);
    put_back.texts(report.notes);
    put_back.text(report.verdict.reason);
    report.stand_ins = std::move(stand_ins);
}

}  // namespace pgfence::pipeline

// What the model answers, statement by statement, as plain text: the debugger, and the form in which it is held against
// what tools/observe saw on servers. No judgement: rules, risks and suppressions are not asked.

#include <cstdio>
#include <iostream>
#include <iterator>
#include <memory>

#include "cli/commands.h"
#include "core/lock_mode.h"
#include "core/server_version.h"
#include "pipeline/files.h"
#include "pipeline/review.h"
#include "pipeline/world.h"

namespace pgfence::cli {
namespace {

std::string line_of(const Lock& lock) {
    return "lock " + std::string(sql_name(lock.mode)) + " " + lock.relation + " (" + std::string(name_of(lock.kind)) +
           ")" + (lock.existing ? "" : ", new") +
           (lock.role == LockRole::target ? "" : ", " + std::string(name_of(lock.role)));
}

std::string line_of(const Work& work) {
    const std::string index = work.of.empty() ? "" : " (" + work.of + ")";
    const auto what = [&]() -> std::string {
        switch (work.kind) {
            case Work::Kind::scan: return "scan " + work.relation;
            case Work::Kind::rewrite: return "rewrite " + work.relation;
            case Work::Kind::index_build: return "index-build " + work.relation + index;
            case Work::Kind::index_rebuild: return "index-rebuild " + work.relation;
            case Work::Kind::change_rows: return "change-rows " + work.relation;
        }
        return {};
    };
    return what() + (work.existing ? "" : ", new") + (work.certain ? "" : ", perhaps");
}

void print(const std::string& line) { std::printf("  %s\n", line.c_str()); }

void print(const Effects& effects) {
    for (const Lock& lock : effects.locks) print(line_of(lock));
    for (const Work& work : effects.work) print(line_of(work));
    for (const Failure& failure : effects.failures) print((failure.certain ? "fails " : "may fail ") + failure.message);
    for (const std::string& proof : effects.proofs) print("proof " + proof);
    print("certainty " + std::string(name_of(effects.certainty)));
    for (const std::string& what : effects.depends_on) print("depends on " + what);
}

void print(const FileReport& file) {
    const LineIndex lines(file.text);
    const auto place = [&](const SourceSpan& span) {
        const Position at = lines.at(span.begin);
        return std::to_string(at.line) + ":" + std::to_string(at.column);
    };
    for (const StatementReport& report : file.statements) {
        std::printf("%s %s\n", place(report.statement.span).c_str(), report.statement.kind.c_str());
        print(report.statement.effects);
    }
    for (const Unread& unread : file.unread)
        std::printf("%s not read: %s: %s\n", place(unread.span).c_str(), unread.what.c_str(), unread.why.c_str());
}

Result<Report> review(const std::string& path, const pipeline::Choices& choices) {
    pipeline::FilesRequest request;
    request.choices = choices;
    if (path == "-")
        request.files.push_back({"stdin.sql", std::string(std::istreambuf_iterator<char>(std::cin), {})});
    else
        request.files.push_back({path, TRY(pipeline::read_file(path))});
    return pipeline::prepare_files(std::move(request)).map(pipeline::review);
}

}  // namespace

Command effects_command() {
    const auto path = std::make_shared<std::string>();
    const auto version = std::make_shared<int>(0);
    const auto schema = std::make_shared<std::vector<std::string>>();
    Command command{"effects", "Print what each statement locks, rewrites and scans, unjudged"};
    command.add("FILE", path.get(), "Migration file; - reads SQL from standard input", {.required = true});
    command.add("--pg-version", version.get(), "PostgreSQL major version", {.range = {{kOldestServer, kNewestServer}}});
    command.add("--schema", schema.get(), "SQL of the schema before the file", {.type = "FILE"});
    command.run = [=] {
        pipeline::Choices choices;
        if (*version != 0) choices.pg_version = *version;
        choices.schema = *schema;
        choices.today = pipeline::today();
        const auto report = review(*path, choices);
        if (!report) return fail(report.error());
        for (const FileReport& file : report->files) print(file);
        return 0;
    };
    return command;
}

}  // namespace pgfence::cli

// What a stage hands on to the next, as plain text: the debugger. `effects` is what the model answers, the form in
// which it is held against what tools/observe saw on servers. No judgement: rules, risks and suppressions are not
// asked.

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "analyze/lower/action_text.h"
#include "analyze/lower/lower.h"
#include "cli/commands.h"
#include "core/lock_mode.h"
#include "core/server_version.h"
#include "pipeline/files.h"
#include "pipeline/review.h"
#include "pipeline/scripts.h"
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

void print_effects(const Effects& effects) {
    for (const Lock& lock : effects.locks) print(line_of(lock));
    for (const Work& work : effects.work) print(line_of(work));
    for (const Failure& failure : effects.failures) print((failure.certain ? "fails " : "may fail ") + failure.message);
    for (const Proof& proof : effects.proofs) print("proof " + in_words(proof));
    print("certainty " + std::string(name_of(effects.certainty)));
    for (const std::string& what : effects.depends_on) print("depends on " + what);
}

/// line:column of its beginning
std::string place(const LineIndex& lines, const SourceSpan& span) {
    const Position at = lines.at(span.begin);
    return std::to_string(at.line) + ":" + std::to_string(at.column);
}

template <class NotRead>
void print(const LineIndex& lines, const std::vector<NotRead>& all) {
    for (const Unread& unread : all)
        std::printf("%s not read: %s: %s\n", place(lines, unread.span).c_str(), unread.what.c_str(),
                    unread.why.c_str());
}

void print_transaction(TransactionMode mode, const std::string& reason) {
    std::printf("transaction %s: %s\n", std::string(name_of(mode)).c_str(), reason.c_str());
}

void print_script(const MigrationFile& file, const Script& script) {
    std::printf("format %s\n", script.format.c_str());
    print_transaction(script.transaction, script.transaction_reason);
    const LineIndex lines(script.sql);
    for (const Uncertainty& part : script.uncertainties)
        std::printf("%s of the SQL depends on %s\n",
                    place(lines, {.file = file.id, .begin = part.begin, .end = part.end}).c_str(), part.what.c_str());
    print(LineIndex(file.text), script.unread);
    std::printf("%s\n", script.sql.c_str());
}

/// Each statement as it was parsed, whatever else the review would make of it.
void print_lowered(const MigrationFile& file, const Script& script) {
    const LineIndex lines(file.text);
    const auto place_of = [&](const auto& part) {
        return place(lines, script.map.span(script.file, part.begin, part.end));
    };
    const Lowered lowered = lower(script.sql);
    for (const LoweredStatement& statement : lowered.statements) {
        std::printf("%s %s\n", place_of(statement).c_str(), statement.kind.c_str());
        print(script.sql.substr(statement.begin, statement.end - statement.begin));
        for (const Action& action : statement.actions) print(in_one_line({action}));
    }
    for (const SyntaxError& error : lowered.errors)
        std::printf("%s does not parse: %s\n", place_of(error).c_str(), error.message.c_str());
    print(lines, script.unread);
}

void print_scope(const AnalyzedStatement& statement) {
    const StatementTransaction& transaction = statement.transaction;
    if (transaction.kind == TransactionKind::none)
        print("commits by itself");
    else
        print("transaction " + std::to_string(transaction.number) + ", " + std::string(name_of(transaction.kind)));
}

void print_model(const AnalyzedStatement& statement) { print_effects(statement.effects); }

struct Stage {
    const char* name;
    void (*print_script)(const MigrationFile&, const Script&);
    void (*print_statement)(const AnalyzedStatement&);  ///< where statements follow each other
};
constexpr std::array kStages{Stage{"extract", print_script, nullptr}, Stage{"lower", print_lowered, nullptr},
                             Stage{"scope", nullptr, print_scope}, Stage{"model", nullptr, print_model}};
constexpr std::size_t kModel = 3;

void print(const FileReport& file, const Stage& stage) {
    const LineIndex lines(file.text);
    for (const StatementReport& report : file.statements) {
        std::printf("%s %s\n", place(lines, report.statement.span).c_str(), report.statement.kind.c_str());
        stage.print_statement(report.statement);
    }
    print(lines, file.unread);
}

struct Options {
    std::string path, format;
    std::size_t after = kModel;  ///< of kStages
    int version = 0;
    std::vector<std::string> schema;

    void add_to(Command& command) {
        command.add("FILE", &path, "Migration file; - reads SQL from standard input", {.required = true});
        command.add("--pg-version", &version, "PostgreSQL major version", {.range = {{kOldestServer, kNewestServer}}});
        command.add("--schema", &schema, "SQL of the schema before the file", {.type = "FILE"});
    }
};

Result<pipeline::Prepared> prepared(const Options& options) {
    pipeline::FilesRequest request;
    if (options.version != 0) request.choices.pg_version = options.version;
    request.choices.schema = options.schema;
    request.choices.format = options.format;
    request.choices.today = pipeline::today();
    request.files = TRY(read_migrations({options.path}));
    return pipeline::prepare_files(std::move(request));
}

int inspect(const Options& options) {
    auto change = prepared(options);
    if (!change) return fail(change.error());
    const Stage& stage = kStages[options.after];
    if (stage.print_statement) {
        for (const FileReport& file : pipeline::review(std::move(*change)).files) print(file, stage);
        return 0;
    }
    const std::vector<Script> scripts = pipeline::scripts_of(change->files, change->hints);
    for (std::size_t i = 0; i < scripts.size(); ++i) stage.print_script(change->files[i], scripts[i]);
    return 0;
}

}  // namespace

Command effects_command() {
    const auto options = std::make_shared<Options>();
    Command command{"effects", "Print what each statement locks, rewrites and scans, unjudged"};
    options->add_to(command);
    command.run = [=] { return inspect(*options); };
    return command;
}

Command inspect_command() {
    const auto options = std::make_shared<Options>();
    Command command{"inspect", "Print what a stage of the analysis hands on to the next"};
    options->add_to(command);
    command.add("--format", &options->format, "Format of the file: plain-sql, goose, prisma, ... (default: detected)");
    std::array<const char*, kStages.size()> names{};
    std::transform(kStages.begin(), kStages.end(), names.begin(), [](const Stage& stage) { return stage.name; });
    command.add_choice("--after", &options->after, "The stage (default model)", names);
    command.run = [=] { return inspect(*options); };
    return command;
}

}  // namespace pgfence::cli

#include <array>
#include <map>
#include <utility>

#include "core/number_text.h"
#include "orm/machine.h"
#include "orm/orm.h"
#include "orm/sandbox.h"
#include "orm/step_count.h"
#include "orm/ways.h"

// The bundles, as cmake/orm.cmake compiles and packs them into the binary.
extern "C" {
extern const unsigned char pgfence_orm_knex[], pgfence_orm_knex_end[];
extern const unsigned char pgfence_orm_sequelize[], pgfence_orm_sequelize_end[];
extern const unsigned char pgfence_orm_typeorm[], pgfence_orm_typeorm_end[];
extern const unsigned char pgfence_orm_builders[], pgfence_orm_builders_end[];
}

namespace pgfence::orm {
namespace {

using Bundle = std::span<const unsigned char>;

struct Bundled {
    std::string_view framework;
    Bundle bundle;
};

Bundled bundled(Orm orm) {
    static const Bundle knex(pgfence_orm_knex, pgfence_orm_knex_end);
    static const Bundle sequelize(pgfence_orm_sequelize, pgfence_orm_sequelize_end);
    static const Bundle typeorm(pgfence_orm_typeorm, pgfence_orm_typeorm_end);
    static const Bundle builders(pgfence_orm_builders, pgfence_orm_builders_end);
    switch (orm) {
        case Orm::knex: return {"knex", knex};
        case Orm::sequelize: return {"sequelize", sequelize};
        case Orm::typeorm: return {"typeorm", typeorm};
        case Orm::node_pg_migrate: return {"node-pg-migrate", builders};
        case Orm::mikro_orm: return {"mikro-orm", builders};
        case Orm::kysely: return {"kysely", builders};
        case Orm::db_migrate: return {"db-migrate", builders};
    }
    return {};
}

/// Takes down what a run reports; the run is a stranger's, so everything is counted and nothing believed.
class Listener {
public:
    Listener(const Limits& limits, const ReadFile& read, const ReadFile& prepared, Run& run)
        : limits_(limits), read_(read), prepared_(prepared), run_(run) {}

    std::optional<Message> hear(Message&& message, bool& go_on) {
        if (message.empty()) return std::nullopt;
        const std::string kind = message.front();
        for (const std::string& part : message) bytes_ += part.size() + 16;
        if (kind == "read" && message.size() == 2) return file(message[1]);
        if (kind == "statement" && message.size() >= 4)
            statement(std::move(message));
        else if (kind == "choice" && message.size() >= 2)
            run_.choices.push_back({"whether " + std::move(message[1]),
                                    message.size() >= 4 ? std::move(message[3]) : std::string(),
                                    run_.statements.size()});
        else if ((kind == "note" || kind == "doubt") && message.size() >= 4)
            run_.unread.push_back(
                {number_at_begin<std::uint32_t>(message.back()), std::move(message[1]), std::move(message[2])});
        else if (kind == "touched")
            run_.touched = true;
        else if (kind == "made" || kind == "unmade")
            calls(message);
        else if (kind == "transaction" && message.size() >= 3)
            run_.no_transaction = std::move(message[2]);
        else
            return end(kind, message, go_on);
        if (run_.statements.size() > limits_.statements || bytes_ > limits_.bytes) {
            run_.why = "it sends more SQL than the limit allows";
            go_on = false;
        }
        return std::nullopt;
    }

private:
    void statement(Message&& message) {
        run_.statements.push_back({.sql = std::move(message[1]),
                                   .first_line = number_at_begin<std::uint32_t>(message[2]),
                                   .last_line = number_at_begin<std::uint32_t>(message[3]),
                                   .depends_on = {},
                                   .rows_of = {message.begin() + 4, message.end()}});
    }

    void calls(const Message& message) {
        for (std::size_t i = 1; i + 1 < message.size(); i += 2) {
            const auto line = number_at_begin<std::uint32_t>(message[i]);
            if (message.front() == "made")
                run_.made.insert(call_key(line, message[i + 1]));
            else
                run_.unmade.push_back({line, message[i + 1], "no run gets here, whatever the database answers"});
        }
    }

    std::optional<Message> end(const std::string& kind, const Message& message, bool& go_on) {
        go_on = false;
        if (kind == "done") run_.end = Run::End::done;
        if (kind == "failed") run_.end = Run::End::failed;
        if (kind == "given up") run_.end = Run::End::given_up;
        if (message.size() >= 2) run_.why = message[1];
        if (message.size() >= 3) run_.line = number_at_begin<std::uint32_t>(message[2]);
        return std::nullopt;
    }

    Message file(const std::string& path) {
        constexpr std::size_t kMostFiles = 2'000;
        if (++files_ > kMostFiles) return {"absent"};
        constexpr std::string_view kPrepared = "prepared:";
        auto text = path.starts_with(kPrepared) ? prepared_(path.substr(kPrepared.size()))
                                                : read_(path.starts_with('/') ? path.substr(1) : path);
        if (!text || text->size() > limits_.bytes) return {"absent"};
        return {"text", std::move(*text)};
    }

    const Limits& limits_;
    const ReadFile& read_;
    const ReadFile& prepared_;
    Run& run_;
    std::size_t bytes_ = 0;
    std::size_t files_ = 0;
};

}  // namespace

struct Recorder::Machines {
    std::map<const unsigned char*, Machine> loaded;

    Machine& of(const Bundled& bundled, const Limits& limits) {
        return loaded.try_emplace(bundled.bundle.data(), bundled.bundle, limits).first->second;
    }
};

namespace {

/// What the runs of one file have used.
struct Spent {
    long steps = 0;
    double seconds = 0;
    bool is_within(const Limits& limits) const { return steps < limits.file_steps && seconds < limits.file_seconds; }
};

/// What the migration's process does: it runs the file on the machine that it inherits.
std::function<void(const Channel&)> work_of(const Limits& limits, Machine& machine, std::string framework,
                                            std::string path, AssumedAnswers way, StepCount& steps) {
    return [&limits, &machine, framework = std::move(framework), path = std::move(path), way,
            &steps](const Channel& channel) {
        const HostCallbacks world{.read = [&](const std::string& file) -> std::optional<std::string> {
                                      channel.send({"read", file});
                                      auto answer = channel.receive(limits.heap);
                                      if (!answer || answer->size() != 2) return std::nullopt;
                                      return std::move((*answer)[1]);
                                  },
                                  .report = [&](const Message& message) { channel.send(message); },
                                  .count_step = [&] { steps.add_one(); }};
        machine.run(framework, path, way, world);
    };
}

Ended run_counted(const Limits& limits, Machine& machine, const std::string& framework, const std::string& path,
                  const AssumedAnswers& way, const Listen& listen, Spent& spent) {
    StepCount steps;
    const Ended ended = run_in_sandbox(limits, work_of(limits, machine, framework, path, way, steps), listen);
    spent.steps += steps.value();
    spent.seconds += ended.cpu_seconds;
    return ended;
}

Recording not_run(std::string why) {
    Recording none;
    none.unread.push_back({0, "up() could not be analyzed", std::move(why)});
    return none;
}

}  // namespace

/// Modules that migrations import, ready to be run. A process that runs nothing of theirs has made them so: one that
/// did could hand out others.
struct Recorder::Modules {
    static constexpr std::size_t kMostBytes = 32u << 20;
    std::map<std::string, std::string> ready;  ///< by path and text
    std::size_t bytes = 0;

    std::optional<std::string> of(const std::string& path, const ReadFile& read, const Limits& limits, Machine& machine,
                                  Spent& spent) {
        if (!path.starts_with('/') || !spent.is_within(limits)) return std::nullopt;
        auto text = read(path.substr(1));
        if (!text || text->size() > limits.bytes) return std::nullopt;
        const std::string key = path + '\0' + *text;
        if (const auto known = ready.find(key); known != ready.end()) return known->second;
        std::optional<std::string> made;
        const Listen listen = [&](Message&& message, bool& go_on) -> std::optional<Message> {
            if (message.size() == 2 && message[0] == "read") return Message{"text", *text};
            if (message.size() == 2 && message[0] == "prepared") made = std::move(message[1]);
            go_on = false;
            return std::nullopt;
        };
        run_counted(limits, machine, "prepare", path, {}, listen, spent);
        if (made && bytes + key.size() + made->size() <= kMostBytes) {
            bytes += key.size() + made->size();
            ready.emplace(key, *made);
        }
        return made;
    }
};

Recorder::Recorder(Limits limits)
    : limits_(limits), machines_(std::make_unique<Machines>()), modules_(std::make_unique<Modules>()) {}
Recorder::~Recorder() = default;

Recording Recorder::record(Orm orm, const std::string& path, const ReadFile& read) {
    const Bundled what = bundled(orm);
    Machine& machine = machines_->of(what, limits_);
    if (!machine.broken().empty()) return not_run("the bundled ORM could not be loaded: " + machine.broken());
    if (steps_ >= limits_.all_steps) return not_run("the programs before it used up the time that one review may take");
    std::vector<Run> runs;
    Spent spent;
    const ReadFile prepared = [&](const std::string& module) {
        return modules_->of(module, read, limits_, machine, spent);
    };
    std::optional<AssumedAnswers> way;
    bool aware = false;
    while ((way = next_way(runs, limits_.runs)) && spent.is_within(limits_)) {
        way->aware = aware;
        Run run;
        run.way = *way;
        Listener listener(limits_, read, prepared, run);
        const Ended ended = run_counted(
            limits_, machine, std::string(what.framework), "/" + path, *way,
            [&](Message&& message, bool& go_on) { return listener.hear(std::move(message), go_on); }, spent);
        if (run.end == Run::End::refused && run.why.empty()) run.why = ended.why;
        const bool refused = run.end == Run::End::refused;
        if (run.touched && !aware && !refused) {
            aware = true;
            continue;
        }
        runs.push_back(std::move(run));
        if (refused) break;
    }
    steps_ += spent.steps;
    const bool more = next_way(runs, limits_.runs).has_value();
    const bool capped = !runs.empty() && runs.front().choices.size() > 12;
    return merged(runs, !more && !capped);
}

}  // namespace pgfence::orm

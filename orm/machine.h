#pragma once
// The JavaScript engine with one bundle loaded: what a run's process inherits.

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "orm/channel.h"
#include "orm/orm.h"

struct JSRuntime;
struct JSContext;

namespace pgfence::orm {

/// What a run does to the world: it asks for files and reports.
struct HostCallbacks {
    std::function<std::optional<std::string>(const std::string& path)> read;
    std::function<void(const Message& message)> report;
    std::function<void()> count_step;
};

/// The way to take at the questions that only the database could answer.
struct AssumedAnswers {
    bool all = false;  ///< the answer to every one of them
    int flipped = -1;  ///< but to this one
    /// The language's own functions look out for what is unknown: once something is, in a run before this one.
    bool aware = false;
};

class Machine {
public:
    /// Bytecode of the very engine that this is linked with, gzipped, from the binary itself.
    Machine(std::span<const unsigned char> bundle, const Limits& limits);
    ~Machine();
    Machine(const Machine&) = delete;
    Machine& operator=(const Machine&) = delete;

    /// Why the bundle could not be loaded: a mistake of the build. Empty: it could.
    const std::string& broken() const { return broken_; }
    /// One run; the process is good for nothing else afterwards.
    void run(const std::string& framework, const std::string& file, const AssumedAnswers& way,
             const HostCallbacks& world);

private:
    void drain();
    Limits limits_;
    JSRuntime* runtime_;
    JSContext* context_;
    std::string broken_;
    const HostCallbacks* world_ = nullptr;
    long steps_ = 0;
    bool late_ = false;

    friend struct Native;
};

}  // namespace pgfence::orm

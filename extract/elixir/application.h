#pragma once
// What an application's configuration holds: `config :shop, Shop.Repo, prefix: "sales"`, and who asks for it:
// `Application.compile_env(:shop, [Shop.Repo, :prefix])`.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "extract/program/value.h"

namespace pgfence::extract {

class ApplicationConfig {
public:
    /// As Config.config does: keyword lists are merged, deep inside too.
    void set(const Call& config);
    /// Nobody knows what that call left there: it hangs on a condition.
    void forget(const Call& config);
    /// Some file of it was read: what has a default and is not set there is the default.
    void was_read() { was_read_ = true; }

    /// What a call of Application's, or config() of a repository, gives; nothing when only the running program knows.
    std::optional<Value> answer(const Call& call) const;

private:
    using Path = std::vector<std::string>;
    struct Entry {
        Path path;
        Value value;
    };
    static std::vector<Entry> entries(const Call& config);
    std::optional<Value> found(const Path& path, const Value* otherwise) const;

    std::map<Path, Value> values_;  ///< by application and key
    bool was_read_ = false;
};

/// What a program reads from its settings, as an expression of Elixir's: one value, however often it asks. Nothing: it
/// may be anything.
std::optional<std::string> setting_in_elixir(const Value& value);

}  // namespace pgfence::extract

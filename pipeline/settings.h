#pragma once
// What front ends have in common: the team's choices, and the files that go with them.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/prepared.h"

namespace pgfence::pipeline {

inline constexpr std::string_view kBaselineFile = ".pgfence-baseline.toml";
inline constexpr std::string_view kConfigFile = ".pgfence.toml";

const policy::RuleAliases& rule_aliases();

/// `text` is that of the config file `name`.
Result<policy::Config> parsed_config(const std::string& text, const std::string& name);
std::string baseline_file(const policy::Config& config);

/// Config file and baseline of the working directory; a config file without a name need not be there.
Result<policy::Config> config_of_working_directory(const std::string& path);
Result<policy::Baseline> baseline_of_working_directory(const policy::Config& config);

/// The choices of the command line in place of the config file's.
policy::Config with(policy::Config config, const Choices& choices);

/// Which files of a commit are migrations: those that were asked for, else the config file's, else what is detected.
diff::Selection selection(diff::Selection asked, const policy::Config& config);

/// `paths`: all of the repository's, as far as they are known.
extract::Hints hints(const policy::Config& config, const std::vector<std::string>& paths = {});
/// Hints::read for the side on which a change's migrations run. Through the comparison: the clone may lack the head.
std::function<std::optional<std::string>(std::string_view path)> at_head(std::shared_ptr<diff::Comparison> comparison);

/// What is in UTF-16 or Latin-1 is read as that, and `notes` says so; what is no text is unreadable.
std::vector<MigrationFile> as_migrations(std::vector<GivenFile> given, std::vector<std::string>& notes);
std::vector<MigrationFile> as_migrations(std::vector<GivenFile> given);

/// How a file is read that the caller names.
using ReadNamedFile = std::function<Result<std::string>(const std::string& path)>;

/// The last step of every front end, once files and config are there: reads the snapshots and the schema, and leaves
/// out of the files what the team does not want judged and what the snapshot holds already.
Result<Prepared> complete(Prepared prepared, const Choices& choices, const ReadNamedFile& read);

}  // namespace pgfence::pipeline

#include "pipeline/history.h"

#include <memory>
#include <utility>

#include "pipeline/files.h"
#include "pipeline/settings.h"
#include "pipeline/survey.h"
#include "pipeline/world.h"

namespace pgfence::pipeline {
namespace {

void take_given(std::vector<GivenFile> given, Prepared& prepared) {
    prepared.files = as_migrations(std::move(given));
    for (MigrationFile& file : prepared.files) file.change = MigrationFile::Change::none;
    prepared.extent = Extent::named;
    prepared.hints = hints(prepared.config);
    prepared.hints.read = below_working_directory;
}

Result<void> take_repository(const diff::Request& repository, Prepared& prepared) {
    const auto comparison = std::make_shared<diff::Comparison>(TRY(diff::Comparison::open(at_its_head(repository))));
    diff::Change change = TRY(comparison->changes(selection(repository.files, prepared.config)));
    for (MigrationFile& file : change.files) file.role = MigrationFile::Role::changed;
    prepared.files = std::move(change.files);
    prepared.extent = change.whole_history ? Extent::all : Extent::some;
    prepared.hints = hints(prepared.config, change.paths);
    prepared.hints.read = at_head(comparison);
    prepared.notes = std::move(change.notes);
    return {};
}

}  // namespace

Result<Prepared> prepare_history(HistoryRequest request) {
    Prepared prepared;
    prepared.config = with(TRY(config_of_working_directory(request.config_file)), request.choices);
    prepared.baseline = TRY(baseline_of_working_directory(prepared.config));
    if (request.files.empty())
        TRY(take_repository(request.repository, prepared));
    else
        take_given(std::move(request.files), prepared);
    return complete(std::move(prepared), request.choices, read_file);
}

}  // namespace pgfence::pipeline

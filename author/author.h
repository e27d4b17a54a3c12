#pragma once
// A recipe's steps as the author of a migration would write them: how the runner of his files leaves its transaction
// out, and the SQL as code of his tool where migrations are code.

#include <optional>
#include <string>
#include <string_view>

#include "author/step.h"

namespace pgfence::author {

/// How a file of this format is run outside a transaction, half a sentence: "put `-- +goose NO TRANSACTION` at the top
/// of its file". Empty where nobody knows the runner.
std::string_view without_transaction(std::string_view format);
/// The same for that step, and what becomes of it in the migration where it runs by hand.
std::string without_transaction(std::string_view format, const Step& step);
/// These words say that it goes into a file of its own.
bool gives_own_file(std::string_view format, const Step& step);
/// The runner, of that version where it is known, cannot leave its transaction out: what refuses one is run by hand.
bool runs_only_by_hand(std::string_view format, std::string_view version = {});
/// To what its users give a transaction of its own: "migration", Liquibase's "change set".
std::string_view unit(std::string_view format);
/// The runner leaves that to the file: only a BEGIN of its own opens one.
bool opens_no_transaction(std::string_view format);
/// Migrations of this format are programs, or documents that hold SQL.
bool writes_code(std::string_view format);
/// The step as such a program has it. It sends what the step's SQL says, statement by statement.
std::optional<Code> code(std::string_view format, const Step& step);
/// How the author's call, which sends other statements beside the one that the step is about, goes on without that one.
std::string leave_out(std::string_view format, const Written& written);
/// Where a file of that name may be run by other databases too: what to do with SQL that they do not know. Else empty.
std::string for_postgres_alone(std::string_view format, std::string_view file_name);
/// What a SET in front of a statement asks for beside; may be empty.
std::string_view beside_setting(std::string_view format);
/// What keeps running code from reading the columns that a step drops; empty where the tool has no word for it.
std::string stop_reading(std::string_view format, const Step& step);

}  // namespace pgfence::author

#pragma once
// What calls of functions do beside giving a value, where no body can be read for it: built-in ones that act, those of
// extensions, those in C or in a language that is not read, those that nobody has seen.

#include <optional>
#include <string>
#include <string_view>

#include "analyze/catalog/catalog.h"
#include "core/query.h"

namespace pgfence {

/// Why it is not known what a call does ("its body is not known"); empty: it does no more than give a value, or its
/// body is followed, or the model says what it does.
std::string unread_call(const FunctionUse& use, const Catalog& catalog, int version);

/// Whose statistics a call of pg_restore_relation_stats() or its kin sets or clears (18+); without a name: its
/// arguments do not tell. Nothing: it is another function.
std::optional<Name> relation_of_statistics(const FunctionUse& use);

/// Whether what is not known of it may be anything: its body is its author's, not the server's.
bool may_run_anything(const FunctionUse& use, const Catalog& catalog, int version);

/// Why the text behind a setting of that value cannot be judged as if it were not there; empty: it can.
std::string unread_setting(std::string_view name, std::string_view value);

}  // namespace pgfence

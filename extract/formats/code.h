#pragma once
// Migrations that are programs. What their formats have in common is how they are told from other code.

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "core/text.h"
#include "extract/formats/format.h"

namespace pgfence::extract {

inline constexpr std::string_view kJavaScript = ".js .ts .mjs .cjs .mts .cts";

bool is_javascript(std::string_view path);
/// `word` stands there and is no part of a longer name.
bool contains_word(std::string_view text, std::string_view word);
/// JavaScript that hands out a function `up`, in whatever of its ways.
bool exports_up(std::string_view text);
/// A program that shows nothing of its tool: it is run as those beside it are.
bool may_be_beside(std::string_view path, std::string_view text);
/// The name of what its `up` is given: "db" of `async up(db)`, `exports.up = db => ...`. Empty: none, or taken apart.
std::string_view given_to_up(std::string_view text);
/// `db.query`, wherever the dot stands: what is given has that member, and the file uses it.
bool uses_member(std::string_view text, std::string_view object, std::string_view member);
/// sql`...`: what is given is the tag of a template.
bool is_tag(std::string_view text, std::string_view function);
/// `db('users')`: what is given is a function, and is called with a text that is written there.
bool is_called_with_text(std::string_view text, std::string_view function);

/// For programs whose SQL is what they send when they run: that takes the place of this (extract/recorded.h).
Scope is_run(const Source& source, Script& script, Scope scope);

/// A file of settings that is a program, or JSON: the nearest to the migration that has one of these names.
struct Settings {
    std::string path, text;
};
std::optional<Settings> nearest_settings(const Source& source, std::initializer_list<std::string_view> names);
/// "each" of `migrationsTransactionMode: 'each'`, comments left out. Empty: it is not set there; "?": it is set to what
/// only the program knows, or to more than one value.
std::string value_of(const Settings& settings, std::string_view name);

/// How scripts of the nearest package.json that has any run a tool: "each" of `typeorm migration:run -t each`, "true"
/// of an option without a value. Empty: none says so; "?": one does, another does not, or says something else.
struct ScriptOption {
    std::string path, value;
};
ScriptOption option_of_scripts(const Source& source, std::string_view command,
                               std::initializer_list<std::string_view> options);

/// For formats whose code nothing reads yet.
Scope not_read(const Source& source, Script& script, std::string_view title, Scope scope);

}  // namespace pgfence::extract

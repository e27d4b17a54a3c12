#pragma once
// What is known by hand about functions whose bodies no migration has: of the built-in ones and those of contrib that
// are volatile (tools/catalog-facts lists them) which only give a value; of other extensions, from their documentation,
// which are called in migrations and do no harm there.

#include <string_view>

namespace pgfence {

/// Volatile, of pg_catalog or a contrib module, and still no more than a value, a counter of the sequence that it
/// names, or a lock that an application makes up.
bool only_gives_a_value(std::string_view name);
/// Of an extension that is no contrib module: it gives a value, or makes something new and touches nothing else.
bool is_harmless_of_an_extension(std::string_view schema, std::string_view name);
/// What one does that is known to act: "it ends the session of somebody else"; empty: not known to.
std::string_view what_it_does(std::string_view schema, std::string_view name);

}  // namespace pgfence

#pragma once
// Files of SQL as Liquibase reads them: where their statements end, and the properties in them.

#include <cstddef>
#include <string_view>

#include "extract/formats/format.h"
#include "extract/placeholders.h"

namespace pgfence::extract::liquibase {

/// The first line says --liquibase formatted sql.
bool is_formatted(std::string_view text, std::size_t begin);

/// Statements between the two offsets end where endDelimiter says. `where`: what is listed when that is a pattern.
void end_statements(const Source& source, std::string_view delimiter, SourceSpan where, std::size_t begin,
                    std::size_t end, Script& script);

/// Those of the configuration, and of the changelogs.
Placeholders::Values properties_known_to(const Source& source);
/// Puts them, and those of the database, in the places of ${x}.
void fill_properties(const Source& source, Placeholders::Values properties, Script& script);

}  // namespace pgfence::extract::liquibase

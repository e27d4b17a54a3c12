#pragma once
// What must hold of any text whatever: no reader crashes, and every place lies inside of the file. The entry is
// libFuzzer's, so that clang's can be linked in place of driver.cpp.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "extract/extract.h"

namespace pgfence::fuzz {

inline void require(bool holds) {
    if (!holds) std::abort();
}

/// The text as a file of that format, in a repository in which every short path leads to the same text again.
inline void read(const std::string& path, const std::string& format, const std::uint8_t* data, std::size_t size) {
    MigrationFile file;
    file.path = path;
    file.text.assign(reinterpret_cast<const char*>(data), size);
    extract::Hints hints;
    hints.format = format;
    hints.read = [&](std::string_view asked) { return asked.size() < 8 ? std::optional(file.text) : std::nullopt; };
    hints.placeholders = {{"a", "b c"}, {"schema", "shop"}};
    extract::Memory memory;
    extract::announce(file, hints, memory);
    const Script script = extract::script(file, hints, memory);
    for (std::uint32_t i = 0; i <= script.sql.size(); ++i) require(script.map.to_file(i) <= size);
    for (const Unread& one : script.unread) require(one.span.begin <= one.span.end && one.span.end <= size);
    for (const Uncertainty& one : script.uncertainties) require(one.begin <= one.end && one.end <= script.sql.size());
}

}  // namespace pgfence::fuzz

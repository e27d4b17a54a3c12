#include "extract/program/grammar.h"

#include <cstring>
#include <span>

#include "core/inflate.h"

extern "C" {
const TSLanguage* tree_sitter_python(void);
const TSLanguage* tree_sitter_ruby(void);

#define TABLE(name)                                                    \
    extern unsigned char name[]; /* the room that the grammar reads */ \
    extern const unsigned char name##_gz[], name##_gz_end[]
TABLE(pgfence_python_parse_table);
TABLE(pgfence_python_small_parse_table);
TABLE(pgfence_ruby_parse_table);
TABLE(pgfence_ruby_small_parse_table);
#undef TABLE
}

namespace pgfence::extract {
namespace {

bool unpack(const unsigned char* begin, const unsigned char* end, unsigned char* table) {
    const auto bytes = inflated(std::span(begin, end));
    std::memcpy(table, bytes.data(), bytes.size());
    return true;
}

#define UNPACKED(table) unpack(table##_gz, table##_gz_end, table)

const TSLanguage* python() {
    static const bool unpacked = UNPACKED(pgfence_python_parse_table) && UNPACKED(pgfence_python_small_parse_table);
    return unpacked ? tree_sitter_python() : nullptr;
}

const TSLanguage* ruby() {
    static const bool unpacked = UNPACKED(pgfence_ruby_parse_table) && UNPACKED(pgfence_ruby_small_parse_table);
    return unpacked ? tree_sitter_ruby() : nullptr;
}

}  // namespace

const TSLanguage* grammar(Language language) { return language == Language::python ? python() : ruby(); }

}  // namespace pgfence::extract

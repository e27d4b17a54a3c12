#pragma once
// tree-sitter's grammars, whose parse tables are unpacked for the first file of their language
// (cmake/dependencies.cmake).

#include "extract/program/language.h"

struct TSLanguage;

namespace pgfence::extract {

const TSLanguage* grammar(Language language);

}  // namespace pgfence::extract

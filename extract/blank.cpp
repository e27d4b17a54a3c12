#include "extract/blank.h"

namespace pgfence::extract {

void blank(std::string& sql, std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i)
        if (sql[i] != '\n' && sql[i] != '\r') sql[i] = ' ';
}

}  // namespace pgfence::extract

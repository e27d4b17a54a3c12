// The yardstick of tools/bench/corpus: reads SQL files and parses them with PostgreSQL's own parser, and nothing else.
//   raw_parse FILE...

#include <pg_query.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

extern "C" {
#include "pg_query/pg_query_internal.h"
}

namespace {

bool parses(const std::string& sql) {
    const MemoryContext context = pg_query_enter_memory_context();
    const PgQueryInternalParsetreeAndError result = pg_query_raw_parse(sql.c_str(), PG_QUERY_PARSE_DEFAULT);
    const bool parsed = result.error == nullptr;
    if (result.stderr_buffer) std::free(result.stderr_buffer);
    pg_query_exit_memory_context(context);
    return parsed;
}

}  // namespace

int main(int argc, char** argv) {
    int parsed = 0;
    for (int i = 1; i < argc; ++i) {
        std::ifstream file(argv[i], std::ios::binary);
        parsed += parses(std::string(std::istreambuf_iterator<char>(file), {}));
    }
    std::cout << parsed << " of " << argc - 1 << " files parse\n";
}

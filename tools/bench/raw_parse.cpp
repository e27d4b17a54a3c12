// The yardstick of tools/bench/corpus: reads SQL files and parses them with PostgreSQL's own parser, and nothing else.
// The parser gives a file up at its first error: a line for psql at its top, and nothing of the file would be measured.
// So a file that does not parse is cut into statements by PostgreSQL's scanner, and each is parsed by itself.
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

/// Of its statements; what stands between two semicolons is one.
struct Statements {
    int parsed = 0, all = 0;
};

Statements parse_each(const std::string& sql) {
    const PgQuerySplitResult split = pg_query_split_with_scanner(sql.c_str());
    Statements count;
    for (int i = 0; i < split.n_stmts && !split.error; ++i) {
        const PgQuerySplitStmt& statement = *split.stmts[i];
        const auto begin = static_cast<std::size_t>(statement.stmt_location);
        ++count.all;
        count.parsed += parses(sql.substr(begin, static_cast<std::size_t>(statement.stmt_len)));
    }
    pg_query_free_split_result(split);
    return count;
}

}  // namespace

int main(int argc, char** argv) {
    int parsed = 0;
    Statements others;
    for (int i = 1; i < argc; ++i) {
        std::ifstream file(argv[i], std::ios::binary);
        const std::string sql(std::istreambuf_iterator<char>(file), {});
        if (parses(sql)) {
            ++parsed;
            continue;
        }
        const Statements of_file = parse_each(sql);
        others.parsed += of_file.parsed;
        others.all += of_file.all;
    }
    std::cout << parsed << " of " << argc - 1 << " files parse, and " << others.parsed << " of the " << others.all
              << " statements of the others\n";
}

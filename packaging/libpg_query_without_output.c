/* libpg_query can write a parse tree as Protobuf and as JSON. pgfence walks the tree itself: without these two, which stand
 * in the same object file as the parser's door, the linker leaves the writers out, three quarters of a megabyte. */
#include <stddef.h>

typedef struct {
    size_t len;
    char *data;
} PgQueryProtobuf;

PgQueryProtobuf pg_query_nodes_to_protobuf(const void *tree);
PgQueryProtobuf pg_query_nodes_to_protobuf(const void *tree) {
    PgQueryProtobuf nothing = {0, NULL};
    (void)tree;
    return nothing;
}
#ifndef PGFENCE_TREES_AS_JSON /* a test counts what stands in them */
char *pg_query_nodes_to_json(const void *tree);
char *pg_query_nodes_to_json(const void *tree) {
    (void)tree;
    return NULL;
}
#endif

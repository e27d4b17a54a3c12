// PostgreSQL's own list of what is below a node, so that no clause of a query is forgotten.

#include "analyze/lower/lowering.h"

namespace pgfence {
namespace {

bool collect(Node* child, void* into) {
    if (child) static_cast<std::vector<const Node*>*>(into)->push_back(child);
    return false;
}

}  // namespace

// raw_expression_tree_walker reports a node it does not know by longjmp. Nothing with a destructor lives between here
// and there.
bool children_of(const Node* parent, std::vector<const Node*>& children) {
    const MemoryContext context = CurrentMemoryContext;
    volatile bool known = true;
    PG_TRY();
    { raw_expression_tree_walker_impl(const_cast<Node*>(parent), collect, &children); }
    PG_CATCH();
    {
        MemoryContextSwitchTo(context);
        FlushErrorState();
        known = false;
    }
    PG_END_TRY();
    return known;
}

}  // namespace pgfence

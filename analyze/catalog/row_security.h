#pragma once
// What row level security makes of queries (rewrite/rowsecurity.c, rewriteHandler.c's fireRIRrules).

#include "analyze/catalog/catalog.h"

namespace pgfence {

/// A policy asked for a read of the table leads back to the table, by its own subqueries or by those of the policies
/// of the tables that they read. Every query of a role that the policies are for then fails with "infinite recursion
/// detected in policy" (tried on 15). What a view or a function of the policy reads is read as its owner: it is not
/// followed.
bool policies_lead_back(const Catalog& catalog, const Relation& table);

}  // namespace pgfence

#pragma once
// Loops over what the system catalogs list, and questions to them: FOR r IN SELECT tablename FROM pg_tables WHERE ...,
// IF EXISTS (SELECT 1 FROM information_schema.columns WHERE ...).

#include <optional>
#include <string>

#include "core/action.h"
#include "core/schema_question.h"

namespace pgfence {

/// Over what such a query runs, its `body` left empty; nothing when it is another kind of query.
std::optional<RelationLoop> relation_loop(const std::string& query);

/// What a condition asks: EXISTS (...), to_regclass('...') IS NULL; such joined by AND, OR and NOT, with others or not.
std::optional<CatalogQuestion> catalog_question(const std::string& condition);
std::optional<CatalogQuestion> catalog_question(const SchemaQuestion& asked);

}  // namespace pgfence

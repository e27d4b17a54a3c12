#pragma once
// ALTER COLUMN ... TYPE: must the table be rewritten, and do its indexes survive?

#include <string>

#include "analyze/catalog/catalog.h"
#include "analyze/model/model.h"

namespace pgfence {

enum class Conversion : std::uint8_t {
    none,     ///< the stored values stay as they are
    rewrite,  ///< every row is converted
    unknown,  ///< rewrite unless something we do not know says otherwise; `depends_on` says what
};

struct TypeChange {
    Conversion conversion = Conversion::rewrite;
    bool same_opclass = false;  ///< an index without expressions on the column can be kept (TryReuseIndex)
    std::string depends_on;
};

/// ATColumnChangeRequiresRewrite (tablecmds.c) over what the planner leaves of the conversion expression.
TypeChange type_change(const TypeName& from, const TypeName& to, const std::optional<Expr>& using_expr,
                       std::string_view column, const Catalog& catalog, const Circumstances& now);

/// A domain with a CHECK or NOT NULL, or over such a domain: DomainHasConstraints.
bool is_constrained_domain(const TypeName& type, const Catalog& catalog);

}  // namespace pgfence

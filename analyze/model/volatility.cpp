#include "analyze/model/volatility.h"

#include <algorithm>
#include <set>

#include "analyze/model/builtin.h"
#include "analyze/model/types.h"
#include "core/server_behaviour.h"

namespace pgfence {
namespace {

/// Domains over domains: PostgreSQL has no limit, a made-up catalog may even hold a ring.
constexpr int kMostDomains = 32;

Volatility from_letter(char provolatile) {
    switch (provolatile) {
        case 'i': return Volatility::immutable;
        case 's': return Volatility::stable;
        default: return Volatility::volatile_;
    }
}

/// Volatile is worse than unknown: no unknown function can make it better.
Volatility worse(Volatility a, Volatility b) {
    if (a == Volatility::volatile_ || b == Volatility::volatile_) return Volatility::volatile_;
    return std::max(a, b);
}

Volatility volatility_in(std::span<const builtin::Function> table, std::string_view name, int nargs, int version) {
    bool found = false;
    Volatility worst = Volatility::immutable;
    for (const builtin::Function& row : builtin::rows_of(table, &builtin::Function::name, name)) {
        const bool takes = nargs < 0 || (row.fewest_arguments <= nargs && nargs <= row.most_arguments);
        if (!takes || !builtin::holds_on(row, version)) continue;
        found = true;
        worst = worse(worst, from_letter(row.volatility));
    }
    return found ? worst : Volatility::unknown;
}

Volatility worst_of(const std::vector<const Function*>& functions, int nargs) {
    const auto takes = [nargs](const Function* f) { return f->arguments == nargs; };
    const bool exact = std::any_of(functions.begin(), functions.end(), takes);
    Volatility worst = Volatility::immutable;
    for (const Function* function : functions)
        if (!exact || takes(function)) worst = worse(worst, from_letter(function->volatility));
    return worst;
}

/// Literals are turned into the wanted type while the statement is parsed; so are those of an ARRAY[...] under a cast.
bool is_literal(const Expr& expr) {
    if (expr.kind == Expr::Kind::list && expr.text == "ARRAY")
        return std::all_of(expr.args.begin(), expr.args.end(), is_literal);
    return expr.kind == Expr::Kind::constant || expr.kind == Expr::Kind::null;
}

class Judge {
public:
    Judge(const Catalog& catalog, int version, std::vector<std::string>& unknown_functions)
        : catalog_(catalog), version_(version), unknown_functions_(unknown_functions) {}

    /// Of the node alone, without what stands below it.
    Volatility of(const Expr& expr) {
        switch (expr.kind) {
            case Expr::Kind::call: return of_call(expr);
            case Expr::Kind::op: return of_operator(expr);
            case Expr::Kind::cast: return of_cast(expr);
            case Expr::Kind::sql_value: return Volatility::stable;
            case Expr::Kind::subquery:
            case Expr::Kind::other: return Volatility::unknown;
            default: return Volatility::immutable;
        }
    }

    /// The default of an argument that the call leaves out, as expand_function_arguments adds it.
    std::vector<const Expr*> left_out(const Expr& call) {
        std::vector<const Expr*> defaults;
        if (call.kind != Expr::Kind::call || !has(version_, Behaviour::defaults_of_arguments_are_asked))
            return defaults;
        for (const Function* function : catalog_.find_functions(call.name)) {
            const std::size_t given = call.args.size(), all = static_cast<std::size_t>(function->arguments);
            if (given >= all || all - given > function->defaults.size()) continue;
            if (!expanded_.insert(function).second) continue;  // a default may call its own function
            for (std::size_t i = function->defaults.size() - (all - given); i < function->defaults.size(); ++i)
                defaults.push_back(&function->defaults[i]);
        }
        return defaults;
    }

private:
    Volatility of_call(const Expr& call) {
        const int nargs = static_cast<int>(call.args.size());
        const bool searches_pg_catalog = call.name.schema.empty() || call.name.schema == "pg_catalog";
        if (searches_pg_catalog) {
            const Volatility built_in = volatility_in(builtin::functions(), call.name.name, nargs, version_);
            if (built_in != Volatility::unknown) return built_in;
        }
        const auto own = catalog_.find_functions(call.name);
        if (!own.empty()) return worst_of(own, nargs);
        const Volatility contrib = volatility_in(builtin::contrib_functions(), call.name.name, nargs, version_);
        if (contrib == Volatility::unknown) remember_unknown(call.name);
        return contrib;
    }

    void remember_unknown(const Name& name) {
        const std::string written = name.schema.empty() ? name.name : name.schema + "." + name.name;
        if (std::find(unknown_functions_.begin(), unknown_functions_.end(), written) == unknown_functions_.end())
            unknown_functions_.push_back(written);
    }

    /// The type where the expression itself says it; empty otherwise.
    std::string type_of(const Expr& expr) const {
        if (expr.kind == Expr::Kind::cast) return canonical_type(base_of(expr.type));
        if (expr.kind == Expr::Kind::collate && !expr.args.empty() && expr.args[0].kind == Expr::Kind::cast)
            return canonical_type(base_of(expr.args[0].type));
        return {};
    }

    TypeName base_of(TypeName type) const {
        for (int depth = 0; depth < kMostDomains && type.array_dimensions == 0; ++depth) {
            const Domain* domain = catalog_.find_domain(type.name);
            if (!domain) break;
            type = domain->base;
        }
        return type;
    }

    /// A literal beside a typed operand takes that operand's type (binary_oper_exact), hence matches no row of mixed
    /// types. With no operand's type known the operator counts as immutable, which all but some thirty are.
    Volatility of_operator(const Expr& op) const {
        if (op.args.size() != 2) return Volatility::immutable;
        std::string left = type_of(op.args[0]);
        std::string right = type_of(op.args[1]);
        if (left.empty() && right.empty()) return Volatility::immutable;
        if (left.empty() && is_literal(op.args[0])) left = right;
        if (right.empty() && is_literal(op.args[1])) right = left;
        Volatility worst = Volatility::immutable;
        for (const builtin::Operator& row :
             builtin::rows_of(builtin::operators(), &builtin::Operator::name, op.name.name)) {
            const bool matches = (left.empty() || row.left == left) && (right.empty() || row.right == right);
            if (matches && builtin::holds_on(row, version_)) worst = worse(worst, from_letter(row.volatility));
        }
        return worst;
    }

    Volatility of_cast(const Expr& cast) const {
        if (cast.args.empty() || is_literal(cast.args[0])) return Volatility::immutable;
        const std::string to = canonical_type(base_of(cast.type));
        const std::string from = type_of(cast.args[0]);
        return from.empty() ? worst_cast_into(to) : of_conversion(from, to);
    }

    Volatility of_conversion(std::string_view from, std::string_view to) const {
        if (from == to) return Volatility::immutable;
        if (from.ends_with("[]") && to.ends_with("[]")) {
            from.remove_suffix(2);
            to.remove_suffix(2);
            if (from == to) return Volatility::immutable;
        }
        const builtin::Cast* row = builtin::find_cast(from, to, version_);
        if (row && row->method != 'i') return from_letter(row->volatility);
        return worse(output_of(from), input_of(to));
    }

    /// CoerceViaIO: the value is written as text and read again. What is not in the tables (enums, arrays, composite
    /// types) is read and written by functions that look into the catalogs, which makes them stable.
    Volatility input_of(std::string_view type) const {
        const builtin::Type* row = builtin::find_type(type, version_);
        return row ? from_letter(row->input_volatility) : Volatility::stable;
    }
    Volatility output_of(std::string_view type) const {
        const builtin::Type* row = builtin::find_type(type, version_);
        return row ? from_letter(row->output_volatility) : Volatility::stable;
    }

    Volatility worst_cast_into(std::string_view to) const {
        if (to.ends_with("[]")) to.remove_suffix(2);
        const builtin::Type* type = builtin::find_type(to, version_);
        // Everything can be written as text, and some of it depends on settings.
        if (!type || type->category == 'S') return Volatility::stable;
        Volatility worst = from_letter(type->input_volatility);
        for (const builtin::Cast& row : builtin::casts())
            if (row.to == to && builtin::holds_on(row, version_)) worst = worse(worst, from_letter(row.volatility));
        return worst;
    }

    const Catalog& catalog_;
    int version_;
    std::vector<std::string>& unknown_functions_;
    std::set<const Function*> expanded_;
};

}  // namespace

Volatility function_volatility(std::string_view name, int nargs, int version) {
    return volatility_in(builtin::functions(), name, nargs, version);
}

Volatility volatility_of(const Expr& expr, const Catalog& catalog, int version,
                         std::vector<std::string>& unknown_functions) {
    Judge judge(catalog, version, unknown_functions);
    Volatility worst = Volatility::immutable;
    // A stack of its own: an expression may be thousands of operators deep.
    std::vector<const Expr*> open{&expr};
    while (!open.empty()) {
        const Expr& node = *open.back();
        open.pop_back();
        worst = worse(worst, judge.of(node));
        for (auto arg = node.args.rbegin(); arg != node.args.rend(); ++arg) open.push_back(&*arg);
        for (const Expr* left_out : judge.left_out(node)) open.push_back(left_out);
    }
    return worst;
}

}  // namespace pgfence

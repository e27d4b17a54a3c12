#include "analyze/lower/constant_text.h"

#include <algorithm>

#include "analyze/lower/lowering.h"
#include "analyze/lower/parser.h"
#include "analyze/lower/text_calls.h"
#include "core/number_text.h"
#include "core/text.h"

extern "C" const char* quote_identifier(const char* ident);  // utils/builtins.h, which the package leaves out

namespace pgfence {
namespace {

constexpr int kDepth = 100;

// PostgreSQL's quote_literal: backslashes make it an escape string.
std::string quote_literal(const std::string& value) {
    std::string out = value.find('\\') == std::string::npos ? "'" : "E'";
    for (const char c : value) {
        if (c == '\'' || c == '\\') out += c;
        out += c;
    }
    return out + '\'';
}

class Folding {
public:
    explicit Folding(const Constants& constants) : constants_(constants) {}

    std::optional<std::string> fold(const Node* n, int depth = 0) {
        if (n == nullptr || depth > kDepth) return unknown("an expression");
        switch (nodeTag(n)) {
            case T_A_Const: return constant(as<A_Const>(n), n);
            case T_TypeCast: return cast(as<TypeCast>(n), depth);
            case T_A_Expr: return operation(as<A_Expr>(n), depth);
            case T_ColumnRef: return variable(as<ColumnRef>(n));
            case T_FuncCall: return call(as<FuncCall>(n), depth);
            default: return unknown("an expression");
        }
    }
    /// Nothing where PostgreSQL's integer has no room for it.
    std::optional<std::int64_t> integer(const Node* n, int depth = 0) {
        if (n == nullptr || depth > kDepth) return std::nullopt;
        if (is(n, T_A_Const) && is(&as<A_Const>(n).val.node, T_Integer)) return as<A_Const>(n).val.ival.ival;
        if (is(n, T_ColumnRef)) {
            const auto known = constants_.find(written(as<ColumnRef>(n)));
            return known != constants_.end() && known->second.is_integer ? number_in<std::int64_t>(known->second.text)
                                                                         : std::nullopt;
        }
        if (!is(n, T_A_Expr) || as<A_Expr>(n).kind != AEXPR_OP) return std::nullopt;
        const auto& expr = as<A_Expr>(n);
        const std::string sign = name_of(expr.name).name;
        if (sign != "+" && sign != "-" && sign != "*") return std::nullopt;
        const auto right = integer(expr.rexpr, depth + 1);
        const auto left = expr.lexpr ? integer(expr.lexpr, depth + 1) : std::optional<std::int64_t>(0);
        return left && right ? computed(*left, sign.front(), *right) : std::nullopt;
    }
    std::string why;

private:
    static std::optional<std::int64_t> computed(std::int64_t left, char sign, std::int64_t right) {
        const std::int64_t value = sign == '+' ? left + right : sign == '-' ? left - right : left * right;
        return value > INT32_MAX || value < INT32_MIN ? std::nullopt : std::optional(value);
    }
    static std::string written(const ColumnRef& column) {
        std::string all;
        for (const std::string& name : strings_of(column.fields)) all += (all.empty() ? "" : ".") + name;
        return all;
    }
    std::optional<std::string> operation(const A_Expr& expr, int depth) {
        if (const auto number = integer(node(&expr), depth)) return std::to_string(*number);
        return concatenation(expr, depth);
    }
    std::nullopt_t unknown(const std::string& what) {
        if (why.empty()) why = what;
        return std::nullopt;
    }
    std::optional<std::string> constant(const A_Const& c, const Node* n) {
        if (c.isnull || is(&c.val.node, T_Boolean)) return unknown("a constant that is no text");
        return value_of(n);
    }
    std::optional<std::string> cast(const TypeCast& cast, int depth) {
        const auto names = strings_of(cast.typeName ? cast.typeName->names : nullptr);
        const std::string type = names.empty() ? std::string() : names.back();
        // Other types may change the text: '01'::int is 1.
        if (type != "text" && type != "varchar" && type != "name") return unknown("a cast to " + type);
        return fold(cast.arg, depth + 1);
    }
    // 'a' || 'b' || ... leans to the left, as long as the migration's author was patient.
    std::optional<std::string> concatenation(const A_Expr& expr, int depth) {
        if (expr.kind != AEXPR_OP || name_of(expr.name).name != "||") return unknown("an expression");
        auto left = fold(expr.lexpr, depth + 1);
        if (!left) return left;
        auto right = fold(expr.rexpr, depth + 1);
        if (!right) return right;
        return bounded(*left + *right);
    }
    std::optional<std::string> variable(const ColumnRef& column) {
        const std::string name = written(column);
        const auto known = constants_.find(name);
        if (known == constants_.end()) return unknown(name.empty() ? "a row" : name);
        return known->second.text;
    }
    std::optional<std::string> call(const FuncCall& call, int depth) {
        const Name name = name_of(call.funcname);
        if (!name.schema.empty() && name.schema != "pg_catalog") return unknown(name.name + "()");
        std::vector<std::string> arguments;
        for (const Node* argument : items(call.args)) {
            auto value = fold(argument, depth + 1);
            if (!value) return value;
            arguments.push_back(std::move(*value));
        }
        if (name.name == "format" && !call.func_variadic) return formatted(arguments);
        if (name.name == "concat" && !call.func_variadic) return joined(arguments);
        if (auto text = call.func_variadic ? std::nullopt : text_of_call(name.name, arguments))
            return bounded(std::move(*text));
        if (name.name == "lpad" && arguments.size() == 3) return padded(arguments);
        if (arguments.size() != 1) return unknown(name.name + "()");
        if (name.name == "quote_ident") return std::string(quote_identifier(arguments[0].c_str()));
        if (name.name == "quote_literal" || name.name == "quote_nullable") return quote_literal(arguments[0]);
        return unknown(name.name + "()");
    }
    std::optional<std::string> joined(const std::vector<std::string>& parts) {
        std::string all;
        for (const std::string& part : parts) {
            all += part;
            if (all.size() > kLongestText) break;
        }
        return bounded(std::move(all));
    }
    /// Of one byte each; what is too long is cut off.
    std::optional<std::string> padded(const std::vector<std::string>& arguments) {
        const std::string& text = arguments[0];
        const auto length = number_in<std::int64_t>(arguments[1]);
        if (!length || *length < 0 || *length > 100 || arguments[2].size() != 1 ||
            std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) > 0x7F; }))
            return unknown("lpad()");
        const auto wanted = static_cast<std::size_t>(*length);
        return text.size() >= wanted ? text.substr(0, wanted)
                                     : std::string(wanted - text.size(), arguments[2][0]) + text;
    }
    std::optional<std::string> bounded(std::string text) {
        if (text.size() > kLongestText) return unknown("more text than is looked at");
        return text;
    }

    // text_format in varlena.c: %s, %I, %L, %%, and positions as in %1$I. Widths are left to the server.
    std::optional<std::string> formatted(const std::vector<std::string>& arguments) {
        if (arguments.empty()) return unknown("format()");
        const std::string& pattern = arguments[0];
        std::string out;
        std::size_t next = 1;
        for (std::size_t i = 0; i < pattern.size(); ++i) {
            if (pattern[i] != '%') {
                out += pattern[i];
                continue;
            }
            if (++i < pattern.size() && pattern[i] == '%') {
                out += '%';
                continue;
            }
            const std::size_t at = position(pattern, i).value_or(next);
            if (i >= pattern.size() || at == 0 || at >= arguments.size()) return unknown("a malformed format()");
            next = at + 1;
            const std::string& value = arguments[at];
            switch (pattern[i]) {
                case 's': out += value; break;
                case 'I': out += quote_identifier(value.c_str()); break;
                case 'L': out += quote_literal(value); break;
                default: return unknown("a format() with width");
            }
            if (out.size() > kLongestText) return unknown("more text than is looked at");
        }
        return out;
    }
    /// The number of "1$" at `at`, which then moves behind it.
    static std::optional<std::size_t> position(const std::string& pattern, std::size_t& at) {
        std::size_t end = at, number = 0;
        while (end < pattern.size() && end < at + 4 && is_digit(pattern[end]))
            number = number * 10 + static_cast<std::size_t>(pattern[end++] - '0');
        if (end == at || end >= pattern.size() || pattern[end] != '$') return std::nullopt;
        at = end + 1;
        return number;
    }

    const Constants& constants_;
};

const Node* only_target(const List* tree) {
    const auto statements = items<RawStmt>(tree);
    if (statements.size() != 1) return nullptr;
    const Node* n = statements[0]->stmt;
    if (is(n, T_PLAssignStmt)) n = node(as<PLAssignStmt>(n).val);
    if (!is(n, T_SelectStmt)) return nullptr;
    const auto& select = as<SelectStmt>(n);
    const auto targets = items<ResTarget>(select.targetList);
    const bool plain = !select.fromClause && !select.whereClause && !select.withClause && select.op == SETOP_NONE;
    return plain && targets.size() == 1 ? targets[0]->val : nullptr;
}

std::int32_t verbatim(const std::string& expression, const Node* n, const std::string& text) {
    if (!is(n, T_A_Const) || as<A_Const>(n).location < 0) return -1;
    Lexer lexer(expression, static_cast<std::size_t>(as<A_Const>(n).location), expression.size());
    const Token t = lexer.next();
    const bool dollar = t.kind == Token::Kind::dollar_string;
    if (!dollar && t.kind != Token::Kind::string) return -1;
    const std::size_t begin = t.span.begin + (dollar ? lexer.text(t).find('$', 1) + 1 : 1);
    return expression.compare(begin, text.size(), text) == 0 ? static_cast<std::int32_t>(begin) : -1;
}

/// Runs `use` on the text's tree while it lives; nothing when it does not parse.
template <class Use>
void with_tree(const std::string& text, ParseMode mode, Use use) {
    const ParseMemory memory;
    const auto result = raw_parse(text.c_str(), mode);
    if (result.error)
        pg_query_free_error(result.error);
    else
        use(result.tree);
}

std::string output_name(const ResTarget& target) {
    if (target.name) return target.name;
    if (is(target.val, T_FuncCall)) return name_of(as<FuncCall>(target.val).funcname).name;
    const Node* column = is(target.val, T_TypeCast) ? as<TypeCast>(target.val).arg : target.val;
    const auto names = is(column, T_ColumnRef) ? strings_of(as<ColumnRef>(column).fields) : std::vector<std::string>();
    return names.empty() ? std::string() : names.back();
}

/// By what names FROM's tables go.
void add_range_names(const Node* item, std::vector<std::string>& names, int depth = 0) {
    if (is(item, T_RangeVar)) {
        const auto& range = as<RangeVar>(item);
        names.emplace_back(range.alias ? range.alias->aliasname : range.relname);
    } else if (is(item, T_JoinExpr) && depth < kDepth) {
        add_range_names(as<JoinExpr>(item).larg, names, depth + 1);
        add_range_names(as<JoinExpr>(item).rarg, names, depth + 1);
    }
}

Constants with_qualified(const SelectStmt& select, const Constants& row) {
    std::vector<std::string> names;
    for (const Node* item : items(select.fromClause)) add_range_names(item, names);
    Constants all = row;
    for (const std::string& name : names)
        for (const auto& [column, text] : row) all.emplace(name + "." + column, text);
    return all;
}

bool is_star(const Node* n) {
    if (!is(n, T_ColumnRef)) return false;
    const auto fields = items(as<ColumnRef>(n).fields);
    return fields.size() > 0 && is(fields[fields.size() - 1], T_A_Star);
}

}  // namespace

ConstantText constant_text(const std::string& expression, const Constants& constants, bool assignment) {
    ConstantText out;
    out.why = "an expression";
    with_tree(expression, assignment ? ParseMode::assignment1 : ParseMode::expression, [&](const List* tree) {
        const Node* n = only_target(tree);
        Folding folding(constants);
        out.text = folding.fold(n);
        out.why = out.text ? std::string() : folding.why;
        if (out.text) out.verbatim = verbatim(expression, n, *out.text);
    });
    return out;
}

std::optional<std::int64_t> constant_integer(const std::string& expression, const Constants& constants) {
    std::optional<std::int64_t> out;
    with_tree(expression, ParseMode::expression, [&](const List* tree) {
        Folding folding(constants);
        out = folding.integer(only_target(tree));
    });
    return out;
}

std::optional<std::vector<std::string>> constant_array(const std::string& expression, const Constants& constants) {
    std::optional<std::vector<std::string>> out;
    with_tree(expression, ParseMode::expression, [&](const List* tree) {
        const Node* n = only_target(tree);
        while (is(n, T_TypeCast)) n = as<TypeCast>(n).arg;
        if (!is(n, T_A_ArrayExpr)) return;
        std::vector<std::string> elements;
        for (const Node* element : items(as<A_ArrayExpr>(n).elements)) {
            Folding folding(constants);
            auto value = folding.fold(element);
            if (!value) return;
            elements.push_back(std::move(*value));
        }
        out = std::move(elements);
    });
    return out;
}

std::vector<OutputColumn> output_columns(const std::string& select, const Constants& row) {
    std::vector<OutputColumn> out;
    with_tree(select, ParseMode::statements, [&](const List* tree) {
        const auto statements = items<RawStmt>(tree);
        if (statements.size() != 1 || !is(statements[0]->stmt, T_SelectStmt)) return;
        const auto& query = as<SelectStmt>(statements[0]->stmt);
        const Constants columns = with_qualified(query, row);
        std::size_t position = 0;
        for (const auto* target : items<ResTarget>(query.targetList)) {
            if (is_star(target->val))
                for (const auto& [column, text] : row) out.push_back({column, position, text.text});
            else if (const auto text = Folding(columns).fold(target->val))
                out.push_back({output_name(*target), position, *text});
            ++position;
        }
    });
    return out;
}

}  // namespace pgfence

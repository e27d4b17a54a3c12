// Objects that are made of functions. An operator class, a type or a language runs them wherever the server works with
// it: in a sort, an index, a cast from text, CREATE FUNCTION. No statement names them there, so they count as run where
// the object is made. Aggregates, operators, casts and triggers are not among them: their uses are followed (calls.h).

#include <initializer_list>
#include <utility>

#include "analyze/lower/lowering.h"

namespace pgfence {
namespace {

class PartsOf {
public:
    explicit PartsOf(std::string what) { made_.what = std::move(what); }

    PartsOf& add(const List* function) {
        if (function) made_.functions.push_back(name_of(function));
        return *this;
    }
    PartsOf& add(const ObjectWithArgs* function) { return add(function ? function->objname : nullptr); }
    PartsOf& add_options(const List* definition, std::initializer_list<std::string_view> options) {
        for (const std::string_view option : options)
            if (const DefElem* found = option_of(definition, option); found && found->arg)
                made_.functions.push_back(name_of_object(found->arg));
        return *this;
    }
    PartsOf& add_items(const List* list, const StatementPosition& place) {
        for (const auto* item : items<CreateOpClassItem>(list)) {
            if (item->itemtype == OPCLASS_ITEM_FUNCTION) add(item->name);
            if (item->itemtype != OPCLASS_ITEM_OPERATOR || !item->name) continue;
            OperatorUse use{name_of(item->name->objname), 2};
            const auto types = items<::TypeName>(item->name->objargs);
            if (types.size() == 2) {
                use.left = type_of(types[0], place);
                use.right = type_of(types[1], place);
            }
            made_.operators.push_back(std::move(use));
        }
        return *this;
    }

    std::optional<MakeOfFunctions> made() {
        std::erase_if(made_.functions, [](const Name& name) { return name.empty() || name.name == "none"; });
        if (made_.functions.empty() && made_.operators.empty()) return std::nullopt;
        return std::move(made_);
    }

private:
    MakeOfFunctions made_;
};

std::optional<MakeOfFunctions> of_definition(const DefineStmt& define) {
    const std::string name = name_of(define.defnames).name;
    switch (define.kind) {
        case OBJECT_TYPE:
            return PartsOf("type " + name)
                .add_options(define.definition,
                             {"input", "output", "receive", "send", "typmod_in", "typmod_out", "analyze", "subscript"})
                .made();
        case OBJECT_OPERATOR:
            return PartsOf("operator " + name).add_options(define.definition, {"restrict", "join"}).made();
        case OBJECT_TSPARSER:
            return PartsOf("text search parser " + name)
                .add_options(define.definition, {"start", "gettoken", "end", "lextypes", "headline"})
                .made();
        case OBJECT_TSTEMPLATE:
            return PartsOf("text search template " + name).add_options(define.definition, {"init", "lexize"}).made();
        default: return std::nullopt;
    }
}

}  // namespace

std::optional<MakeOfFunctions> made_of(const Node* n, const StatementPosition& place) {
    switch (nodeTag(n)) {
        case T_DefineStmt: return of_definition(as<DefineStmt>(n));
        case T_CreateOpClassStmt: {
            const auto& made = as<CreateOpClassStmt>(n);
            return PartsOf("operator class " + name_of(made.opclassname).name).add_items(made.items, place).made();
        }
        case T_AlterOpFamilyStmt: {
            const auto& family = as<AlterOpFamilyStmt>(n);
            if (family.isDrop) return std::nullopt;
            return PartsOf("operator family " + name_of(family.opfamilyname).name)
                .add_items(family.items, place)
                .made();
        }
        case T_CreateRangeStmt: {
            const auto& range = as<CreateRangeStmt>(n);
            return PartsOf("type " + name_of(range.typeName).name)
                .add_options(range.params, {"canonical", "subtype_diff"})
                .made();
        }
        case T_AlterTypeStmt:
            return PartsOf("type " + name_of(as<AlterTypeStmt>(n).typeName).name)
                .add_options(as<AlterTypeStmt>(n).options,
                             {"receive", "send", "typmod_in", "typmod_out", "analyze", "subscript"})
                .made();
        case T_AlterOperatorStmt:
            return PartsOf("an operator").add_options(as<AlterOperatorStmt>(n).options, {"restrict", "join"}).made();
        case T_CreatePLangStmt: {
            const auto& language = as<CreatePLangStmt>(n);
            return PartsOf("language " + text_of(language.plname))
                .add(language.plhandler)
                .add(language.plinline)
                .add(language.plvalidator)
                .made();
        }
        case T_CreateFdwStmt:
            return PartsOf("foreign-data wrapper " + text_of(as<CreateFdwStmt>(n).fdwname))
                .add_options(as<CreateFdwStmt>(n).func_options, {"handler", "validator"})
                .made();
        case T_AlterFdwStmt:
            return PartsOf("foreign-data wrapper " + text_of(as<AlterFdwStmt>(n).fdwname))
                .add_options(as<AlterFdwStmt>(n).func_options, {"handler", "validator"})
                .made();
        case T_CreateAmStmt:
            return PartsOf("access method " + text_of(as<CreateAmStmt>(n).amname))
                .add(as<CreateAmStmt>(n).handler_name)
                .made();
        case T_CreateConversionStmt:
            return PartsOf("conversion " + name_of(as<CreateConversionStmt>(n).conversion_name).name)
                .add(as<CreateConversionStmt>(n).func_name)
                .made();
        case T_CreateTransformStmt:
            return PartsOf("a transform")
                .add(as<CreateTransformStmt>(n).fromsql)
                .add(as<CreateTransformStmt>(n).tosql)
                .made();
        case T_CreateFunctionStmt:
            return PartsOf("function " + name_of(as<CreateFunctionStmt>(n).funcname).name)
                .add_options(as<CreateFunctionStmt>(n).options, {"support"})
                .made();
        case T_AlterFunctionStmt:
            return PartsOf("a function").add_options(as<AlterFunctionStmt>(n).actions, {"support"}).made();
        default: return std::nullopt;
    }
}

}  // namespace pgfence

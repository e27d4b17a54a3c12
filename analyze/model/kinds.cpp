// A statement that names a kind of object is for no other (DropErrorMsgWrongType, RangeVarCallbackForAlterRelation in
// tablecmds.c).

#include "analyze/model/statements.h"

namespace pgfence {
namespace {

/// "a view"; empty: any kind, or none that is told from another here.
std::string_view in_words(ObjectType object) {
    switch (object) {
        case ObjectType::table: return "a table";
        case ObjectType::index: return "an index";
        case ObjectType::sequence: return "a sequence";
        case ObjectType::view: return "a view";
        case ObjectType::materialized_view: return "a materialized view";
        case ObjectType::foreign_table: return "a foreign table";
        case ObjectType::composite_type: return "a composite type";
        default: return "";
    }
}

}  // namespace

bool is_a(const Relation& relation, ObjectType object) {
    switch (object) {
        case ObjectType::table: return relation.is_table();
        case ObjectType::index: return is_index(relation);
        case ObjectType::sequence: return relation.kind == RelationKind::sequence;
        case ObjectType::view: return relation.kind == RelationKind::view;
        case ObjectType::materialized_view: return relation.kind == RelationKind::materialized_view;
        case ObjectType::foreign_table: return relation.kind == RelationKind::foreign_table;
        case ObjectType::composite_type: return relation.kind == RelationKind::composite_type;
        default: return true;
    }
}

bool refuse_unless(Answer& answer, const Relation& relation, bool fits, std::string_view what) {
    if (!fits)
        answer.fails(Failure::Kind::not_allowed, "\"" + relation.name.name + "\" is not " + std::string(what),
                     !relation.maybe);
    return !fits;
}

bool refuse_other_kind(Answer& answer, const Relation* relation, ObjectType object) {
    return relation && refuse_unless(answer, *relation, is_a(*relation, object), in_words(object));
}

}  // namespace pgfence

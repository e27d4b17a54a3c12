#include "extract/formats/format.h"

namespace pgfence::extract {

extern const Format drizzle, goose, sql_migrate, dbmate, prisma, diesel, supabase, flyway, sqlx, golang_migrate,
    alembic, django, rails, plain_sql;

const std::vector<const Format*>& formats() {
    static const std::vector<const Format*> all{
        // marks in the file
        &drizzle,
        &goose,
        &sql_migrate,
        &dbmate,
        // other languages than SQL
        &alembic,
        &django,
        &rails,
        // folders and names that only one tool uses
        &prisma,
        &diesel,
        &supabase,
        &flyway,
        // names that several tools use
        &sqlx,
        &golang_migrate,
        // whatever is left
        &plain_sql,
    };
    return all;
}

}  // namespace pgfence::extract

#include "extract/formats/format.h"

namespace pgfence::extract {

extern const Format drizzle, goose, sql_migrate, dbmate, prisma, diesel, supabase, flyway, sqlx, golang_migrate,
    alembic, rails, plain_sql;
extern const Format knex, sequelize, typeorm, node_pg_migrate, mikro_orm, kysely, db_migrate;

const std::vector<const Format*>& formats() {
    static const std::vector<const Format*> all{
        // programs
        &typeorm,
        &mikro_orm,
        &sequelize,
        &node_pg_migrate,
        &kysely,
        &db_migrate,
        &knex,
        // marks in the file
        &drizzle,
        &goose,
        &sql_migrate,
        &dbmate,
        // other languages than SQL
        &alembic,
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

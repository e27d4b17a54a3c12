require('../run.js').install({
    'node-pg-migrate': require('./node_pg_migrate.js'),
    'mikro-orm': require('./mikro_orm.js'),
    kysely: require('./kysely.js'),
    'db-migrate': require('./db_migrate.js'),
});

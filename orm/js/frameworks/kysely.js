// Kysely: its own builders and compiler for PostgreSQL on a recording driver.
'use strict';
const kysely = require('kysely');
const pg = require('../pg.js');
const sites = require('../sites.js');

class Connection {
    async executeQuery(query) {
        const result = pg.query(query.sql, query.site, query.parameters);
        return { rows: result.rows, get numAffectedRows() { return BigInt(result.rowCount); } };
    }
    async *streamQuery() {}
}
class Driver {
    async init() {}
    async acquireConnection() { return new Connection(); }
    async beginTransaction(connection) { await connection.executeQuery({ sql: 'begin', site: sites.here() }); }
    async commitTransaction(connection) { await connection.executeQuery({ sql: 'commit' }); }
    async rollbackTransaction(connection) { await connection.executeQuery({ sql: 'rollback' }); }
    async releaseConnection() {}
    async destroy() {}
}

// A builder asks its executor at once when it is executed: then the migration's call is still on the stack.
const base = Object.getPrototypeOf(kysely.DefaultQueryExecutor.prototype);
const execute = base.executeQuery;
base.executeQuery = function (query, ...rest) {
    return execute.call(this, { ...query, site: sites.here(true) }, ...rest);
};

exports.provided = { kysely: () => kysely };
exports.up = async (exports) => {
    const migration = typeof exports.up === 'function' ? exports : exports.default ?? exports;
    if (typeof migration.up !== 'function') throw new Error('it exports no function up');
    const database = new kysely.Kysely({
        dialect: {
            createAdapter: () => new kysely.PostgresAdapter(),
            createDriver: () => new Driver(),
            createIntrospector: (db) => new kysely.PostgresIntrospector(db),
            createQueryCompiler: () => new kysely.PostgresQueryCompiler(),
        },
    });
    await migration.up(database);
};

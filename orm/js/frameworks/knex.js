// Knex: its own builders and compiler for PostgreSQL on a recording connection.
'use strict';
const makeKnex = require('knex/lib/knex-builder/Knex');
const Postgres = require('knex/lib/dialects/postgres');
const Runner = require('knex/lib/execution/runner');
const SchemaBuilder = require('knex/lib/schema/builder');
const Bluebird = require('../node/bluebird.js');
const lodash = require('../node/lodash.js');
const pg = require('../pg.js');
const sites = require('../sites.js');

// Each step of a schema chain knows the call that added it, and so do the statements it compiles to.
for (const method of Object.getOwnPropertyNames(SchemaBuilder.prototype)) {
    const original = SchemaBuilder.prototype[method];
    if (typeof original !== 'function' || ['constructor', 'toSQL', 'toString', 'withSchema', 'generateDdlCommands'].includes(method)) continue;
    SchemaBuilder.prototype[method] = function (...args) {
        const steps = this._sequence ? this._sequence.length : 0;
        const result = original.apply(this, args);
        if (this._sequence && this._sequence.length > steps) this._sequence[steps].site = sites.here();
        return result;
    };
}

class SiteRunner extends Runner {
    query(sql) {
        sql.site ??= this.builder.site;
        return super.query(sql);
    }
}

class Recording extends Postgres {
    _driver() { return pg; }
    initializePool() { this.pool = {}; }
    async acquireConnection() { return (this.connection ??= new pg.Client()); }
    async releaseConnection() {}
    async destroy() {}
    runner(builder) { return new SiteRunner(this, builder); }
    schemaBuilder() { return sited(super.schemaBuilder()); }
    queryBuilder() { return sited(super.queryBuilder()); }
    raw(...args) { return sited(super.raw(...args)); }
    schemaCompiler(builder) {
        const compiler = super.schemaCompiler(builder);
        compiler.toSQL = function () {
            for (const { method, args, site } of builder._sequence) {
                this[method](...args);
                for (const query of this.sequence) query.site ??= site;
            }
            return this.sequence;
        };
        return compiler;
    }
    _query(connection, query) {
        connection.site = query.site;
        return super._query(connection, query);
    }
}
function sited(builder) {
    builder.site = sites.here(true);
    return builder;
}

const open = () => makeKnex({ client: Recording, version: '16.0' });
// As the bundle is loaded: a run's process has it then.
const database = open();

exports.provided = { bluebird: () => Bluebird, lodash, knex: () => Object.assign(open.bind(null), { knex: open, default: open, Knex: {} }) };
exports.up = async (exports) => {
    const migration = exports.up ? exports : exports.default ?? exports;
    if (typeof migration.up !== 'function') throw new Error('it exports no function up');
    const config = migration.config ?? exports.config;
    const bare = config && config.transaction === false;
    if (bare) require('../host.js').report('transaction', 'none', 'config.transaction is false');
    // Before 0.20 it gave Bluebird's Promise along, and many of those migrations are still there.
    if (bare) return migration.up(database, Bluebird);
    // As the migrator has it: up() gets the transaction, whose BEGIN and COMMIT are the runner's.
    const transaction = await pg.quietly(() => database.transaction());
    return migration.up(transaction, Bluebird);
};

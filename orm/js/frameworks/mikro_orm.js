// MikroORM: a migration only hands SQL over; its base class is the part of the ORM that there is.
'use strict';
const pg = require('../pg.js');
const sites = require('../sites.js');
const { unknown } = require('../unknown.js');
const { report } = require('../host.js');

class Migration {
    constructor() { this.queries = []; }
    addSql(sql) {
        this.queries.push(sql);
        pg.query(typeof sql === 'object' && sql !== null && 'toQuery' in sql ? sql.toQuery() : sql, sites.here());
    }
    async execute(sql) { return pg.query(sql, sites.here()).rows; }
    getQueries() { return this.queries; }
    reset() { this.queries = []; }
    isTransactional() { return true; }
    setTransactionContext() {}
    getKnex() { return outside('getKnex()'); }
    getEntityManager() { return outside('getEntityManager()'); }
    down() { throw new Error('This migration cannot be reverted'); }
}
function outside(what) {
    report('note', what, 'what goes through it is not recorded', String(sites.here().first));
    return unknown(what, true);
}

const provided = () => ({ Migration });
exports.provided = { '@mikro-orm/migrations': provided, '@mikro-orm/core': () => ({ raw: (sql) => sql, sql: String.raw }) };
exports.up = async (exports) => {
    const classes = Object.values(exports).filter((value) => typeof value === 'function' && value.prototype && typeof value.prototype.up === 'function');
    if (classes.length === 0) throw new Error('it exports no class with a method up');
    for (const Class of new Set(classes)) {
        const migration = new Class();
        if (!migration.isTransactional()) report('transaction', 'none', 'isTransactional() is false');
        await migration.up();
    }
};

// node-pg-migrate: its own migration builder, each of whose calls yields its statements at once.
'use strict';
const MigrationBuilder = require('node-pg-migrate/dist/migrationBuilder').default ?? require('node-pg-migrate/dist/migrationBuilder');
const { PgLiteral } = require('node-pg-migrate/dist/utils/PgLiteral');
const pg = require('../pg.js');
const sites = require('../sites.js');
const { report } = require('../host.js');

const database = {
    query: async (...args) => pg.query(args[0].text ?? args[0]),
    select: async (...args) => pg.query(args[0].text ?? args[0]).rows,
};

exports.provided = { 'node-pg-migrate': () => ({ MigrationBuilder, PgLiteral, PgType: require('node-pg-migrate/dist/types').PgType, default: () => {} }) };
exports.up = async (exports) => {
    const migration = typeof exports.up === 'function' ? exports : exports.default ?? exports;
    if (typeof migration.up !== 'function') throw new Error('it exports no function up');
    const builder = new MigrationBuilder(database, migration.shorthands ?? {}, false, console);
    const send = (from, site) => {
        for (const step of builder.getSqlSteps().slice(from)) pg.query(step, site);
    };
    const pgm = new Proxy(builder, {
        get(target, name) {
            const value = Reflect.get(target, name, target);
            if (typeof value !== 'function' || typeof name === 'symbol') return value;
            return (...args) => {
                const from = builder.getSqlSteps().length, site = sites.here();
                const result = value.apply(target, args);
                send(from, site);
                return result === target ? pgm : result;
            };
        },
    });
    const up = migration.up;
    await (up.length > 1 ? new Promise((resolve, reject) => up.call(migration, pgm, (error) => (error ? reject(error) : resolve()))) : up.call(migration, pgm));
    if (!builder.isUsingTransaction()) report('transaction', 'none', 'pgm.noTransaction() is called');
};

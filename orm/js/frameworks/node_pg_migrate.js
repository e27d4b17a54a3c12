// node-pg-migrate: its own migration builder, each of whose calls yields its statements at once.
'use strict';
const MigrationBuilder = require('node-pg-migrate/dist/migrationBuilder').default ?? require('node-pg-migrate/dist/migrationBuilder');
const { PgLiteral } = require('node-pg-migrate/dist/utils/PgLiteral');
const pg = require('../pg.js');
const sites = require('../sites.js');
const { report } = require('../host.js');
const { doubt } = require('../unknown.js');

const database = {
    query: async (...args) => pg.query(args[0].text ?? args[0]),
    select: async (...args) => pg.query(args[0].text ?? args[0]).rows,
};

/// pg's own connections, which migrations open beside that of pgm: each statement commits by itself.
let sentApart = 0, sentHere = 0;
class Client extends pg.Client {
    query(...args) {
        ++sentApart;
        return super.query(...args);
    }
}
class Pool extends Client {
    connect(callback) {
        const client = new Client();
        if (callback) return void queueMicrotask(() => callback(null, client, () => {}));
        return Promise.resolve(client);
    }
}
const apart = { ...pg, Client, Pool };
apart.default = apart;

exports.provided = { pg: () => apart, 'node-pg-migrate': () => ({ MigrationBuilder, PgLiteral, PgType: require('node-pg-migrate/dist/types').PgType, default: () => {} }) };
exports.up = async (exports) => {
    const migration = typeof exports.up === 'function' ? exports : exports.default ?? exports;
    if (typeof migration.up !== 'function') throw new Error('it exports no function up');
    sentApart = sentHere = 0;
    const builder = new MigrationBuilder(database, migration.shorthands ?? {}, false, console);
    const send = (from, site) => {
        for (const step of builder.getSqlSteps().slice(from)) {
            ++sentHere;
            pg.query(step, site);
        }
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
    if (sentApart && sentHere) doubt('statements on a connection of its own', 'the file sends others through pgm: which waits for which is not followed');
    else if (sentApart) report('transaction', 'none', 'the file opens a connection of its own, in which each statement commits by itself');
    if (!builder.isUsingTransaction()) report('transaction', 'none', 'pgm.noTransaction() is called');
};

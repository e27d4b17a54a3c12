// db-migrate: its own driver for PostgreSQL on a recording connection.
'use strict';
const Bluebird = require('bluebird');
const driver = require('db-migrate-pg');
const type = require('db-migrate-shared').dataType;
const pg = require('../pg.js');
const sites = require('../sites.js');

const log = Object.fromEntries(['verbose', 'info', 'warn', 'error', 'sql', 'silence', 'setLogLevel', 'isSilent'].map((name) => [name, () => {}]));
const internals = { mod: { log, type }, interfaces: { SeederInterface: {}, MigratorInterface: {} }, migrationTable: 'migrations', seedTable: 'seeds', argv: {} };

function connect() {
    return new Promise((resolve, reject) => driver.connect({ db: new pg.Client() }, internals, (error, db) => (error ? reject(error) : resolve(db))));
}
exports.provided = { 'db-migrate': () => ({ dataType: type }), 'db-migrate-shared': () => require('db-migrate-shared'), bluebird: () => Bluebird, async: () => require('async') };
exports.up = async (exports) => {
    if (typeof exports.up !== 'function') throw new Error('it exports no function up');
    const migrate = { dataType: type, log, version: '1.0.0' };
    if (typeof exports.setup === 'function') exports.setup({ dbmigrate: migrate, Promise: Bluebird, log, type }, {});
    const database = await connect();
    // A call that starts its work at once: the statements it sends belong to it, later ones to the last call before.
    const db = new Proxy(database, {
        get(target, name) {
            const value = Reflect.get(target, name, target);
            if (typeof value !== 'function' || typeof name === 'symbol') return value;
            return (...args) => {
                const derived = Object.create(target), site = sites.here();
                derived.connection = Object.create(target.connection);
                derived.connection.query = function (...query) {
                    target.connection.site = site;
                    return target.connection.query(...query);
                };
                return value.apply(derived, args);
            };
        },
    });
    await (exports.up.length > 1 ? new Promise((resolve, reject) => exports.up(db, (error) => (error ? reject(error) : resolve()))) : exports.up(db));
};

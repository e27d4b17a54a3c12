// Sequelize: its own query interface and generator for PostgreSQL on a recording connection.
'use strict';
const Sequelize = require('sequelize');
const Query = require('sequelize/lib/dialects/postgres/query').Query || require('sequelize/lib/dialects/postgres/query');
const pg = require('../pg.js');
const sites = require('../sites.js');

const run = Query.prototype.run;
Query.prototype.run = function (sql, parameters) {
    this.connection.site = this.options.site;
    return run.call(this, sql, parameters);
};

/// An object like the original whose every call knows from where in the migration it was made, right even when several
/// calls are under way at once: what the call asks of it in turn carries the call's place.
function placed(original, derive, except) {
    return new Proxy(original, {
        get(target, name, receiver) {
            const value = Reflect.get(target, name, receiver);
            if (typeof value !== 'function' || except.has(name) || typeof name === 'symbol') return value;
            return function (...args) {
                return value.apply(this === receiver ? derive(sites.here()) : this, args);
            };
        },
    });
}

function open() {
    const sequelize = new Sequelize({
        dialect: 'postgres', dialectModule: pg, logging: false, databaseVersion: '16.0.0', username: 'user', database: 'postgres',
        define: {}, pool: { max: 1 },
    });
    const connection = new pg.Client();
    sequelize.connectionManager.getConnection = async () => connection;
    sequelize.connectionManager.releaseConnection = () => {};
    const queryInterface = sequelize.getQueryInterface();

    const at = (site) => {
        const database = Object.create(sequelize);
        database.query = (sql, options) => sequelize.query.call(database, sql, { ...options, site });
        const derived = Object.create(queryInterface);
        derived.sequelize = database;
        database.queryInterface = derived;
        database.getQueryInterface = () => derived;
        return { database, derived };
    };
    const context = placed(queryInterface, (site) => at(site).derived, new Set(['constructor']));
    const database = placed(sequelize, (site) => at(site).database, new Set(['constructor', 'define', 'model', 'models', 'fn', 'col', 'literal', 'cast', 'escape', 'random']));
    return { context, database };
}

exports.provided = {
    sequelize: () => Sequelize,
    '@sequelize/core': () => Sequelize,
};
exports.up = async (exports) => {
    const migration = typeof exports.up === 'function' ? exports : exports.default ?? exports;
    if (typeof migration.up !== 'function') throw new Error('it exports no function up');
    const { context, database } = open();
    const queryInterface = new Proxy(context, {
        get(target, name) {
            if (name === 'sequelize') return database;
            // Umzug hands the query interface over as the context.
            if (name === 'context') return queryInterface;
            if (name === 'name') return 'migration';
            return Reflect.get(target, name, target);
        },
    });
    const up = migration.up;
    return up.length > 2 ? new Promise((resolve, reject) => up.call(migration, queryInterface, Sequelize, (error) => (error ? reject(error) : resolve()))) : up.call(migration, queryInterface, Sequelize);
};

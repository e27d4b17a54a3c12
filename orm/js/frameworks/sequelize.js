// Sequelize: its own query interface and generator for PostgreSQL on a recording connection.
'use strict';
const Sequelize = require('sequelize');
const Query = require('sequelize/lib/dialects/postgres/query').Query || require('sequelize/lib/dialects/postgres/query');
const Bluebird = require('../node/bluebird.js');
const lodash = require('../node/lodash.js');
const pg = require('../pg.js');
const sites = require('../sites.js');
const QueryGenerator = require('sequelize/lib/dialects/postgres/query-generator');
const { choose, isUnknown, unknown } = require('../unknown.js');

const run = Query.prototype.run;
Query.prototype.run = function (sql, parameters) {
    this.connection.site = this.options.site;
    return run.call(this, sql, parameters);
};

// A plain row of a result is copied field by field: of one that has any field, nothing would be left.
const select = Query.prototype.handleSelectQuery;
Query.prototype.handleSelectQuery = function (rows) {
    if (!this.options.raw) return select.call(this, rows);
    return this.options.plain ? rows[0] ?? null : rows;
};

// To Sequelize an object is a condition of its own, or no value at all.
const named = (value) => (isUnknown(value) ? `${value}` : value);
const { whereItemQuery, escape } = QueryGenerator.prototype;
QueryGenerator.prototype.whereItemQuery = function (key, value, options) { return whereItemQuery.call(this, key, named(value), options); };
QueryGenerator.prototype.escape = function (value, field, options) { return escape.call(this, named(value), field, options); };
/// Of `replacements`, a list or an object, which may be a row.
function allNamed(values) {
    if (Array.isArray(values)) return values.map((value) => (Array.isArray(value) ? allNamed(value) : named(value)));
    const get = (target, name) => (Array.isArray(target[name]) ? allNamed(target[name]) : named(target[name]));
    return values && typeof values === 'object' && !isUnknown(values) ? new Proxy(values, { get }) : values;
}

/// An object like the original whose every call knows from where in the migration it was made, right even when several
/// calls are under way at once: it runs on an object of its own, and what it asks of that carries its place.
function placed(original, derive, except, own) {
    const methods = new Map();
    return new Proxy(original, {
        get(target, name) {
            if (Object.hasOwn(own, name)) return own[name];
            const value = Reflect.get(target, name, target);
            if (typeof value !== 'function' || typeof name === 'symbol' || except.has(name)) return value;
            if (!methods.has(name)) methods.set(name, (...args) => {
                const derived = derive(sites.here());
                const result = derived[name](...args);
                // Of Sequelize 4 and 5 it was one of Bluebird's, which old migrations go on with.
                return result instanceof Promise ? Bluebird.on(result) : result;
            });
            return methods.get(name);
        },
    });
}

/// What is told of something that is there: an object, of whose fields none is known.
function description(what) {
    const fields = new Map();
    return new Proxy({}, {
        get(target, field) {
            if (typeof field === 'symbol' || field === 'then' || field === 'toJSON') return undefined;
            if (!fields.has(field)) fields.set(field, unknown(`${field} of ${what}`));
            return fields.get(field);
        },
        has: (target, field) => typeof field === 'string',
    });
}
/// The list of all tables, of which it may be asked whether a name is among them.
function listed(tables) {
    const before = pg.sent().length;
    const includes = (name) => choose(`table ${shown(name)} is there`, false, pg.sent().length > before ? '' : `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_name = ${text(shown(name))}`);
    return Object.defineProperties(tables, { includes: { value: includes }, indexOf: { value: (name) => (includes(name) ? 0 : -1) } });
}
/// A table's columns: each that is asked for may be there or not, which only the schema tells.
function columns(table, options) {
    const known = new Map();
    const schema = (typeof options === 'string' ? options : options?.schema) ?? table?.schema ?? 'public';
    const question = (name) => `SELECT column_name FROM information_schema.columns WHERE table_schema = ${text(schema)} AND table_name = ${text(shown(table))} AND column_name = ${text(name)}`;
    const before = pg.sent().length;
    const column = (name) => {
        const isAsItWas = pg.sent().slice(before).every((sql) => leaves(sql, name));
        if (!known.has(name)) known.set(name, choose(`column ${name} of ${shown(table)} is there`, false, isAsItWas ? question(name) : '') ? description(`column ${name}`) : undefined);
        return known.get(name);
    };
    return new Proxy({}, {
        get: (target, name) => (typeof name === 'symbol' || name === 'then' ? undefined : column(name)),
        has: (target, name) => typeof name === 'string' && column(name) !== undefined,
        getOwnPropertyDescriptor: (target, name) => (typeof name === 'string' && column(name) !== undefined ? { value: column(name), configurable: true, enumerable: true, writable: true } : undefined),
    });
}
const names = (sql, name) => sql.toLowerCase().split(/[^a-z0-9_$]+/).includes(name.toLowerCase()) || (/\W/.test(name) && sql.includes(name));
/// The statement makes, drops and renames no column of that name.
const leaves = (sql, name) => /^(ALTER TABLE|CREATE (UNIQUE )?INDEX|COMMENT ON|INSERT INTO|UPDATE|DELETE FROM|DO 'BEGIN CREATE TYPE) /.test(sql) && !names(sql, name) && !/ RENAME TO |;\s*\S/.test(sql);
const text = (name) => `'${String(name).replace(/'/g, "''")}'`;
const shown = (table) => (table && typeof table === 'object' ? table.tableName : table);

function open() {
    const sequelize = new Sequelize({
        dialect: 'postgres', dialectModule: pg, logging: false, databaseVersion: '16.0.0', username: 'user', database: 'postgres', pool: { max: 1 },
    });
    const connection = new pg.Client();
    sequelize.connectionManager.getConnection = async () => connection;
    sequelize.connectionManager.releaseConnection = () => {};
    const original = sequelize.getQueryInterface();

    const at = (site) => {
        const database = Object.create(sequelize);
        database.query = (sql, options) => sequelize.query.call(database, sql, { ...options, ...(options?.replacements ? { replacements: allNamed(options.replacements) } : {}), site });
        const derived = Object.create(original);
        derived.sequelize = database;
        derived.describeTable = async (table, options) => columns(table, options);
        derived.showAllTables = async (options) => listed([...(await original.showAllTables.call(derived, options))]);
        // Sequelize asks whether an enum is there, and makes one that is not in a block that lets a second one of its name
        // pass: it is the same statement either way. With a model it would add what the enum lacks.
        derived.ensureEnums = (table, attributes, options, model) => {
            if (model) return original.ensureEnums.call(derived, table, attributes, options, model);
            const asking = Object.create(derived);
            asking.sequelize = Object.create(database);
            asking.sequelize.query = (sql, more) => (String(sql).startsWith('SELECT t.typname enum_name') ? Promise.resolve(null) : database.query(sql, more));
            return original.ensureEnums.call(asking, table, attributes, options);
        };
        // What a call changes is there, or the migration fails.
        derived.assertTableHasColumn = async (table, name) => ({ [name]: { type: 'TEXT', allowNull: true } });
        database.queryInterface = derived;
        database.getQueryInterface = () => derived;
        return { database, derived };
    };
    const database = placed(sequelize, (site) => at(site).database, new Set(['constructor', 'define', 'model', 'fn', 'col', 'literal', 'cast', 'escape', 'random', 'getDialect']), {
        getQueryInterface: () => queryInterface,
        get queryInterface() { return queryInterface; },
    });
    const queryInterface = placed(original, (site) => at(site).derived, new Set(['constructor']), {
        sequelize: database,
        // Umzug hands the query interface over as the context.
        get context() { return queryInterface; },
        name: 'migration',
    });
    return queryInterface;
}

// As the bundle is loaded: a run's process has it then.
const queryInterface = open();

exports.provided = {
    bluebird: () => Bluebird,
    lodash,
    sequelize: () => Sequelize,
    '@sequelize/core': () => Sequelize,
};
exports.up = async (exports) => {
    const migration = typeof exports.up === 'function' ? exports : exports.default ?? exports;
    if (typeof migration.up !== 'function') throw new Error('it exports no function up');
    const up = migration.up;
    if (up.length <= 2) return up.call(migration, queryInterface, Sequelize);
    return new Promise((resolve, reject) => up.call(migration, queryInterface, Sequelize, (error) => (error ? reject(error) : resolve())));
};

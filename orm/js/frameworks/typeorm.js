// TypeORM: its own query runner for PostgreSQL, whose one way to the database is recorded.
'use strict';
require('reflect-metadata');
const typeorm = require('typeorm');
const { QueryResult } = require('typeorm/query-runner/QueryResult');
const Bluebird = require('../node/bluebird.js');
const pg = require('../pg.js');
const postgresJs = require('../postgres_js.js');
const sites = require('../sites.js');
const caller = require('../caller.js');
const { files, report } = require('../host.js');
const { choose, isUnknown, unknown } = require('../unknown.js');

function structured(raw) {
    const result = new QueryResult();
    result.records = raw.rows;
    Object.defineProperty(result, 'affected', { get: () => raw.rowCount });
    result.raw = raw.command === 'DELETE' || raw.command === 'UPDATE' ? [raw.rows, raw.rowCount] : raw.rows;
    return result;
}

/// What only the database knows stands for a text, too.
const isText = (value) => typeof value === 'string' || isUnknown(value);
/// As TypeORM gives a result, and as pg does: runners that nobody knows hand on either.
const withRows = (raw, answer) => new Proxy(raw, {
    get: (result, name) => (name === 'rows' || name === 'rowCount' ? answer[name] : Reflect.get(result, name)),
});

/// A list that is empty for TypeORM itself and has what the migration looks for in it.
class Some extends Array {
    constructor(make) {
        super();
        Object.defineProperty(this, 'make', { value: make });
    }
    static get [Symbol.species]() { return Array; }
    find(test) { return super.find(test) ?? (here() ? this.make() : undefined); }
    filter(test) { return here() ? [this.make()] : super.filter(test); }
}
/// The migration itself calls, not the query runner.
const here = () => caller.isDirect(1);

/// A table that nothing is known of but its name: what is asked of it is taken to be there, as it must be for the call
/// to succeed.
class AnyTable extends typeorm.Table {
    constructor(options) {
        super(options);
        const name = () => unknown(`the name of a constraint or index of ${options.name}`);
        this.foreignKeys = new Some(() => named.dropForeignKey(name()));
        this.indices = new Some(() => named.dropIndex(name()));
        this.uniques = new Some(() => named.dropUniqueConstraint(name()));
        this.checks = new Some(() => named.dropCheckConstraint(name()));
    }
    findColumnByName(name) { return super.findColumnByName(name) ?? anyColumn(this.name, name); }
}
/// What the migration sets on a copy of it differs from it, and what it leaves alone does not.
function anyColumn(table, name) {
    const property = (which) => unknown(`${which} of ${table}.${name}`);
    return new typeorm.TableColumn({ name, type: property('the type'), isNullable: property('whether NULL is allowed'), default: property('the default') });
}
const named = {
    dropForeignKey: (name) => new typeorm.TableForeignKey({ name, columnNames: [], referencedColumnNames: [], referencedTableName: '' }),
    dropIndex: (name) => new typeorm.TableIndex({ name, columnNames: [] }),
    dropUniqueConstraint: (name) => new typeorm.TableUnique({ name, columnNames: [] }),
    dropCheckConstraint: (name) => new typeorm.TableCheck({ name, expression: '' }),
    dropExclusionConstraint: (name) => new typeorm.TableExclusion({ name, expression: '' }),
};
/// The column as it is now, of which only the name is told: each property in which it may differ is a choice.
function columnNow(table, name, wanted) {
    if (!(wanted instanceof typeorm.TableColumn)) return new typeorm.TableColumn({ name, type: 'text', isNullable: true });
    const now = wanted.clone(), which = `${table && table.name ? table.name : table}.${name}`;
    now.name = name;
    if (choose(`${which} is ${wanted.isNullable ? 'NOT NULL' : 'nullable'} now`)) now.isNullable = !wanted.isNullable;
    if (choose(`${which} has another default now`)) now.default = wanted.default === undefined ? 'NULL' : undefined;
    if (choose(`${which} has another type now`)) now.type = now.type === 'text' ? 'integer' : 'text';
    return now;
}
/// Calls whose statements follow from how the table is defined now.
const compares = new Set(['changeColumn', 'changeColumns', 'updatePrimaryKeys', 'dropPrimaryKey', 'renameTable', 'renameColumn']);

/// Where the connection stands, which every call changes for those behind it.
const ofTransaction = ['isTransactionActive', 'transactionDepth'];

function open() {
    const source = new typeorm.DataSource({ type: 'postgres', driver: pg, database: 'postgres', entities: [], logging: false });
    source.driver.database = 'postgres';
    source.driver.schema = source.driver.searchSchema = 'public';
    source.driver.version = '16.0';
    source.driver.isGeneratedColumnsSupported = true;
    const runner = source.createQueryRunner('master');
    runner.connect = async () => ({});
    const at = (site) => {
        const derived = Object.create(runner);
        for (const name of ofTransaction) Object.defineProperty(derived, name, { get: () => runner[name], set: (value) => { runner[name] = value; } });
        derived.query = async (asked, parameters, useStructuredResult = false) => {
            const sql = isText(asked) ? asked : asked?.text;
            if (!isText(sql)) return void report('note', 'query()', 'what it is given is no text', String(site.first));
            const answer = pg.query(sql, site, isText(asked) ? parameters : asked.values);
            const result = structured(answer);
            if (useStructuredResult === true) return result;
            const given = withRows(result.raw, answer);
            [parameters, useStructuredResult].find((value) => typeof value === 'function' && !isUnknown(value))?.(null, given);
            return given;
        };
        derived.getCachedTable = async (name) => {
            const known = runner.loadedTables.find((table) => table.name === name);
            return known ?? new AnyTable({ name });
        };
        derived.getTable = derived.getCachedTable;
        derived.getTables = async (names = []) => names.map((name) => new AnyTable({ name }));
        return derived;
    };
    /// Settings and plain queries are known; what goes through entities is not.
    const entities = (value, whose) => new Proxy(value, {
        get(target, name) {
            if (name === 'query') return (...args) => at(sites.here()).query(...args);
            if (['options', 'driver', 'name', 'namingStrategy', 'isInitialized'].includes(name) || typeof name === 'symbol') return Reflect.get(target, name, target);
            if (name === 'connection' || name === 'dataSource' || name === 'manager') return entities(Reflect.get(target, name, target), `${whose}.${name}`);
            if (name === 'queryRunner') return recorder;
            if (name === 'transaction' && whose === 'queryRunner.manager') return (...args) => inTransaction(args);
            report('note', `${whose}.${String(name)}`, 'what goes through entities is not recorded', String(sites.here().first));
            return unknown(`${whose}.${String(name)}`, true);
        },
    });
    /// EntityManager.transaction of a manager that has a query runner.
    const inTransaction = async (args) => {
        const site = sites.here(), work = args[args.length - 1];
        await at(site).startTransaction(args.length > 1 ? args[0] : undefined);
        try {
            const result = await work(recorder.manager);
            await at(site).commitTransaction();
            return result;
        } catch (error) {
            await at(site).rollbackTransaction();
            throw error;
        }
    };
    const recorder = new Proxy(runner, {
        get(target, name) {
            const value = Reflect.get(target, name, target);
            if (name === 'manager' || name === 'connection' || name === 'dataSource') return entities(value, `queryRunner.${name}`);
            if (typeof value !== 'function' || typeof name === 'symbol' || name === 'constructor') return value;
            return (...args) => {
                const site = sites.here(), derived = at(site);
                if (named[name] && typeof args[1] === 'string') args[1] = named[name](args[1]);
                if ((name === 'changeColumn' || name === 'renameColumn') && typeof args[1] === 'string') args[1] = columnNow(args[0], args[1], args[2]);
                if (compares.has(name)) report('note', `${name}()`, "TypeORM compares with the table as it is: what it sends may be more or less than this", String(site.first));
                return derived[name](...args);
            };
        },
        set: (target, name, value) => (target[name] = value, true),
    });
    return recorder;
}

// As the bundle is loaded: a run's process has it then.
const queryRunner = open();

/// As MigrationExecutor calls up(): the transaction that it has begun is the outermost one.
function begin(own) {
    const inOne = own ?? files.read('transaction:') !== 'none';
    queryRunner.isTransactionActive = inOne;
    queryRunner.transactionDepth = inOne ? 1 : 0;
    return inOne;
}
/// It commits what it has begun, and throws where that is no more.
function end(inOne) {
    if (inOne && !queryRunner.isTransactionActive)
        report('note', 'a transaction that up() has ended', 'TypeORM commits it once more behind up(), and fails with TransactionNotStartedError', '0');
}

/// slonik's ways to ask, of the rows that they give.
const first = (row) => row && row['the first column'];
const one = (rows) => {
    if (rows.length === 0) throw new Error('no row is found');
    return pg.picked(rows[0]);
};
const slonik = {
    any: (rows) => rows, many: (rows) => (one(rows), rows), one, maybeOne: (rows) => pg.picked(rows[0]) ?? null,
    anyFirst: (rows) => rows.map(first), manyFirst: (rows) => (one(rows), rows.map(first)),
    oneFirst: (rows) => first(one(rows)), maybeOneFirst: (rows) => first(pg.picked(rows[0])) ?? null, exists: (rows) => rows.length > 0,
};
/// What a runner hands to a migration when nothing says what it is: whatever a client of PostgreSQL has, and the tag that
/// the client of postgres.js is.
const inOneTransaction = (...args) => queryRunner.manager.transaction(async () => {
    const result = await args[args.length - 1](client);
    return Array.isArray(result) ? Promise.all(result) : result;
});
const client = new Proxy(postgresJs.tag, {
    get(tag, name) {
        if (name === 'transaction' || name === 'begin' || name === 'savepoint') return inOneTransaction;
        if (Object.hasOwn(slonik, name)) return async (...args) => slonik[name]((await queryRunner.query(...args)).rows);
        if (Object.hasOwn(postgresJs.members, name)) return postgresJs.members[name];
        return queryRunner[name];
    },
    set: (tag, name, value) => (queryRunner[name] = value, true),
    has: (tag, name) => name in queryRunner || name in postgresJs.members,
});

/// Of a runner that is not known: a function by itself or in an object, which may tell by a callback that it is done.
async function upOfClient(exports) {
    const migration = [exports, exports.default, ...Object.values(exports)].find((value) => value && typeof value.up === 'function');
    if (!migration) throw new Error('it exports no class with a method up');
    let told;
    const done = new Promise((resolve, reject) => { told = (error) => (error ? reject(error) : resolve()); });
    begin();
    for (const name of Object.keys(migration))
        if (/^(before|after)_?up$/i.test(name) && typeof migration[name] === 'function')
            report('note', `${name}()`, 'whether the runner calls it, and in which transaction, is not known: check it yourself', '0');
    const result = migration.up(client, told);
    await (migration.up.length > 1 && typeof result?.then !== 'function' ? done : result);
    postgresJs.reportUnsent();
}

exports.provided = { bluebird: () => Bluebird, typeorm: () => typeorm };
exports.up = async (exports) => {
    const candidates = [exports, ...Object.values(exports)].filter((value) => typeof value === 'function' && value.prototype && typeof value.prototype.up === 'function');
    if (candidates.length === 0) return upOfClient(exports);
    for (const Migration of new Set(candidates)) {
        const migration = new Migration();
        if (migration.transaction === false) report('transaction', 'none', 'transaction is false');
        const inOne = begin(typeof migration.transaction === 'boolean' ? migration.transaction : undefined);
        await migration.up(queryRunner);
        end(inOne);
    }
};

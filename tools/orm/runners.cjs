// A migration as its ORM's own runner runs it, on the driver that takes down what is sent. What the runner sends for
// itself, its transaction above all, is not the migration's: `recorded` is around `up` alone.
'use strict';
const { pg, record } = require('./driver.cjs');
const sites = require('./sites.cjs');
const { own } = require('./packages.cjs');

const functions = (exports) => (typeof exports.up === 'function' ? exports : exports.default ?? exports);
const classes = (exports) => new Set(Object.values(exports).filter((value) => typeof value === 'function' && value.prototype && value.prototype.up));
const calling = (up, self, args) => (up.length > args.length ? new Promise((resolve, reject) => up.call(self, ...args, (e) => (e ? reject(e) : resolve()))) : up.call(self, ...args));
async function recorded(work) {
    record.on = true;
    try {
        return await work();
    } finally {
        // What nobody waits for is sent all the same.
        await new Promise((resolve) => setTimeout(resolve, 20));
        record.on = false;
    }
}
async function sendCollected(client, statements, lines) {
    for (const [i, sql] of statements.entries()) {
        record.line = lines[i];
        await client.query(sql);
    }
    record.line = undefined;
}
async function inTransaction(client, work) {
    await client.query('BEGIN');
    try {
        await work();
        await client.query('COMMIT');
    } catch (error) {
        await client.query('ROLLBACK');
        throw error;
    }
}
async function connected(work) {
    const client = new pg.Client();
    await client.connect();
    try {
        await work(client);
    } finally {
        await client.end();
    }
}

module.exports = {
    async knex(exports) {
        const migration = functions(exports), database = own('knex')({ client: 'pg', connection: {} });
        const config = migration.config ?? exports.config;
        try {
            await database.raw('select 1');
            if (config && config.transaction === false) await recorded(() => migration.up(database));
            else await database.transaction((transaction) => recorded(() => migration.up(transaction)));
        } finally {
            await database.destroy();
        }
    },
    async sequelize(exports) {
        const Sequelize = own('sequelize'), migration = functions(exports);
        const database = new Sequelize({ dialect: 'postgres', dialectModule: pg, logging: false, host: process.env.PGHOST, username: process.env.PGUSER, database: process.env.PGDATABASE, ...(process.env.PGHOST ? {} : { databaseVersion: '16.0.0' }) });
        try {
            await database.query('select 1');
            await recorded(() => calling(migration.up, migration, [database.getQueryInterface(), Sequelize]));
        } finally {
            await database.close();
        }
    },
    async typeorm(exports) {
        own('reflect-metadata');
        const { DataSource } = own('typeorm');
        const source = await new DataSource({ type: 'postgres', driver: pg, host: process.env.PGHOST, username: process.env.PGUSER, database: process.env.PGDATABASE ?? 'postgres', logging: false }).initialize();
        // As TypeORM does when an entity has a generated uuid.
        if (process.env.PGHOST) await source.query('CREATE EXTENSION IF NOT EXISTS "uuid-ossp"');
        const runner = source.createQueryRunner();
        try {
            for (const Class of classes(exports)) {
                const migration = new Class();
                if (migration.transaction !== false) await runner.startTransaction();
                await recorded(() => migration.up(runner));
                if (runner.isTransactionActive) await runner.commitTransaction();
            }
        } catch (error) {
            if (runner.isTransactionActive) await runner.rollbackTransaction();
            throw error;
        } finally {
            await runner.release();
            await source.destroy();
        }
    },
    async 'node-pg-migrate'(exports) {
        const found = own('node-pg-migrate/dist/migrationBuilder'), Builder = found.default ?? found, migration = functions(exports);
        await connected(async (client) => {
            const database = { query: (q, v) => client.query(q, v), select: async (q, v) => (await client.query(q, v)).rows };
            const builder = new Builder(database, migration.shorthands ?? {}, false, console);
            const lines = [];
            let steps = [];
            Object.defineProperty(builder, '_steps', {
                get: () => steps,
                set(more) {
                    while (lines.length < more.length) lines.push(sites.here());
                    steps = more;
                },
            });
            const run = () => recorded(async () => {
                await calling(migration.up, migration, [builder]);
                await sendCollected(client, builder.getSqlSteps(), lines);
            });
            await (/noTransaction\(\)/.test(String(migration.up)) ? run() : inTransaction(client, run));
        });
    },
    async kysely(exports) {
        const { Kysely, PostgresDialect } = own('kysely');
        const database = new Kysely({ dialect: new PostgresDialect({ pool: new pg.Pool() }) });
        try {
            await database.transaction().execute((transaction) => recorded(() => functions(exports).up(transaction)));
        } finally {
            await database.destroy();
        }
    },
    async 'mikro-orm'(exports) {
        const { Migration } = own('@mikro-orm/migrations');
        await connected(async (client) => {
            for (const Class of classes(exports)) {
                const driver = { execute: async (sql) => (await client.query(sql)).rows };
                const migration = new Class(driver, { get: () => undefined });
                if (!(migration instanceof Migration)) throw new Error('no migration of MikroORM');
                const lines = [], add = migration.addSql;
                migration.addSql = (sql) => {
                    lines.push(sites.here());
                    add.call(migration, sql);
                };
                const run = () => recorded(async () => {
                    await migration.up();
                    await sendCollected(client, migration.getQueries().map((sql) => (typeof sql === 'string' ? sql : sql.toQuery())), lines);
                });
                await (migration.isTransactional() ? inTransaction(client, run) : run());
            }
        });
    },
    async 'db-migrate'(exports) {
        const driver = own('db-migrate-pg'), type = own('db-migrate-shared').dataType, Bluebird = own('bluebird');
        const log = Object.fromEntries(['verbose', 'info', 'warn', 'error', 'sql', 'silence', 'setLogLevel', 'isSilent'].map((name) => [name, () => {}]));
        const internals = { mod: { log, type }, interfaces: { SeederInterface: {}, MigratorInterface: {} }, migrationTable: 'migrations', seedTable: 'seeds', argv: {} };
        const client = new pg.Client();
        try {
            const database = await new Promise((resolve, reject) => driver.connect({ db: client }, internals, (error, db) => (error ? reject(error) : resolve(db))));
            if (typeof exports.setup === 'function') exports.setup({ dbmigrate: { dataType: type, log, version: '1.0.0' }, Promise: Bluebird, log, type }, {});
            await inTransaction(client, () => recorded(() => calling(exports.up, exports, [database])));
        } finally {
            await client.end();
        }
    },
};

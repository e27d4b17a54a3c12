// truth.cjs ROOT ORM FILE...: what each migration sends when the unpatched ORM runs it under Node, on a database driver that
// records and finds nothing. One JSON object a line. It runs strangers' programs: on a machine without network only.
'use strict';
const path = require('node:path');
const fs = require('node:fs');
const Module = require('node:module');

const packages = path.join(__dirname, '../../orm/js/node_modules');
const own = Module.createRequire(path.join(packages, 'x.js'));
const esbuild = own('esbuild');
const [root, orm, ...files] = process.argv.slice(2);

let sent = [], recording = false;
const known = [[/version\(\)/i, { version: 'PostgreSQL 16.0', current_schema: 'public' }], [/current_schema/i, { current_schema: 'public' }], [/current_database/i, { current_database: 'postgres' }]];
class Client extends require('node:events') {
    connection = new (require('node:events'))();
    _queryable = true;
    connect(done) { return done ? void process.nextTick(done, null, this, () => {}) : Promise.resolve(this); }
    query(config, values, done) {
        if (typeof values === 'function') done = values;
        done ??= config && config.callback;
        const sql = typeof config === 'string' ? config : config.text;
        if (recording) sent.push(sql);
        const row = known.find(([question]) => /^\s*select/i.test(sql) && question.test(sql) && !/from\s+"?(information_schema|pg_)/i.test(sql));
        const rows = row ? [row[1]] : [];
        const result = { command: (/[a-z]+/i.exec(sql) || [''])[0].toUpperCase(), rowCount: rows.length, rows, fields: [] };
        return done ? void process.nextTick(done, null, result) : Promise.resolve(result);
    }
    end(done) { return done ? done() : Promise.resolve(); }
    release() {}
    escapeLiteral(value) { return `'${String(value).replace(/'/g, "''")}'`; }
    escapeIdentifier(value) { return `"${value}"`; }
}
class Pool extends Client {
    connect(done) {
        const client = new Client();
        return done ? void process.nextTick(done, null, client, () => {}) : Promise.resolve(client);
    }
}
const pg = { Client, Pool, defaults: {}, types: { setTypeParser() {}, getTypeParser: () => (v) => v, builtins: {} } };
pg.default = pg;

// A package that is not there answers everything with itself.
const stub = new Proxy(function stub() {}, {
    get: (target, name) => (name === Symbol.toPrimitive ? () => 'stub' : name === 'prototype' ? target.prototype : name === 'then' || name === '__esModule' ? undefined : name === Symbol.iterator ? function* () {} : stub),
    apply: () => stub,
    construct: () => stub,
});
const load = Module._load;
Module._load = function (asked, parent, isMain) {
    if (asked === 'pg') return pg;
    const inside = parent && parent.filename && parent.filename.startsWith(packages);
    const name = asked.replace(/^node:/, '');
    if (!inside && !asked.startsWith('.') && !Module.builtinModules.includes(name)) {
        try {
            return own(asked);
        } catch {
            return parent && parent.filename && parent.filename.startsWith(path.resolve(root)) ? inRepository(asked, parent) : load.call(this, asked, parent, isMain);
        }
    }
    try {
        return load.call(this, asked, parent, isMain);
    } catch (error) {
        if (inside || error.code !== 'MODULE_NOT_FOUND') throw error;
        return stub;
    }
};
function inRepository(asked, parent) {
    const bare = asked.replace(/^[@~]\//, '');
    for (let folder = path.dirname(parent.filename); folder.startsWith(path.resolve(root)); folder = path.dirname(folder))
        for (const place of [path.join(folder, bare), path.join(folder, 'src', bare)])
            for (const ending of ['', '.ts', '.js', '/index.ts', '/index.js'])
                if (fs.existsSync(place + ending) && fs.statSync(place + ending).isFile()) return parent.require(place + ending);
    return stub;
}
for (const ending of ['.ts', '.mts', '.cts', '.js', '.mjs']) {
    const original = Module._extensions[ending] ?? Module._extensions['.js'];
    Module._extensions[ending] = (module, file) => {
        if (!file.startsWith(path.resolve(root))) return original(module, file);
        const { code } = esbuild.transformSync(fs.readFileSync(file, 'utf8'), { loader: /ts$/.test(ending) ? 'ts' : 'js', format: 'cjs', target: 'node18', logLevel: 'silent', tsconfigRaw: { compilerOptions: { experimentalDecorators: true } } });
        module._compile(code, file);
    };
}

const functions = (exports) => (typeof exports.up === 'function' ? exports : exports.default ?? exports);
const calling = (up, self, args) => (up.length > args.length ? new Promise((resolve, reject) => up.call(self, ...args, (e) => (e ? reject(e) : resolve()))) : up.call(self, ...args));
const runners = {
    async knex(exports) {
        const migration = functions(exports), database = own('knex')({ client: 'pg', connection: {} });
        const config = migration.config ?? exports.config;
        if (config && config.transaction === false) {
            await database.raw('select 1');
            recording = true;
            return migration.up(database);
        }
        const transaction = await database.transaction();
        recording = true;
        return migration.up(transaction);
    },
    async sequelize(exports) {
        const Sequelize = own('sequelize'), migration = functions(exports);
        const database = new Sequelize({ dialect: 'postgres', dialectModule: pg, logging: false, databaseVersion: '16.0.0' });
        await database.query('select 1');
        recording = true;
        const queryInterface = database.getQueryInterface();
        return calling(migration.up, migration, [queryInterface, Sequelize]);
    },
    async typeorm(exports) {
        own('reflect-metadata');
        const { DataSource } = own('typeorm');
        const source = await new DataSource({ type: 'postgres', driver: pg, database: 'postgres', logging: false }).initialize();
        const runner = source.createQueryRunner();
        await runner.connect();
        recording = true;
        for (const Class of new Set(Object.values(exports).filter((value) => typeof value === 'function' && value.prototype && value.prototype.up))) await new Class().up(runner);
    },
    async 'node-pg-migrate'(exports) {
        const found = own('node-pg-migrate/dist/migrationBuilder'), Builder = found.default ?? found, migration = functions(exports);
        const client = new Client();
        recording = true;
        const database = { query: (q, v) => client.query(q, v), select: async (q, v) => (await client.query(q, v)).rows };
        const builder = new Builder(database, migration.shorthands ?? {}, false, console);
        try {
            await calling(migration.up, migration, [builder]);
        } finally {
            for (const step of builder.getSqlSteps()) await client.query(step);
        }
    },
    async kysely(exports) {
        const { Kysely, PostgresDialect } = own('kysely');
        recording = true;
        return functions(exports).up(new Kysely({ dialect: new PostgresDialect({ pool: new Pool() }) }));
    },
};

// Their output is not ours, and one that breaks must not end the others.
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = () => true;
process.exit = () => {};
process.on('unhandledRejection', () => {});
process.on('uncaughtException', () => {});
const quit = process.reallyExit.bind(process);
(async () => {
    for (const file of files) {
        sent = [];
        recording = false;
        let failed = '';
        try {
            const exports = require(path.resolve(root, file));
            await Promise.race([runners[orm](exports), new Promise((_, reject) => setTimeout(reject, 5000, new Error('never settles')).unref())]);
        } catch (error) {
            failed = String((error && error.message) || error);
        }
        // What nobody waits for is sent all the same.
        await new Promise((resolve) => setTimeout(resolve, 20));
        write(JSON.stringify({ file, failed, statements: sent }) + '\n');
    }
    write('', () => quit(0));
})();

// The package `pg` as the ORMs get it, which takes down what is sent and from where: with PGHOST set PostgreSQL's own
// driver for Node, else one that finds nothing.
'use strict';
const EventEmitter = require('node:events');
const { own } = require('./packages.cjs');
const sites = require('./sites.cjs');

// What a builder has collected is sent after its migration: `line` is where it was collected.
const record = { on: false, sent: [], line: undefined };
function take(config) {
    if (record.on) record.sent.push({ sql: String(config?.text ?? config), line: record.line ?? sites.here() });
}

const session = [[/version\(\)/i, { version: 'PostgreSQL 16.0', current_schema: 'public' }], [/current_schema/i, { current_schema: 'public' }], [/current_database/i, { current_database: 'postgres' }]];
class NoClient extends EventEmitter {
    connection = new EventEmitter();
    _queryable = true;
    connect(done) { return done ? void process.nextTick(done, null, this, () => {}) : Promise.resolve(this); }
    query(config, values, done) {
        if (typeof values === 'function') done = values;
        done ??= config && config.callback;
        take(config);
        const sql = typeof config === 'string' ? config : config.text;
        const row = session.find(([question]) => /^\s*select/i.test(sql) && question.test(sql) && !/from\s+"?(information_schema|pg_)/i.test(sql));
        const rows = row ? [row[1]] : [];
        const result = { command: (/[a-z]+/i.exec(sql) || [''])[0].toUpperCase(), rowCount: rows.length, rows, fields: [] };
        return done ? void process.nextTick(done, null, result) : Promise.resolve(result);
    }
    end(done) { return done ? done() : Promise.resolve(); }
    release() {}
    escapeLiteral(value) { return `'${String(value).replace(/'/g, "''")}'`; }
    escapeIdentifier(value) { return `"${value}"`; }
}
class NoPool extends NoClient {
    connect(done) {
        const client = new NoClient();
        return done ? void process.nextTick(done, null, client, () => {}) : Promise.resolve(client);
    }
}
const nothing = { Client: NoClient, Pool: NoPool, defaults: {}, types: { setTypeParser() {}, getTypeParser: () => (value) => value, builtins: {} } };

function server() {
    const pg = own('pg');
    class Client extends pg.Client {
        query(config, ...rest) {
            take(config);
            return super.query(config, ...rest);
        }
    }
    class Pool extends pg.Pool {
        constructor(options) { super({ ...options, Client }); }
    }
    return { ...pg, Client, Pool, defaults: pg.defaults, types: pg.types, native: null };
}

const pg = process.env.PGHOST ? server() : nothing;
pg.default = pg;
module.exports = { pg, record };

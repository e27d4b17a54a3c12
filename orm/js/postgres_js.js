// A client of the package `postgres` (postgres.js), which is the tag of its statements: sql`...` is sent when somebody waits
// for it, and is a part of another statement when it is put into one. https://github.com/porsager/postgres#queries
'use strict';
const pg = require('./pg.js');
const sites = require('./sites.js');
const { report } = require('./host.js');
const { isUnknown, unknown } = require('./unknown.js');
const { Statement, made, written, bound, quoted } = require('./sql_tag.js');

/// Made, and neither sent nor put into another one so far.
const waiting = new Set();

class Query extends Statement {
    constructor({ texts, values }) {
        super(texts, values);
        this.site = sites.here();
        waiting.add(this);
    }
    send() {
        waiting.delete(this);
        this.answer ??= pg.query(this.text, this.site, this.values);
        return new Proxy(this.answer.rows, {
            get: (rows, name) => (name === 'count' ? this.answer.rowCount : name === 'command' ? this.answer.command : Reflect.get(rows, name)),
        });
    }
    then(...ways) { return new Promise((resolve) => resolve(this.send())).then(...ways); }
    catch(...ways) { return this.then().catch(...ways); }
    finally(...ways) { return this.then().finally(...ways); }
    execute() { this.sent = this.then(); return this; }
    simple() { return this; }
    describe() { return unknown('the description of a statement', true); }
}

const isTemplate = (value) => Array.isArray(value) && Array.isArray(value.raw);

/// As sql() itself is called: of a template a statement, of a name the name in quotes.
function tag(given, ...values) {
    if (isTemplate(given)) {
        for (const value of values) waiting.delete(value);
        return new Query(made(given, values));
    }
    if (typeof given === 'string') return written(given.split('.').map(quoted).join('.'));
    if (isUnknown(given)) return written(given);
    report('note', 'sql()', 'what it makes of a list or an object depends on where it stands', String(sites.here().first));
    return written(unknown('what sql() makes of a list or an object'));
}

const members = {
    unsafe: (text, values = []) => {
        const query = new Query(written(text));
        query.values = values;
        return query;
    },
    json: bound(''), array: bound(''), typed: bound(''),
};

/// Statements that were never sent: other clients with a tag might have sent them.
function reportUnsent() {
    for (const query of waiting)
        report('note', 'sql`...`', 'nobody waits for it, and so postgres.js does not send it', String(query.site.first));
    waiting.clear();
}

module.exports = { tag, members, reportUnsent };

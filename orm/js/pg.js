// Stands in for the package `pg`: what is sent is reported, and answered as a database might.
'use strict';
const EventEmitter = require('events');
const { report } = require('./host.js');
const { unknown, rowsOf, isUncertainText, choose, doubt, lack } = require('./unknown.js');
const caller = require('./caller.js');
const sites = require('./sites.js');

const seen = new Map();
const ofDatabase = new WeakMap();  // a row -> the same as the only one that is looked at
/// A row that the database would have given: any field may be in it.
const isRow = (value) => typeof value === 'object' && value !== null && ofDatabase.has(value);
/// Of the rows of a query one that is picked by its place: what is sent with it is sent once.
const picked = (value) => (isRow(value) ? ofDatabase.get(value)() : value);
let quiet = 0;
/// The statements of the migration so far.
let sent = [];

function bare(sql) {
    return sql.replace(/^(\s+|--[^\n]*(\n|$)|\/\*[^]*?\*\/|\()+/, '');
}
/// With the values in their places, as far as they are known.
function filled(sql, values) {
    const shown = (value) => ((typeof value === 'string' && !isUncertainText(value)) || typeof value === 'number' ? `'${String(value).replace(/'/g, "''")}'` : undefined);
    return Array.isArray(values) ? sql.replace(/\$(\d+)/g, (hole, n) => shown(values[n - 1]) ?? hole) : sql;
}
function shorten(sql, values) {
    const line = filled(sql, values).replace(/\s+/g, ' ').trim();
    return line.length > 160 ? line.slice(0, 157) + '...' : line;
}
/// What is the same on every connection that matters here.
const session = { current_schema: 'public', current_database: 'postgres', version: 'PostgreSQL 16.0', current_setting: '160000' };
/// `of`: the query that finds others like it.
function row(sql, shown, of = []) {
    const what = `a row of "${shown}"`;
    const fields = new Map(/^select\b[^]*\b(current_schema|current_database|version)\(\)/i.test(sql) ? Object.entries(session) : []);
    const proxy = new Proxy({}, {
        get(target, name) {
            if (typeof name === 'symbol' || name === 'then' || name === 'toJSON' || name === 'sequelize_caught_exception') return undefined;
            if (!fields.has(name)) fields.set(name, unknown(`${String(name)} in ${what}`, false, undefined, of));
            return fields.get(name);
        },
        set: (target, name, value) => (fields.set(name, value), true),
        has: (target, name) => typeof name === 'string',
        ownKeys: () => {
            if (caller.isDirect()) doubt(`the columns of ${what}`, 'which ones there are is not known');
            return [];
        },
        getOwnPropertyDescriptor: (target, name) => (typeof name === 'string' ? { value: proxy[name], configurable: true, enumerable: true, writable: true } : undefined),
    });
    let single;
    ofDatabase.set(proxy, () => (of.length ? (single ??= row(sql, shown)) : proxy));
    return proxy;
}
/// Calls that give one row by themselves, whatever is there.
const kOneRow = /^select\s+(pg_catalog\.)?(set_config|setval|nextval|currval|lastval|now|clock_timestamp|pg_advisory_\w+|pg_try_advisory_\w+|pg_sleep|txid_current)\s*\(/i;
/// A list that is not made before somebody looks into it: what nobody asks is no choice.
function whenAsked(make) {
    const list = [];
    let made = false;
    const look = (name) => {
        if (made || name === 'then') return;
        made = true;
        list.push(...make());
    };
    return new Proxy(list, Object.fromEntries(['get', 'set', 'has', 'ownKeys', 'getOwnPropertyDescriptor', 'defineProperty', 'deleteProperty'].map((trap) => [trap, (target, name, ...rest) => {
        look(name);
        // What is set is set on the list itself: the engine refuses a length that a proxy defines.
        if (trap === 'set') rest.length = 1;
        return caller.reflect[trap](target, ...(name === undefined ? [] : [name]), ...rest);
    }])));
}
/// Rows of a SELECT: none or one, a choice. The same question for the fourth time has none: a batch loop ends.
function rows(sql, values) {
    const shown = shorten(sql, values);
    if (/^select\s+(\*\s+from\s+)?(current_schema|current_database|version)\(\)/i.test(sql)) return [row(sql, shown)];
    const times = (seen.get(sql) || 0) + 1;
    seen.set(sql, times);
    if (times > 3) return [];
    if (/^show\b|^select\s+(exists\s*\(|count\s*\(|max\s*\(|min\s*\(|not\s+exists)/i.test(sql)) return [row(sql, shown)];
    if (kOneRow.test(sql) && !/\b(from|where|limit|offset|having|union|except|intersect)\b/i.test(sql)) return [row(sql, shown)];
    return whenAsked(() => (choose(`"${shown}" finds a row`, false, filled(sql, values)) ? [row(sql, shown, [filled(sql, values), ...rowsOf(sql, values)])] : (lack(), [])));
}
function answer(text, values) {
    const sql = bare(text);
    const command = (/^[a-z]+/i.exec(sql) || [''])[0].toUpperCase();
    let found = [];
    if (/^(SELECT|WITH|SHOW|TABLE|VALUES|EXPLAIN)$/.test(command)) found = rows(sql, values);
    else if (/^(INSERT|UPDATE|DELETE)$/.test(command) && /\breturning\b/i.test(sql))
        found = command === 'INSERT' && /\bvalues\b/i.test(sql) ? [row(sql, shorten(sql))] : rows(sql, values);
    return { command, get rowCount() { return found.length; }, rows: found, fields: [], oid: 0 };
}

/// Strings, quoted names and comments. What is left of a quote then is none of SQL's usual ones.
const kQuoted = /\be'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$|--[^\n]*|\/\*[\s\S]*?\*\//gi;
const kCatalogs = /\b(information_schema|pg_catalog|pg_class|pg_constraint|pg_indexes|pg_index|pg_type|pg_tables|pg_attribute|pg_namespace|pg_proc|pg_matviews|pg_views|version\(\)|current_database\(\)|current_schema\(\))/i;
/// A data-modifying WITH, a second statement, a row lock, a quote that does not end.
const kDoesMore = /\b(insert|update|delete|merge|truncate|into|drop|alter|create|grant|revoke|call|do|execute|copy|lock|share)\b|;\s*\S|['"$\\]/i;
const kCall = /([\w.]+)\s*\(/g;
/// Words of a query before a parenthesis, and functions that only tell something.
const kOnlyTells = /^(pg_catalog\.)?(in|and|or|not|any|all|some|exists|values|on|using|from|join|where|select|as|over|then|when|else|case|by|array|lateral|filter|distinct|limit|offset|union|except|intersect|cast|extract|having|with|recursive|pg_get_\w+|pg_\w+_is_visible|pg_encoding_to_char|pg_size_pretty|pg_(total_)?relation_size|pg_table_size|pg_indexes_size|has_\w+_privilege|to_reg\w+|format_type|format|obj_description|col_description|shobj_description|current_\w+|version|count|max|min|sum|avg|bool_or|bool_and|array_agg|string_agg|jsonb?_agg|jsonb?_object_agg|jsonb?_build_\w+|row_to_json|to_jsonb?|array_to_json|array_\w+|string_to_array|unnest|generate_(series|subscripts)|row_number|rank|first_value|last_value|coalesce|nullif|greatest|least|lower|upper|trim|btrim|ltrim|rtrim|replace|regexp_\w+|substr|substring|left|right|position|strpos|split_part|concat|concat_ws|length|char_length|quote_\w+|int2vectorout|information_schema\._pg_\w+)$/i;
/// What an ORM asks the catalogs for itself is no statement of the migration. Whatever may do more than ask is one, who
/// ever sends it.
function isQuestion(sql) {
    if (!/^\s*(select|with)\b/i.test(sql) || !kCatalogs.test(sql)) return false;
    const rest = sql.replace(kQuoted, ' quoted ').replace(/;\s*$/, '').replace(/\$\d+/g, ' parameter ');
    return !kDoesMore.test(rest) && [...rest.matchAll(kCall)].every(([, name]) => kOnlyTells.test(name));
}

function text(value) {
    return typeof value === 'string' ? value : String(value);
}
function query(sql, site, values) {
    const written = text(sql);
    const place = site ?? sites.here();
    if (!quiet && !isQuestion(written)) {
        sent.push(written);
        report('statement', written, String(place.first), String(place.last), ...rowsOf(written, values));
    }
    return answer(written, values);
}
/// What a library sends on its own account is left out.
async function quietly(work) {
    ++quiet;
    try {
        return await work();
    } finally {
        --quiet;
    }
}
function begin() {
    seen.clear();
    sent = [];
    quiet = 0;
}

class Client extends EventEmitter {
    connectionParameters = {};

    connect(callback) {
        if (callback) return void queueMicrotask(() => callback(null, this));
        return Promise.resolve(this);
    }
    query(config, values, callback) {
        if (typeof values === 'function') {
            callback = values;
            values = undefined;
        }
        callback ??= typeof config === 'object' && config !== null ? config.callback : undefined;
        const site = this.site;
        this.site = undefined;
        const asked = typeof config === 'object' && config !== null;
        const result = query(asked ? config.text : config, site, asked ? config.values : values);
        if (callback) return void queueMicrotask(() => callback(null, result));
        return Promise.resolve(result);
    }
    end(callback) {
        if (callback) queueMicrotask(callback);
        return Promise.resolve();
    }
    release() {}
    escapeLiteral(value) { return `'${String(value).replace(/'/g, "''")}'`; }
    escapeIdentifier(value) { return `"${String(value).replace(/"/g, '""')}"`; }
}
class Pool extends Client {
    connect(callback) {
        const client = new Client();
        if (callback) return void queueMicrotask(() => callback(null, client, () => {}));
        return Promise.resolve(client);
    }
}
const types = { setTypeParser() {}, getTypeParser: () => (value) => value, builtins: {}, arrayParser: { create: (value, parse) => ({ parse: () => value }) } };

module.exports = { sent: () => sent, isRow, picked, Client, Pool, types, defaults: {}, native: undefined, query, quietly, begin };
module.exports.default = module.exports;

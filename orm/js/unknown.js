// What only the running migration would know: rows, the environment, modules that are not there. An unknown value is a
// name in the SQL; a question about one is a choice, and the host runs the file again for the other answer.
'use strict';
const { report } = require('./host.js');

const ofUnknown = new WeakMap();
const isUnknown = (value) => (typeof value === 'object' || typeof value === 'function') && value !== null && ofUnknown.has(value);
let names = 0, asked = 0, answers = { all: false, flipped: -1 };

const kMostChoices = 2000;
function choose(what) {
    if (asked >= kMostChoices) throw new Error('it depends on more than 2,000 unknown answers');
    const index = asked++;
    report('choice', String(what), String(index));
    return (answers.all ? 1 : 0) !== (index === answers.flipped ? 1 : 0);
}
function answer(all, flipped) {
    answers = { all, flipped };
    names = asked = 0;
}

// A field of a row must not look callable: ORMs take functions for subqueries.
const methods = new Set(
    [String.prototype, Number.prototype, Date.prototype, Array.prototype, Map.prototype, Promise.prototype]
        .flatMap((prototype) => Object.getOwnPropertyNames(prototype))
        .filter((name) => !['length', 'constructor', 'size', 'then', 'catch', 'finally'].includes(name)),
);
const visits = new Set(['map', 'forEach', 'filter', 'reduce', 'reduceRight', 'flatMap', 'find', 'findIndex', 'some', 'every', 'entries', 'keys', 'values', 'sort', 'concat', 'flat', 'slice', 'join', 'splice', 'reverse']);

function unknown(what, callable = false) {
    const self = { what, name: `__unknown_${++names}` };
    const children = new Map();
    const child = (path, isCallable) => {
        if (!children.has(path)) children.set(path, unknown(`${what}${path}`, isCallable));
        return children.get(path);
    };
    let elements;
    const list = () => (elements ??= choose(`whether ${what} has elements`) ? [child('[0]', callable)] : []);
    const get = (target, name) => {
        if (name === Symbol.toPrimitive) return () => self.name;
        if (name === 'toString' || name === 'valueOf' || name === 'toJSON' || name === 'toLocaleString' || name === 'toISOString') return () => self.name;
        if (name === Symbol.iterator) return () => list()[Symbol.iterator]();
        if (name === 'prototype' && callable) return target.prototype;
        if (typeof name === 'symbol' || name === 'then' || name === 'catch' || name === 'finally' || name === '__esModule') return undefined;
        // Questions that libraries put to any value; to say "unknown" would be taken for yes.
        if (name === 'sequelize_caught_exception' || name === 'toSQL' || name === 'isRawInstance' || name === 'toOperationNode' || name === '$$typeof') return undefined;
        if (visits.has(name) && !callable) return (...args) => list()[name](...args);
        if (methods.has(name) && !callable) return () => child(`.${name}()`, false);
        return child(`.${String(name)}`, callable);
    };
    const proxy = new Proxy(callable ? function unknown() {} : {}, {
        get,
        set: (target, name, value) => (children.set(`.${String(name)}`, value), true),
        has: (target, name) => typeof name === 'string',
        getOwnPropertyDescriptor: (target, name) => (Object.hasOwn(target, name) || typeof name !== 'string' ? Reflect.getOwnPropertyDescriptor(target, name) : { value: proxy[name], configurable: true, enumerable: true, writable: true }),
        apply: () => child('()', callable),
        construct: () => child('()', callable),
        deleteProperty: () => true,
        getPrototypeOf: (target) => Object.getPrototypeOf(target),
    });
    ofUnknown.set(proxy, self);
    return proxy;
}
const describe = (value) => ofUnknown.get(value).what;

// Hooks that the loader puts around tests and comparisons of the repository's code.
const truth = (value) => (isUnknown(value) ? choose(`${describe(value)} is true`) : value);
const left = (value) => (isUnknown(value) ? (choose(`${describe(value)} is true`) ? value : false) : value);
const present = (value) => (isUnknown(value) ? (choose(`${describe(value)} is there`) ? value : undefined) : value);
const carriedOut = {
    '==': (a, b) => a == b, '!=': (a, b) => a != b, '===': (a, b) => a === b, '!==': (a, b) => a !== b,
    '<': (a, b) => a < b, '>': (a, b) => a > b, '<=': (a, b) => a <= b, '>=': (a, b) => a >= b,
    '-': (a, b) => a - b, '*': (a, b) => a * b, '/': (a, b) => a / b, '%': (a, b) => a % b,
};
/// Settings that name the kind of database: what is judged is how the migration runs on PostgreSQL.
const databases = { postgres: true, postgresql: true, pg: true };
for (const other of ['mysql', 'mysql2', 'mariadb', 'sqlite', 'sqlite3', 'better-sqlite3', 'mssql', 'oracle', 'oracledb', 'cockroachdb']) databases[other] = false;
const kind = /(type|dialect|client|driver|engine|adapter|provider|dbms|vendor)(\.(toLowerCase|trim)\(\))?$/i;
function isPostgres(value, name) {
    if (typeof name !== 'string' || !Object.hasOwn(databases, name)) return undefined;
    const what = describe(value);
    return kind.test(what) && !what.includes(' in a row of ') ? databases[name] : undefined;
}
function operation(operator, a, b) {
    if (!isUnknown(a) && !isUnknown(b)) return carriedOut[operator](a, b);
    if ('-*/%'.includes(operator)) return unknown(`${shown(a)} ${operator} ${shown(b)}`);
    const settled = isUnknown(a) ? isPostgres(a, b) : isPostgres(b, a);
    if (settled !== undefined && (operator === '==' || operator === '===')) return settled;
    if (settled !== undefined && (operator === '!=' || operator === '!==')) return !settled;
    return choose(`${describe(isUnknown(a) ? a : b)} ${operator} ${shown(isUnknown(a) ? b : a)}`);
}
/// Of an unknown value they would make NaN, which answers every question in one way.
const conversions = new Set([Number, parseInt, parseFloat]);
const conversion = (convert) => (conversions.has(convert) ? (value, ...rest) => (isUnknown(value) ? unknown(`${describe(value)} as a number`) : convert(value, ...rest)) : convert);
function shown(value) {
    if (isUnknown(value)) return describe(value);
    return typeof value === 'object' || typeof value === 'function' ? typeof value : String(value).slice(0, 40);
}
function selector(value, cases) {
    if (!isUnknown(value)) return value;
    if (!cases) {
        report('doubt', `a switch on ${describe(value)}`, 'which case is taken is not known', '', '0');
        return value;
    }
    const settled = cases.map((one) => isPostgres(value, one));
    if (settled.some((is) => is !== undefined)) return cases[settled.indexOf(true)];
    return cases.find((one) => choose(`${describe(value)} is ${shown(one)}`));
}
/// An unknown value is in no list and like no pattern: whether it would be is a choice.
let lastSought;
const sought = (value) => (lastSought = value);
function found(result) {
    const value = lastSought;
    lastSought = undefined;
    return result === false && isUnknown(value) ? choose(`${describe(value)} is what it is looked for`) : result;
}

const hooks = { truth, left, present, operation, conversion, selector, sought, found };
module.exports = { unknown, isUnknown, choose, answer, hooks };

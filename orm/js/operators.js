// What the loader puts in the place of the language's operators and statements in the repository's code: a decision that
// hangs on something unknown is a choice, whatever it is written as, and what is made of something unknown is unknown.
'use strict';
const { report } = require('./host.js');
const caller = require('./caller.js');
const { unknown, unknownOf, unknownText, rowsOf, use, isNoModule, isUnknown, isUncertain, isUncertainText, choose, doubt, lacksSomething, describe, shown, isOnlyUnknown } = require('./unknown.js');
const { intrinsics } = require('./intrinsics.js');
const { isOfClock } = require('./world.js');
const { isRow, picked } = require('./pg.js');

const truth = (value) => {
    if (isUnknown(value)) return choose(`${describe(value)} is true`);
    return isUncertainText(value) && isOnlyUnknown(value) ? choose(`${describe(value)} is not empty`) : value;
};
const left = (value) => (isUncertain(value) ? (truth(value) ? value : false) : value);
const present = (value) => (isUnknown(value) ? (choose(`${describe(value)} is there`) ? value : undefined) : value);
const carriedOut = {
    '==': (a, b) => a == b, '!=': (a, b) => a != b, '===': (a, b) => a === b, '!==': (a, b) => a !== b,
    '<': (a, b) => a < b, '>': (a, b) => a > b, '<=': (a, b) => a <= b, '>=': (a, b) => a >= b,
    '+': (a, b) => a + b, '-': (a, b) => a - b, '*': (a, b) => a * b, '/': (a, b) => a / b, '%': (a, b) => a % b, '**': (a, b) => a ** b,
    '&': (a, b) => a & b, '|': (a, b) => a | b, '^': (a, b) => a ^ b, '<<': (a, b) => a << b, '>>': (a, b) => a >> b, '>>>': (a, b) => a >>> b,
    in: (a, b) => a in b, instanceof: (a, b) => a instanceof b,
};
/// Settings that name the kind of database: what is judged is how the migration runs on PostgreSQL.
const databases = { postgres: true, postgresql: true, pg: true };
for (const other of ['mysql', 'mysql2', 'mariadb', 'sqlite', 'sqlite3', 'better-sqlite3', 'mssql', 'oracle', 'oracledb', 'cockroachdb']) databases[other] = false;
const kind = /(type|dialect|client|driver|engine|adapter|provider|dbms|vendor)(\.(toLowerCase|trim)\(\))?$/i;
function isPostgres(value, name) {
    if (!isUnknown(value) || typeof name !== 'string' || !Object.hasOwn(databases, name)) return undefined;
    const what = describe(value);
    return kind.test(what) && !what.includes(' in a row of ') ? databases[name] : undefined;
}
const kDecides = new Set(['==', '!=', '===', '!==', '<', '>', '<=', '>=', 'in', 'instanceof']);
function operation(operator, a, b) {
    if (isOfClock(a) || isOfClock(b)) return operation(operator, isOfClock(a) ? unknown('a date of the clock') : a, isOfClock(b) ? unknown('a date of the clock') : b);
    if (!isUncertain(a) && !isUncertain(b)) return carriedOut[operator](a, b);
    if (operator === '+' && (typeof a === 'string' || typeof b === 'string')) return a + b;
    if (!kDecides.has(operator)) return unknownOf(`${shown(a)} ${operator} ${shown(b)}`, a, b);
    const isEquality = operator[0] === '=' || operator[0] === '!', negative = operator[0] === '!';
    if (isEquality && a === b) return !negative;
    // A text is no number, and not nothing.
    if (operator.length === 3 && isEquality && !isUnknown(a) && !isUnknown(b) && typeof a !== typeof b) return negative;
    const settled = isUnknown(a) ? isPostgres(a, b) : isPostgres(b, a);
    if (settled !== undefined && isEquality) return negative ? !settled : settled;
    return choose(`${shown(a)} ${operator} ${shown(b)}`);
}
function unary(operator, value) {
    if (isUncertain(value) || isOfClock(value)) return unknownOf(`${operator}${isUncertain(value) ? shown(value) : 'a date of the clock'}`, value);
    return operator === '-' ? -value : operator === '+' ? +value : ~value;
}
/// `typeof`: a field of a row may be of any type, a text is one.
const typed = (value) => (isUnknown(value) ? unknownText(`the type of ${describe(value)}`, value) : typeof value);

/// `object[key]`, where either is not known: each of a few properties may be meant.
const kFew = 8;
function item(object, key) {
    if (!isUncertain(key)) return isUncertainText(object) && typeof key === 'number' ? unknownText(`a character of ${describe(object)}`, object) : object[key];
    if (object === null || object === undefined || isUnknown(object) || isUncertainText(object)) return isUncertainText(object) ? unknownText(`a part of ${describe(object)}`, object) : object[key];
    const name = String(key);
    if (Object.hasOwn(object, name)) return object[name];
    const names = typeof object === 'string' ? [...Array(object.length).keys()].map(String) : Object.keys(object);
    if (names.length > kFew) return unknown(`what ${shown(key)} selects`, names.some((one) => typeof object[one] === 'function'), undefined, rowsOf(key));
    const found = names.find((one) => choose(`${shown(key)} is ${one}`));
    if (found !== undefined) return object[found];
    if (names.length === 0) doubt(`a property named by ${shown(key)}`, 'which one it is is not known');
    return undefined;
}
/// `object[0]`, and `[first] = list`.
const place = (object, number) => picked(item(object, number));
const places = (list) => (Array.isArray(list) && list.some(isRow) ? list.map(picked) : list);
function method(object, key) {
    const value = item(object, key);
    return typeof value === 'function' && !isUnknown(value) ? value.bind(object) : value;
}
/// A key where only the language itself can look it up.
function key(value) {
    if (isUncertain(value)) doubt(`a property named by ${shown(value)}`, 'which one it is is not known');
    return value;
}
const realExec = RegExp.prototype.exec, applied = Reflect.apply;
/// `pattern.exec`, which a call follows.
function exec(pattern) {
    if (!(pattern instanceof RegExp)) return method(pattern, 'exec');
    return (text) => (isUncertain(text) ? (choose(`${pattern} matches ${shown(text)}`) ? unknownOf(`what ${pattern} matches`, text) : null) : applied(realExec, pattern, [text]));
}
const length = (value) => (isUncertainText(value) ? unknownOf(`the length of ${describe(value)}`, value) : value.length);
const stack = (value) => (value instanceof Error ? unknownText('where an error arose') : value.stack);
const opened = (value) => {
    if (isUncertainText(value)) doubt(`properties of ${shown(value)}`, 'what depends on them is not followed');
    return value;
};

/// What is about to be changed, and the property's name or 0. The language's own objects are nobody's to change, not even
/// for a while: statements could vanish from the record.
function written(name, object) {
    if (intrinsics.has(object) || (object === globalThis && (name === 0 || builtIn.has(name)))) report('refused', "it changes the language's own objects");
    return object;
}
const builtIn = new Set(Reflect.ownKeys(globalThis));

/// An error that the database may raise. Each place is asked once a run: a loop fails as a whole, or never.
let failures = new Map(), failed = false;
function mayFail(where, line) {
    if (!failures.has(where)) failures.set(where, choose(`the statements of line ${line} fail`, true));
    failed ||= failures.get(where);
    return failures.get(where);
}
const expected = new WeakSet();
function failure(line) {
    const error = new Error(unknownText(`the error of line ${line}`));
    expected.add(error);
    for (const name of ['code', 'detail', 'constraint', 'table', 'original', 'parent', 'sql', 'errors', 'number', 'errno', 'severity', 'routine', 'hint', 'driverError'])
        Object.defineProperty(error, name, { value: unknown(`${name} of the error of line ${line}`), configurable: true, writable: true });
    return error;
}
/// Stands where the statements of a `try` are through.
function attempted(where, line, value) {
    if (mayFail(where, line)) throw failure(line);
    return value;
}
/// What a program deals with. An error that a bundled library raises may come of a value that is not known, and then the
/// database would have been sent something: what is not there to be read is missing there as well.
const kMissing = new Set(['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND', 'ENOENT', 'ENOTDIR', 'EISDIR']);
function caught(error) {
    const isOfLibrary = error instanceof Error && !(error instanceof SyntaxError) && !expected.has(error) && !kMissing.has(error.code) && !caller.isOwn(error);
    if (isOfLibrary && !lacksSomething()) doubt('an error that the file deals with', `a library raised it here: ${error.message}`);
    return error;
}
/// Stands before `.catch(...)`.
const isPromise = (value) => value !== null && value !== undefined && !isUnknown(value) && typeof value.then === 'function';
const watched = (promise) => (isPromise(promise) ? promise.then((value) => value, (error) => { throw caught(error); }) : promise);
const failing = (promise, where, line) => (isPromise(promise) && mayFail(where, line) ? watched(promise).then(() => { throw failure(line); }) : watched(promise));

/// Calls that were made, by module.
let made = new Map();
const call = (file) => {
    const own = new Set();
    made.set(file, own);
    return (number, value) => (own.add(number), value);
};

function begin() {
    failures = new Map();
    failed = false;
    made = new Map();
}
const used = (value) => (use(value), value);
/// Of a module that is not there, its ES module is as unknown as itself.
const adapted = (adapt, value) => (isNoModule(value) ? value : adapt(value));
const operators = { used, adapted, truth, left, present, operation, unary, typed, item, place, places, method, key, length, exec, stack, opened, written, attempted, caught, watched, failing };
/// What a module of the repository is given, of which it can change nothing but `last`. `required` imports for it.
function hooksOf(file, required) {
    const hooks = { __proto__: null, ...operators, required, call: call(file) };
    for (const name of Object.keys(hooks)) Object.defineProperty(hooks, name, { writable: false, configurable: false });
    hooks.last = undefined;
    return Object.seal(hooks);
}
module.exports = { hooksOf, truth, operation, item, begin, hasFailed: () => failed, made: () => made };

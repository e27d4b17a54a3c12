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
function operation(operator, a, b) {
    if (!isUnknown(a) && !isUnknown(b)) return carriedOut[operator](a, b);
    if ('-*/%'.includes(operator)) return unknown(`${shown(a)} ${operator} ${shown(b)}`);
    return choose(`${describe(isUnknown(a) ? a : b)} ${operator} ${shown(isUnknown(a) ? b : a)}`);
}
/// Of an unknown value they would make NaN, which answers every question in one way.
const conversions = new Set([Number, parseInt, parseFloat]);
const conversion = (convert) => (conversions.has(convert) ? (value, ...rest) => (isUnknown(value) ? unknown(`${describe(value)} as a number`) : convert(value, ...rest)) : convert);
function shown(value) {
    if (isUnknown(value)) return describe(value);
    return typeof value === 'object' || typeof value === 'function' ? typeof value : String(value).slice(0, 40);
}
function selector(value) {
    if (isUnknown(value)) report('doubt', `a switch on ${describe(value)}`, 'which case is taken is not known', '', '0');
    return value;
}

module.exports = { unknown, isUnknown, choose, answer, truth, left, present, operation, conversion, selector };

// What only the running migration would know: rows, the environment, the clock, modules that are not there. An unknown
// value is a name in the SQL; a question about one is a choice, and the host runs the file again for the other answer.
// A text that is made of one holds its name, and so is known as one that nobody knows (isUncertain).
'use strict';
const { report } = require('./host.js');
const caller = require('./caller.js');

const ofUnknown = new WeakMap();
const { apply } = Reflect;
const { includes, match, split, replace, slice } = String.prototype;
const { flat } = Array.prototype;
const isUnknown = (value) => (typeof value === 'object' || typeof value === 'function') && value !== null && ofUnknown.has(value);
let names = 0, asked = 0, answers = { all: false, flipped: -1 }, touched = false;
let whats = new Map();  // what a name stands for
let rowsOfNames = new Map();  // of whose rows it has something

const kMark = '__unknown_', kName = /__unknown_\d+_(?:cwd_)?/g;
const isUncertainText = (value) => typeof value === 'string' && apply(includes, value, [kMark]);
const isUncertain = (value) => isUnknown(value) || isUncertainText(value);

/// The folder that the repository lies in where the migration runs. What is below it is known by its name.
const kRoot = '/__unknown_0_';
/// The folder that it is started in: the repository's, or one in it. What is below it is known where only one such file
/// is there.
const kStart = '/__unknown_0_cwd_';

const kMostChoices = 2000;
/// `isRare`: no answer to it is a yes unless its own turn has come, such as that a statement fails. `query` finds a row
/// when the answer is yes: who knows the schema may have it.
function choose(what, isRare = false, query = '') {
    if (asked >= kMostChoices) throw new Error('it depends on more than 2,000 unknown answers');
    touch();
    const index = asked++;
    report('choice', String(what), String(index), query);
    return (answers.all && !isRare ? 1 : 0) !== (index === answers.flipped ? 1 : 0);
}
/// Told once a run: a file that never meets anything unknown needs no more than one (orm/recorder.cpp).
function touch() {
    if (touched) return;
    touched = true;
    report('touched');
}
/// In this run a list is empty, or a file is not there, by one of the answers: a program that needs it fails there, too.
let lacks = false;
const lack = () => { lacks = true; };
function answer(all, flipped) {
    answers = { all, flipped };
    lacks = false;
    names = asked = 0;
    touched = false;
    rowsOfNames = new Map();
    whats = new Map([[`${kMark}0_`, 'the folder of the repository'], [`${kMark}0_cwd_`, 'the working directory']]);
}
/// Something unknown is used in a way that is not followed from here on.
function doubt(what, why) {
    touch();
    report('doubt', what, why, String(caller.line()));
}

function nameOf(what, rows = []) {
    touch();
    const name = `${kMark}${++names}_`;
    whats.set(name, what);
    if (rows.length) rowsOfNames.set(name, rows);
    return name;
}
const kDeepest = 3;  // lists in lists
/// The queries of whose rows these values hold something. What is sent with it is sent for each of the rows.
function rowsOf(...values) {
    const found = new Set();
    for (const value of apply(flat, values, [kDeepest])) {
        const names = isUnknown(value) ? [ofUnknown.get(value).name] : typeof value === 'string' ? apply(match, value, [kName]) ?? [] : [];
        for (const name of names) for (const query of rowsOfNames.get(name) ?? []) found.add(query);
    }
    return [...found];
}
/// A text of which nothing is known, as a text; made of `sources`.
const unknownText = (what, ...sources) => nameOf(what, rowsOf(...sources));

// A field of a row must not look callable: ORMs take functions for subqueries.
const methods = new Set(
    [String.prototype, Number.prototype, Date.prototype, Array.prototype, Map.prototype, Promise.prototype]
        .flatMap((prototype) => Object.getOwnPropertyNames(prototype))
        .filter((name) => !['length', 'constructor', 'size', 'then', 'catch', 'finally'].includes(name)),
);
const visits = new Set(['map', 'forEach', 'filter', 'reduce', 'reduceRight', 'flatMap', 'find', 'findIndex', 'some', 'every', 'entries', 'keys', 'values', 'sort', 'concat', 'flat', 'slice', 'join', 'splice', 'reverse']);

/// Of values that nobody knows anything of, not even whether they reach the database: `onUse` is told when they are looked
/// at. Those that are only handed on say nothing.
const onUses = new WeakMap();
const use = (value) => void ((typeof value === 'object' || typeof value === 'function') && value !== null && onUses.get(value)?.());
const isNoModule = (value) => isUnknown(value) && onUses.has(value);

/// `rows`: the queries of whose rows it is a part.
function unknown(what, callable = false, onUse = undefined, rows = []) {
    const self = { what, name: nameOf(what, rows) };
    const children = new Map();
    const child = (path, isCallable) => {
        if (!children.has(path)) children.set(path, unknown(`${what}${path}`, isCallable, onUse, rows));
        return children.get(path);
    };
    let elements, keys;
    const list = () => (elements ??= choose(`${what} has elements`) ? [child('[0]', callable)] : (lack(), []));
    // What is written between its own quotes is a text; what is counted with is not.
    const primitive = (hint) => {
        if (hint === 'number' && caller.isDirect()) doubt(`a number made of ${what}`, 'what depends on it is not followed');
        return self.name;
    };
    const get = (target, name) => {
        if (name === Symbol.toPrimitive) return primitive;
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
        // Libraries look whether it has properties of its own and find none; the migration might find some.
        ownKeys: (target) => {
            const own = caller.reflect.ownKeys(target);
            if (!caller.isDirect()) return own;
            if (keys === undefined) doubt(`the properties of ${what}`, 'which ones there are is not known');
            keys ??= choose(`${what} has properties`) ? [unknownText(`a property's name of ${what}`, proxy)] : [];
            return [...own, ...keys];
        },
        getOwnPropertyDescriptor: (target, name) => (Object.hasOwn(target, name) || typeof name !== 'string' ? caller.reflect.getOwnPropertyDescriptor(target, name) : { value: proxy[name], configurable: true, enumerable: true, writable: true }),
        apply: () => (onUse?.(), child('()', callable)),
        construct: () => (onUse?.(), child('()', callable)),
        deleteProperty: () => true,
        getPrototypeOf: (target) => Object.getPrototypeOf(target),
    });
    ofUnknown.set(proxy, self);
    if (onUse) onUses.set(proxy, onUse);
    return proxy;
}
/// What is made of `sources`, which are unknown.
const unknownOf = (what, ...sources) => unknown(what, false, undefined, rowsOf(...sources));
/// Of an unknown value, or of a text that holds the names of some.
const describe = (value) => (isUnknown(value) ? ofUnknown.get(value).what : apply(replace, value, [kName, (name) => `<${whats.get(name) ?? 'something unknown'}>`]));
function shown(value) {
    if (isUncertain(value)) return apply(slice, describe(value), [0, 120]);
    return typeof value === 'object' || typeof value === 'function' ? typeof value : String(value).slice(0, 40);
}
/// The parts of a text that are known, in order: around and between the names of what is not.
const knownParts = (text) => apply(split, text, [kName]);
const isOnlyUnknown = (text) => knownParts(text).every((part) => part === '');

module.exports = { lack, lacksSomething: () => lacks, unknown, unknownOf, unknownText, rowsOf, use, isNoModule, isUnknown, isUncertain, isUncertainText, choose, touch, doubt, answer, describe, shown, knownParts, isOnlyUnknown, kName, kRoot, kStart };

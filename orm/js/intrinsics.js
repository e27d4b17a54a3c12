// A migration that changes the language's own objects could take statements out of the record: such a file is refused.
'use strict';
const { ownKeys, getOwnPropertyDescriptor, getPrototypeOf } = Reflect;
const same = Object.is;
const types = [
    Object, Function, Array, String, Number, Boolean, Symbol, BigInt, Date, RegExp, Promise, Map, Set, WeakMap, WeakSet, Error, TypeError,
    RangeError, SyntaxError, ReferenceError, AggregateError, ArrayBuffer, DataView, Uint8Array, getPrototypeOf(Uint8Array), Iterator,
];
const watched = [
    ...types, ...types.map((type) => type.prototype), Proxy, Reflect, JSON, Math, globalThis,
    getPrototypeOf(Date), getPrototypeOf(Date.prototype),  // the engine's own: globals.js extends it
    getPrototypeOf([][Symbol.iterator]()), getPrototypeOf(new Map()[Symbol.iterator]()), getPrototypeOf(new Set()[Symbol.iterator]()),
    getPrototypeOf(''[Symbol.iterator]()), getPrototypeOf(async function () {}), getPrototypeOf(function* () {}), getPrototypeOf(async function* () {}),
    getPrototypeOf(getPrototypeOf(function* () {}).prototype), getPrototypeOf(''.matchAll(/a/g)),
];
let before;

function picture() {
    const objects = [];
    for (let i = 0; i < watched.length; ++i) {
        const keys = ownKeys(watched[i]), values = [];
        for (let k = 0; k < keys.length; ++k) values[k] = getOwnPropertyDescriptor(watched[i], keys[k]);
        objects[i] = { keys, values, prototype: getPrototypeOf(watched[i]) };
    }
    return objects;
}
exports.watched = watched;
/// Those that nobody may change, not even for a while: of the global object, new properties are an application's own matter.
exports.intrinsics = new WeakSet(watched.filter((object) => object !== globalThis));
exports.remember = () => { before = picture(); };
/// The name of a built-in that is not what it was, or nothing. Written with nothing that could have been changed.
exports.changed = () => {
    for (let i = 0; i < before.length; ++i) {
        const was = before[i], object = watched[i];
        if (!same(getPrototypeOf(object), was.prototype)) return 'a prototype';
        for (let k = 0; k < was.keys.length; ++k) {
            const now = getOwnPropertyDescriptor(object, was.keys[k]), then = was.values[k];
            if (object === globalThis && !then.value) continue;
            if (!now || !same(now.value, then.value) || !same(now.get, then.get) || !same(now.set, then.set))
                return typeof was.keys[k] === 'string' ? was.keys[k] : 'a symbol';
        }
        if (object === globalThis) continue;
        const keys = ownKeys(object);
        if (keys.length !== was.keys.length) return 'an added property';
    }
    return undefined;
};

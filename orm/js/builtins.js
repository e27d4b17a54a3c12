// The language's own functions, made to know what is unknown: in a run in which something is, each of them is replaced by
// one that looks at what it is given before it carries anything out. What is not told here how to be followed is said to be
// not followed. Libraries that are bundled get what they always got: to them something unknown is a name like any other.
'use strict';
const { report } = require('./host.js');
const caller = require('./caller.js');
const { watched, intrinsics } = require('./intrinsics.js');
const { unknown, unknownOf, unknownText, rowsOf, isUnknown, isUncertain, isUncertainText, choose, doubt, describe, shown, knownParts, isOnlyUnknown, kName } = require('./unknown.js');
const { truth, operation, item } = require('./operators.js');
const { ofClock, isOfClock } = require('./world.js');

const { apply, construct, ownKeys, getOwnPropertyDescriptor, getPrototypeOf, defineProperty } = Reflect;
const isArray = Array.isArray;
const match = String.prototype.match, toUpperCase = String.prototype.toUpperCase;
const sizeOf = { Map: getOwnPropertyDescriptor(Map.prototype, 'size').get, Set: getOwnPropertyDescriptor(Set.prototype, 'size').get };
const { has: mapHas, get: mapGet, keys: mapKeys } = Map.prototype;
const { has: setHas } = Set.prototype;
const ofDates = getPrototypeOf(Date.prototype), KnownDate = getPrototypeOf(Date);

/// As many names as before: nothing unknown was cut, counted or looked into.
const namesIn = (text) => (apply(match, text, [kName]) ?? []).sort().join();
const kept = (text, result) => typeof result === 'string' && namesIn(result) === namesIn(text);

/// Text functions whose result is what the text is, but for its known parts.
const kPlain = new Set(['trim', 'trimStart', 'trimEnd', 'trimLeft', 'trimRight', 'replace', 'replaceAll', 'concat', 'slice', 'substring', 'substr', 'toLowerCase', 'toLocaleLowerCase', 'normalize', 'toString', 'valueOf']);
/// What a script is cut at.
const separates = (value) => typeof value === 'string' ? /[;\n]|^.{3,}$/.test(value) : value instanceof RegExp && /;|\\n|\\r/.test(value.source);
const texts = {
    includes: (text, [part]) => (typeof part === 'string' && !isUncertainText(part) && knownParts(text).some((known) => known.includes(part))) || choose(`${shown(text)} includes ${shown(part)}`),
    startsWith(text, [part, ...rest]) {
        const head = knownParts(text)[0];
        if (typeof part === 'string' && !isUncertainText(part) && !rest.length && (head.startsWith(part) || !part.startsWith(head))) return head.startsWith(part);
        return choose(`${shown(text)} starts with ${shown(part)}`);
    },
    endsWith(text, [part, ...rest]) {
        const tail = knownParts(text).at(-1);
        if (typeof part === 'string' && !isUncertainText(part) && !rest.length && (tail.endsWith(part) || !part.endsWith(tail))) return tail.endsWith(part);
        return choose(`${shown(text)} ends with ${shown(part)}`);
    },
    toUpperCase: (text) => {
        const parts = knownParts(text).map((part) => apply(toUpperCase, part, []));
        const found = apply(match, text, [kName]) ?? [];
        return parts.map((part, i) => part + (found[i] ?? '')).join('');
    },
    split(text, [by, ...rest], real) {
        const parts = real();
        return !rest.length && !isOnlyUnknown(text) && separates(by) && kept(text, parts.join('')) ? parts : unknownOf(`the parts of ${shown(text)}`, text);
    },
    match: (text) => (choose(`${shown(text)} matches`) ? unknownOf(`what ${shown(text)} matches`, text) : null),
    matchAll: (text) => unknownOf(`what ${shown(text)} matches`, text),
};
texts.toLocaleUpperCase = texts.toUpperCase;
for (const name of ['indexOf', 'lastIndexOf', 'search', 'charCodeAt', 'codePointAt', 'localeCompare']) texts[name] = (text, args) => unknownOf(`${name}() of ${shown(text)}`, text, ...args);
for (const name of ['isWellFormed']) texts[name] = (text) => choose(`${shown(text)} is well formed`);

/// A function that the repository hands over to say yes or no may itself be a built-in one.
const aware = new WeakMap();  // what stands in the place of a built-in -> what it does for the repository's own code
const { has: isAware, get: awareOf, set: setAware } = WeakMap.prototype;
const awareIn = (call) => apply(awareOf, aware, [call]);
const isOneOf = (call) => apply(isAware, aware, [call]);
const kDeciding = new Set(['filter', 'find', 'findIndex', 'findLast', 'findLastIndex', 'some', 'every']);
const kVisiting = new Set(['map', 'forEach', 'flatMap', 'reduce', 'reduceRight', 'sort', 'toSorted']);
/// What it answers is unknown: the repository's own code is asked, through the function of the list.
function asked(call, decides) {
    if (typeof call !== 'function') return call;
    if (isOneOf(call)) return caller.isDirect(1) ? wrapped(awareIn(call), decides) : call;
    return decides ? wrapped(call, true) : call;
}
const wrapped = (call, decides) => function (...args) {
    const result = apply(call, this, args);
    return decides && isUncertain(result) ? truth(result) : result;
};
const sameAs = (list, value) => list.findIndex((one) => isUncertain(one) || isUncertain(value) ? choose(`${shown(one)} is ${shown(value)}`) : Object.is(one, value));
const lists = { __proto__: null };
for (const name of ['includes', 'indexOf', 'lastIndexOf'])
    lists[name] = (list, args, real) => {
        const found = real();
        if ((name === 'includes' ? found : found >= 0) || !(isUncertain(args[0]) || someUncertain(list))) return found;
        const at = sameAs(list.slice(), args[0]);
        return name === 'includes' ? at >= 0 : at;
    };
for (const name of ['sort', 'toSorted'])
    lists[name] = (list, args, real) => {
        if (args.length === 0 && list.length > 1 && someUncertain(list)) doubt('an order of unknown values', 'what depends on it is not followed');
        return real();
    };
for (const name of ['at', 'slice', 'splice', 'toSpliced', 'with', 'copyWithin', 'flat'])
    lists[name] = (list, args, real) => (args.slice(0, 2).some(isUncertain) && name !== 'with' ? (name === 'at' ? item(list, args[0]) : unknownOf(`${name}() by ${shown(args.find(isUncertain))}`, ...args)) : real());
const someUncertain = (list) => {
    for (let i = 0; i < list.length && i < 1000; ++i) if (isUncertain(list[i])) return true;
    return false;
};

/// Maps and sets with a key that is not known: any other may be it.
const loose = new WeakSet();
const keyed = (name) => (own, args, real) => {
    if (isUncertain(args[0])) loose.add(own);
    return real();
};
const looksUp = (isMap, gives) => (own, args, real) => {
    if (apply(isMap ? mapHas : setHas, own, [args[0]]) || !(isUncertain(args[0]) || loose.has(own))) return real();
    const keys = [...apply(isMap ? mapKeys : Set.prototype.values, own, [])].slice(0, 9);
    if (!gives) return keys.length > 0 && choose(`${shown(args[0])} is among what is looked through`);
    if (keys.length > 8 || loose.has(own)) return unknown(`what ${shown(args[0])} selects`, true, undefined, rowsOf(args[0]));
    const found = keys.find((key) => choose(`${shown(args[0])} is ${shown(key)}`));
    return found === undefined ? undefined : apply(mapGet, own, [found]);
};
const maps = { set: keyed('set'), get: looksUp(true, true), has: looksUp(true, false), delete: looksUp(true, false) };
const sets = { add: keyed('add'), has: looksUp(false, false), delete: looksUp(false, false) };
for (const name of ['union', 'intersection', 'difference', 'symmetricDifference', 'isSubsetOf', 'isSupersetOf', 'isDisjointFrom'])
    sets[name] = (own, [other], real) => (loose.has(own) || loose.has(other) || isUncertain(other) ? unknown(`${name}() of a set`) : real());

const kTexts = /^to.*String$|^toJSON$/;
function ofDate(name) {
    return (date, args, real) => {
        if (typeof name === 'string' && /^set/.test(name)) {
            if (args.some(isUncertain)) ofClock.add(date);
            return real();
        }
        if (!isOfClock(date)) return real();
        if (typeof name === 'symbol') {
            if (args[0] !== 'number') return unknownText('a date of the clock');
            doubt('a number made of the clock', 'what depends on it is not followed');
            return real();
        }
        return kTexts.test(name) ? unknownText(`${name}() of the clock`) : unknown(`${name}() of the clock`);
    };
}

const yes = (what) => (own, args) => choose(`${what}(${shown(args[0])})`);
/// Of objects and values: by the object that has the function, and its name. `real` carries it out as it always was.
const reals = (own, args, real) => real();
const objects = {
    is: (own, [a, b]) => (isUncertain(a) || isUncertain(b) ? operation('===', a, b) : Object.is(a, b)),
    hasOwn: (own, [object, key], real) => (isUncertain(key) || isUnknown(object) ? choose(`${shown(object)} has ${shown(key)}`) : real()),
    fromEntries: (own, args, real) => real(), groupBy: reals, keys: reals, values: reals, entries: reals, getOwnPropertyNames: reals, freeze: reals, seal: reals,
    create: reals, getOwnPropertyDescriptor: reals, getOwnPropertyDescriptors: reals, preventExtensions: reals,
};
// What an unknown value has is a list that is not known.
for (const name of ['keys', 'values', 'entries', 'getOwnPropertyNames']) objects[name] = (own, [object], real) => (isUnknown(object) ? unknownOf(`Object.${name}(${describe(object)})`, object) : real());
const changes = { assign: 1, defineProperty: 1, defineProperties: 1, setPrototypeOf: 1, set: 1, deleteProperty: 1, __defineGetter__: 0, __defineSetter__: 0 };
const reflect = {
    get: (own, [object, key]) => item(object, key),
    has: (own, [object, key]) => choose(`${shown(object)} has ${shown(key)}`),
    ownKeys: reals, getOwnPropertyDescriptor: reals, apply: (own, [call, self, args], real) => (isOneOf(call) ? apply(awareIn(call), self, args) : real()),
    construct: (own, [call, args], real) => real(),
};
const prototypes = {
    hasOwnProperty: (own, [key]) => (isUnknown(own) || isUncertain(key) ? choose(`${shown(own)} has ${shown(key)}`) : Object.hasOwn(own, key)),
    propertyIsEnumerable: yes('propertyIsEnumerable'), isPrototypeOf: yes('isPrototypeOf'), toString: (own, args, real) => (isUncertain(own) ? unknownText(`the kind of ${shown(own)}`, own) : real()),
    toLocaleString: reals, valueOf: reals,
};
const functions = {
    call: (own, [self, ...args]) => apply(awareIn(own) ?? own, self, args),
    apply: (own, [self, args], real) => (args === undefined || args === null || isUnknown(args) ? real() : apply(awareIn(own) ?? own, self, [...args])),
    bind: (own, [self, ...args], real, original) => apply(original, awareIn(own) ?? own, [self, ...args]),
    toString: () => unknownText('the text of a function'),
};
const json = {
    stringify: reals,
    parse: (own, [text], real) => (isUncertain(text) ? unknownOf(`what ${shown(text)} says`, text) : real()),
};
const promises = { resolve: reals, reject: reals, all: reals, allSettled: reals, then: reals, catch: reals, finally: reals, race: firstOf('race'), any: firstOf('any'), withResolvers: reals, try: reals };
function firstOf(name) {
    return (own, [list], real) => real().then((value) => (isArray(list) && list.length < 2 ? value : unknown(`what Promise.${name}() gives`)));
}
const arrays = { from: reals, of: reals, isArray: (own, [value]) => choose(`${shown(value)} is a list`), fromAsync: reals };
const listsToo = ['push', 'unshift', 'concat', 'fill', 'join', 'pop', 'shift', 'reverse', 'toReversed', 'keys', 'values', 'entries', 'toString', 'toLocaleString', 'with'];
for (const name of listsToo) lists[name] ??= reals;

/// [object, functions that are followed, what is asked of others]
const followed = new Map([
    [Object, objects], [Object.prototype, prototypes], [Reflect, reflect], [Function.prototype, functions], [JSON, json], [Promise, promises], [Promise.prototype, promises],
    [Array, arrays], [Array.prototype, lists], [Map.prototype, maps], [Set.prototype, sets],
]);
/// Called without `new`: made into another kind of value, or only looked at.
const conversions = {
    String: (value) => (isUncertain(value) ? `${value}` : undefined), Object: (value) => value, Symbol: (value) => unknownOf(`a symbol of ${shown(value)}`, value), Boolean: (value) => Boolean(truth(value)),
};
for (const name of ['Number', 'BigInt', 'parseInt', 'parseFloat']) conversions[name] = (value) => unknownOf(`${describe(value)} as a number`, value);
for (const name of ['isNaN', 'isFinite']) conversions[name] = (value) => choose(`${name}(${shown(value)})`);
for (const name of ['encodeURIComponent', 'encodeURI', 'decodeURIComponent', 'decodeURI', 'escape', 'unescape', 'btoa', 'atob']) conversions[name] = (value) => unknownText(`${name}() of ${shown(value)}`, value);

const isMethodOfText = (own) => own === String.prototype;
/// Something unknown among what a call is given, or in a list of it.
function concerns(own, args) {
    if (isUncertain(own) || isOfClock(own) || (typeof own === 'object' && own !== null && loose.has(own))) return true;
    for (let i = 0; i < args.length; ++i) if (isUncertain(args[i]) || isOfClock(args[i]) || (isArray(args[i]) && someUncertain(args[i]))) return true;
    return isArray(own) && someUncertain(own);
}

function carriesOut(holder, name, original) {
    const table = followed.get(holder);
    const special = table && Object.hasOwn(table, name) ? table[name] : undefined;
    if (isMethodOfText(holder)) return (own, args) => ofText(name, original, own, args);
    if (holder === RegExp.prototype)
        return (own, args) => (!isUncertain(args[0]) ? apply(original, own, args) : name === 'test' ? choose(`${own} matches ${shown(args[0])}`) : apply(original, own, args));
    if (holder === ofDates) {
        const follow = ofDate(name);
        return (own, args) => follow(own, args, () => apply(original, own, args));
    }
    if (special) return (own, args) => special(own, args, () => apply(original, own, args), original);
    if (holder === Number && typeof name === 'string' && /^is/.test(name)) return (own, args) => choose(`Number.${name}(${shown(args[0])})`);
    if (holder === globalThis && conversions[name]) return (own, args) => conversions[name](args[0]);
    if (holder === Number && conversions[name]) return (own, args) => conversions[name](args[0]);
    return (own, args) => {
        if (holder !== Math && holder !== Date && holder !== KnownDate) doubt(`${name}() of something unknown`, 'what depends on it is not followed');
        return unknownOf(`${name}() of ${shown(isUncertain(own) ? own : args.find(isUncertain))}`, own, ...args);
    };
}
function ofText(name, original, own, args) {
    const text = isUnknown(own) ? `${own}` : own;
    const real = () => apply(original, text, args);
    if (isUncertainText(text) && texts[name]) return texts[name](text, args, real);
    if (typeof text === 'string' && (name === 'includes' || name === 'startsWith' || name === 'endsWith')) return choose(`${shown(text)}.${name}(${shown(args[0])})`);
    if (kPlain.has(name) && !args.slice(0, 2).some(isUnknown)) {
        const result = real();
        const whole = [text, ...(name === 'concat' || name.startsWith('replace') ? args.filter((arg) => typeof arg === 'string') : [])].join('');
        if (kept(whole, result)) return result;
    }
    if (name === 'concat') return real();
    if (typeof name === 'symbol') {
        doubt(`the characters of ${shown(text)}`, 'what depends on them is not followed');
        return unknownOf(`the characters of ${shown(text)}`, text)[Symbol.iterator]();
    }
    if (['indexOf', 'lastIndexOf', 'search', 'localeCompare', 'codePointAt', 'charCodeAt'].includes(name)) return unknownOf(`${name}() in ${shown(text)}`, text);
    if (name === 'split' || name === 'match' || name === 'matchAll') return unknownOf(`${name}() of ${shown(text)}`, text);
    return unknownText(`${name}() of ${shown(text)}`, text);
}

/// The function that stands in the place of `original`.
function standIn(holder, name, original) {
    const carry = carriesOut(holder, name, original);
    const isAsking = (holder === Array.prototype || holder === Iterator.prototype) && (kDeciding.has(name) || kVisiting.has(name));
    const isOfCharacter = holder === String.prototype && typeof name === 'string' && /^(charCodeAt|codePointAt|charAt|at)$/.test(name);
    const isAlways = holder === Function.prototype && name === 'toString';
    const isChange = (holder === Object || holder === Reflect || holder === Object.prototype) && Object.hasOwn(changes, name);
    const direct = function (...args) {
        if (isChange && intrinsics.has(changes[name] ? args[0] : this)) report('refused', "it changes the language's own objects");
        return isAlways || concerns(this, args) ? carry(this, args) : apply(original, this, args);
    };
    const replaced = {
        [name](...args) {
            if (paused) return new.target ? construct(original, args, new.target) : apply(original, this, args);
            if (isChange) return apply(direct, this, args);
            if (isAsking && typeof args[0] === 'function') args[0] = asked(args[0], kDeciding.has(name));
            else if (isOfCharacter && this.length > kLongest) return apply(original, this, args);
            if (isAsking && args.length > 0) return apply(original, this, args);
            if (!isAlways && !concerns(this, args)) return new.target ? construct(original, args, new.target) : apply(original, this, args);
            return caller.isDirect() ? carry(this, args) : apply(original, this, args);
        },
    }[name];
    apply(setAware, aware, [replaced, direct]);
    defineProperty(replaced, 'length', { value: original.length, configurable: true });
    return replaced;
}
/// Likewise of what may be called with `new`, too.
function standInType(name, original) {
    const convert = conversions[name];
    const type = new Proxy(original, {
        apply(target, self, args) {
            if (!convert || !args.some(isUncertain) || !caller.isDirect()) return apply(target, self, args);
            return convert(args[0]);
        },
        construct(target, args, as) {
            const concerned = args.some((arg) => isUncertain(arg) || isOfClock(arg) || (isArray(arg) && someUncertain(arg)));
            const made = construct(target, concerned && name === 'Date' ? [0] : args, as === type ? target : as);
            if (name === 'Date' && (concerned || (args.length === 0 && caller.isDirect()))) ofClock.add(made);
            if ((name === 'Map' || name === 'Set') && isArray(args[0]) && args[0].some((one) => isUncertain(name === 'Map' && isArray(one) ? one[0] : one))) loose.add(made);
            if (name === 'RegExp' && concerned && caller.isDirect()) doubt('a pattern that is not known', 'what depends on it is not followed');
            return made;
        },
    });
    if (convert) apply(setAware, aware, [type, (...args) => (args.some(isUncertain) ? convert(args[0]) : original(...args))]);
    return type;
}

const kTypes = ['Boolean', 'Number', 'String', 'BigInt', 'Symbol', 'Object', 'Array', 'RegExp', 'Map', 'Set', 'Date'];
/// Functions that are called too often, or by the language itself, to be worth a look: none tells anything about a value.
const kLeft = new Set(['constructor', 'next', 'return', 'throw', 'then', 'catch', 'finally', 'resolve', 'reject', 'toPrimitive', 'getOwnPropertyDescriptor']);
/// While the parsers are at work, which look at a module's text one character after the other.
let paused = false;
function unaware(work) {
    const before = paused;
    paused = true;
    try {
        return work();
    } finally {
        paused = before;
    }
}
/// A text's characters are looked at in loops: whether a long one holds anything unknown is not asked each time.
const kLongest = 4096;
/// The clock and chance, which world.js has made its own.
const kOfWorld = new Set(['now', 'random']);
function arm() {
    const global = globalThis;
    for (const holder of [...watched, Buffer]) {
        // What is unknown is told by them.
        if (holder === WeakMap.prototype || holder === WeakSet.prototype) continue;
        for (const name of ownKeys(holder)) {
            if (holder === RegExp.prototype && name === 'exec') continue;  // the engine itself calls it, for each match
            if (typeof name === 'symbol' && !(name === Symbol.iterator && holder === String.prototype) && !(name === Symbol.toPrimitive && holder === ofDates)) continue;
            if (kLeft.has(name) || kOfWorld.has(name) || (holder === global && !conversions[name])) continue;
            const now = getOwnPropertyDescriptor(holder, name);
            if (!now.configurable || typeof now.value !== 'function' || (holder === global && kTypes.includes(name))) continue;
            defineProperty(holder, name, { ...now, value: standIn(holder, name, now.value) });
        }
    }
    for (const type of [Map, Set]) {
        const real = sizeOf[type.name];
        defineProperty(type.prototype, 'size', { configurable: true, get() { return loose.has(this) && caller.isDirect() ? unknown('the size of what holds unknown values') : apply(real, this, []); } });
    }
    for (const name of kTypes) {
        const type = standInType(name, global[name]);
        defineProperty(global[name].prototype, 'constructor', { value: type, writable: true, configurable: true });
        defineProperty(global, name, { value: type, writable: true, configurable: true });
    }
}
module.exports = { arm, unaware };

// Packages that work on values alone would take the name of something unknown for a text like any other, and tell of it
// what is not so. What they make of one is unknown, unless it is a text that still holds the name.
'use strict';
const caller = require('./caller.js');
const { unknown, isUnknown, isUncertainText, kName } = require('./unknown.js');
const { isOfClock } = require('./world.js');

const kRootNames = ['__unknown_0_', '__unknown_0_cwd_'];
/// Names of unknown values in a value, its elements and properties.
function namesIn(value, found = new Set(), depth = 0) {
    if (isUnknown(value) || isOfClock(value)) found.add(`${isUnknown(value) ? value : '__unknown_'}`);
    else if (isUncertainText(value)) for (const name of value.match(kName) ?? ['__unknown_']) found.add(name);
    else if (typeof value === 'object' && value !== null && depth < 3 && (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null))
        for (const key of Object.keys(value).slice(0, 100)) {
            namesIn(key, found, depth + 1);
            namesIn(value[key], found, depth + 1);
        }
    return found;
}
const keeps = (result, names) => typeof result === 'string' && [...names].every((name) => result.includes(name));

/// `tell(name, args)` says what becomes of a call whose result would be made up.
/// Of packages whose texts may be paths, of which what is below the repository's root is known.
function guarded(target, tell, isBelowRoot = false) {
    const calls = new Map();
    const own = new Proxy(target, {
        get(object, name) {
            const value = caller.reflect.get(object, name, object);
            if (name === 'default') return own;
            if (typeof value !== 'function' || typeof name === 'symbol' || value.prototype?.constructor === value && /^[A-Z]/.test(name)) return value;
            if (!calls.has(name)) calls.set(name, function (...args) {
                const names = namesIn(args);
                if (isBelowRoot) for (const name of kRootNames) names.delete(name);
                if (names.size === 0) return value.apply(object, args);
                let result;
                try {
                    result = value.apply(object, args);
                } catch {
                    return tell(name, args);
                }
                return keeps(result, names) ? result : tell(name, args);
            });
            return calls.get(name);
        },
        apply(object, self, args) {
            return namesIn(args).size === 0 ? caller.reflect.apply(object, self, args) : tell('', args);
        },
    });
    return own;
}
const values = (what, target) => guarded(target, (name) => unknown(`${what}.${name}()`), what === 'path' || what === 'url');
module.exports = { guarded, values, namesIn };

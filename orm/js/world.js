// What is around a program and is another one where the migration runs: the clock, chance, the process, the machine. To
// the repository's code it is unknown; bundled libraries, which were loaded before, have what globals.js gives them.
'use strict';
const caller = require('./caller.js');
const { unknown, unknownText, touch, kStart } = require('./unknown.js');

/// Dates that the clock has made.
const ofClock = new WeakSet();
const isOfClock = (value) => typeof value === 'object' && value !== null && ofClock.has(value);
const make = { construct: Reflect.construct, apply: Reflect.apply };

function ownDate() {
    const Known = globalThis.Date;
    const { now } = Known;
    const Clock = new Proxy(Known, {
        construct(target, args, as) {
            const date = make.construct(target, args, as === Clock ? target : as);
            if (args.length === 0 && caller.isDirect()) {
                touch();
                ofClock.add(date);
            }
            return date;
        },
        apply: (target) => (caller.isDirect() ? unknownText('the time') : target()),
    });
    Known.now = () => (caller.isDirect() ? unknown('the time') : now());
    Known.prototype.constructor = Object.getPrototypeOf(Known.prototype).constructor = Clock;
    globalThis.Date = Clock;
}
function ownChance() {
    const { random } = Math;
    Math.random = () => (caller.isDirect() ? unknown('a random number') : random());
    const known = globalThis.performance;
    globalThis.performance = new Proxy(known, { get: (target, name) => (typeof name === 'symbol' || !caller.isDirect() ? target[name] : unknown(`performance.${name}`, true)) });
}

/// Environment variables are not known; those that libraries look at are not set.
function environment() {
    const known = new Map();
    return new Proxy({}, {
        get(target, name) {
            if (typeof name === 'symbol') return undefined;
            if (!known.has(name)) known.set(name, unknown(`the environment variable ${name}`));
            return known.get(name);
        },
        has: () => true,
        set: (target, name, value) => (known.set(name, value), true),
        ownKeys: (target) => {
            touch();
            return known.size || !caller.isDirect() ? [...known.keys()] : [unknownText('the name of an environment variable')];
        },
        getOwnPropertyDescriptor: (target, name) => (typeof name === 'string' ? { value: known.get(name) ?? unknown(`the environment variable ${name}`), configurable: true, enumerable: true, writable: true } : undefined),
    });
}
/// What of the process is the same wherever it runs.
const kKnown = new Set(['on', 'once', 'off', 'emit', 'removeListener', 'listenerCount', 'emitWarning', 'nextTick', 'exit', 'exitCode', 'binding', 'toString', 'constructor', 'hasOwnProperty', 'then']);
const kCalled = /^(hrtime|uptime|memoryUsage|cpuUsage|resourceUsage|get\w+|umask|constrainedMemory|availableMemory)$/;
function ownProcess(known) {
    const env = environment(), others = new Map();
    return new Proxy(known, {
        get(target, name) {
            if (name === 'env') return env;
            if (name === 'cwd') return () => (touch(), kStart);
            if (typeof name === 'symbol' || kKnown.has(name)) return target[name];
            if (name === 'stdout' || name === 'stderr') return { write: () => true, isTTY: unknown(`process.${name}.isTTY`), columns: unknown(`process.${name}.columns`), on() {} };
            if (!others.has(name)) others.set(name, unknown(`process.${name}`, kCalled.test(name)));
            return others.get(name);
        },
        set: (target, name, value) => (name === 'exitCode' || others.set(name, value), true),
        has: (target, name) => typeof name === 'string',
    });
}

/// What Node has and the engine lacks, beside what a module imports.
const kAbsent = ['Intl', 'WebAssembly', 'navigator', 'fetch', 'Headers', 'Request', 'Response', 'FormData', 'WebSocket', 'Event', 'EventTarget', 'MessageChannel', 'BroadcastChannel', 'Blob', 'CompressionStream', 'ReadableStream', 'gc', 'SharedArrayBuffer'];

module.exports = { ownDate, ownChance, ownProcess, environment, ofClock, isOfClock, kAbsent };

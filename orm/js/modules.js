// CommonJS over the files of the commit. What cannot be loaded is an unknown value, and said to be.
'use strict';
const path = require('./node/path.js');
const { files, evaluate, report } = require('./host.js');
const { unknown, isUncertain, choose, touch, describe, kRoot, kStart } = require('./unknown.js');
const { belowStart } = require('./start.js');
const { hooksOf } = require('./operators.js');
const { unaware } = require('./builtins.js');
const { values, guarded } = require('./guard.js');
const { prepare } = require('./source.js');
const { placesOf, json } = require('./packages.js');
const sites = require('./sites.js');

const kEndings = ['', '.ts', '.js', '.mjs', '.cjs', '.mts', '.cts', '.json', '/index.ts', '/index.js'];
/// Packages that write to a terminal or a log, read settings, or compute: none of them knows a database. What they give is
/// not known, and what stands in a function that they are given is listed when nothing calls it.
const kHarmless = new Set([
    'ansi-colors', 'ansi-styles', 'boxen', 'bunyan', 'chalk', 'cli-color', 'cli-progress', 'cli-table', 'cli-table3', 'colorette',
    'colors', 'consola', 'date-fns', 'dayjs', 'debug', 'dotenv', 'dotenv-expand', 'dotenv-flow', 'dotenv-safe', 'env-var', 'envalid',
    'figlet', 'kleur', 'log-symbols', 'log4js', 'loglevel', 'luxon', 'nanoid', 'npmlog', 'ora', 'picocolors', 'pino', 'pino-pretty',
    'pretty-bytes', 'pretty-ms', 'progress', 'signale', 'strip-ansi', 'supports-color', 'tslog', 'ulid', 'winston',
]);
const kMostModules = 40;
const kMostBytes = 400000;

/// What is relative is so to the folder that the program is started in.
const fromStart = { ...path, resolve: (...parts) => {
    const found = path.resolve(kStart, ...parts);
    if (found.startsWith(kStart)) touch();
    return found;
} };
fromStart.posix = fromStart;
/// Of something unknown an assertion may hold or not.
const assertions = () => guarded(require('./node/assert.js'), (name, args) => {
    if (!choose(`assert.${name}() holds`)) throw new Error('assertion failed');
});
const builtIn = {
    assert: assertions, 'assert/strict': assertions, buffer: () => ({ Buffer }), crypto: () => require('./node/crypto.js'),
    events: () => require('events'), fs: () => require('./node/fs.js'), 'fs/promises': () => require('./node/fs_promises.js'),
    os: () => require('./node/os.js'), path: () => values('path', fromStart), url: () => values('url', require('./node/url.js')),
    util: () => values('util', require('./node/util.js')), uuid: () => require('./node/uuid.js'), process: () => globalThis.process, timers: () => require('./node/timers.js'),
    'timers/promises': () => ({ setTimeout: (delay, value) => new Promise((done) => setTimeout(() => done(value), delay)) }),
};
/// What an earlier import has been given.
const given = new Map();
const builtInOnce = (name) => given.get(name) ?? given.set(name, builtIn[name]()).get(name);

class Modules {
    /// `provided`: packages by name that the bundle holds.
    constructor(provided) {
        this.provided = provided;
        this.loaded = new Map();
        this.absent = new Map();
        this.bytes = 0;
        this.due = new Map();  // file -> calls that it makes when it runs: [line, what]
    }

    /// `ready`: what prepare() makes of it, when somebody has done that before.
    load(file, text, ready) {
        const module = { exports: {}, id: kRoot + file, filename: kRoot + file, loaded: false };
        this.loaded.set(file, module);
        if (file.endsWith('.json')) {
            module.exports = JSON.parse(text);
            return module;
        }
        const { code, free, changed, info, isEmpty, due } = ready ?? unaware(() => prepare(file, text, ` of ${path.basename(file)}`));
        if (changed.some((name) => name in globalThis)) report('refused', `it changes ${changed.join(', ')}`);
        this.due.set(file, due);
        if (/\b(__dirname|__filename|module\s*(\.\s*(id|filename|path)|\[))/.test(text)) touch();
        module.isEmpty = isEmpty;
        for (const name of free) if (!(name in globalThis)) this.undeclared(name);
        if (info) sites.remember(file, info);
        // The head stands on the first line, where nothing else does: lines stay, and so do columns.
        const head = '(function (exports, require, module, __filename, __dirname, __pgf) {';
        if (info) info.lineStarts[0] = -head.length;
        const run = evaluate(head + code + '\n})', file);
        const requires = (asked) => this.require(asked, file);
        requires.resolve = (asked) => asked;
        requires.cache = {};
        requires.main = undefined;
        run.call(module.exports, module.exports, requires, module, kRoot + file, kRoot + path.dirname(file).replace(/^\/$/, ''), hooksOf(file));
        module.loaded = true;
        return module;
    }

    require(asked, from) {
        const whole = String(asked).replace(/^node:/, '');
        const isFromStart = whole.startsWith(`${kStart}/`);
        const name = isFromStart ? whole.slice(kStart.length) : whole.replace(kRoot, '');
        if (isUncertain(name)) return this.missing(`${describe(name)}`, 'which one it is is not known');
        if (Object.hasOwn(this.provided, name)) return this.provided[name]();
        // A module inside of a package that is bundled.
        const owner = name.split('/').slice(0, name.startsWith('@') ? 2 : 1).join('/');
        if (Object.hasOwn(this.provided, owner)) return this.provided[owner](name.slice(owner.length + 1));
        if (Object.hasOwn(builtIn, name)) return builtInOnce(name);
        for (const place of isFromStart ? belowStart(name) : this.places(name, from)) {
            const found = this.find(place);
            if (found !== undefined) return found;
        }
        const own = this.ownPackage(owner, name.slice(owner.length + 1), from);
        if (own !== undefined) return own;
        return kHarmless.has(owner) ? this.harmless(name) : this.missing(asked, 'it is not in the repository');
    }

    /// Relative to the file; by an alias or a base path, from each folder above it.
    places(name, from) {
        if (name.startsWith('.') || name.startsWith('/')) return [path.resolve(path.dirname(from), name)];
        const bare = name.replace(/^[@~]\//, '');
        if (!name.includes('/') || (name.startsWith('@') && bare === name)) return [];
        const places = [];
        for (let folder = path.dirname(from); ; folder = path.dirname(folder)) {
            places.push(path.join(folder, bare));
            if (bare !== name) places.push(path.join(folder, 'src', bare));
            if (folder === '/' || places.length > 24) return places;
        }
    }

    /// A package that this repository has itself.
    ownPackage(owner, inside, from) {
        for (const place of placesOf(owner, inside, from)) {
            const found = this.find(place);
            if (found !== undefined) return found;
        }
        return undefined;
    }

    find(place) {
        const stem = place.replace(/\.[cm]?jsx?$/, '');
        for (const candidate of [...kEndings.map((ending) => place + ending), ...(stem !== place ? [stem + '.ts', stem + '.mts'] : [])]) {
            const known = this.loaded.get(candidate);
            if (known) return known.exports;
            if (!/\.[a-z]+$/.test(candidate)) continue;
            const text = files.read(candidate);
            if (text === undefined) continue;
            if (this.loaded.size >= kMostModules || (this.bytes += text.length) > kMostBytes) return this.tooMuch(candidate);
            try {
                return this.load(candidate, text, candidate.endsWith('.json') ? undefined : json(`prepared:${candidate}`)).exports;
            } catch (error) {
                this.loaded.delete(candidate);
                return this.missing(candidate, String((error && error.message) || error).slice(0, 200));
            }
        }
        return undefined;
    }

    /// A global of the application: an unknown value once it is asked for.
    undeclared(name) {
        let value;
        Object.defineProperty(globalThis, name, {
            configurable: true,
            enumerable: true,
            get: () => (value ??= this.missing(name, 'nothing in the repository says what it is', 'the global')),
            set: (given) => { value = given; },
        });
    }

    /// Said once: behind the first there may be hundreds.
    tooMuch(asked) {
        if (this.isTooMuch) this.absent.set(asked, this.absent.get(asked) ?? unknown(asked, true));
        this.isTooMuch = true;
        return this.missing(asked, 'more than 40 modules or 400 kB are imported: this one and what comes behind it is not');
    }

    harmless(name) {
        if (!this.absent.has(name)) this.absent.set(name, unknown(`the module ${name}`, true));
        return this.absent.get(name);
    }

    missing(asked, why, kind = 'the module') {
        if (!this.absent.has(asked)) {
            report('note', `${kind} ${asked}`, why, '0');
            this.absent.set(asked, unknown(asked, true));
        }
        return this.absent.get(asked);
    }
}
module.exports = { Modules };

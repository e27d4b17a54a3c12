// CommonJS over the files of the commit. What cannot be loaded is an unknown value, and said to be.
'use strict';
const path = require('./node/path.js');
const { files, evaluate, report } = require('./host.js');
const { unknown, use, isUncertain, choose, touch, describe, kRoot, kStart } = require('./unknown.js');
const { belowStart } = require('./start.js');
const { hooksOf } = require('./operators.js');
const { unaware } = require('./builtins.js');
const { values, guarded } = require('./guard.js');
const { prepare } = require('./source.js');
const { placesOf, json } = require('./packages.js');
const sqlTag = require('./sql_tag.js');
const caller = require('./caller.js');
const sites = require('./sites.js');

const kEndings = ['', '.ts', '.js', '.mjs', '.cjs', '.mts', '.cts', '.json', '/index.ts', '/index.js'];
/// Packages that write to a terminal or a log, read settings, or make texts and numbers: none of them knows a database. What
/// they give is not known, and what stands in a function that they are given is listed when nothing calls it.
const kHarmless = new Set([
    '@faker-js/faker', '@paralleldrive/cuid2', 'ansi-colors', 'ansi-styles', 'argon2', 'bcrypt', 'bcryptjs', 'big.js',
    'bignumber.js', 'bn.js', 'boxen', 'bunyan', 'camelcase', 'case', 'chalk', 'change-case', 'cli-color', 'cli-progress',
    'cli-table', 'cli-table3', 'colorette', 'colors', 'consola', 'crypto-js', 'cuid', 'date-fns', 'dayjs', 'debug', 'decimal.js',
    'dotenv', 'dotenv-expand', 'dotenv-flow', 'dotenv-safe', 'entities', 'env-var', 'envalid', 'faker', 'figlet', 'he',
    'inflection', 'jsonwebtoken', 'kleur', 'log-symbols', 'log4js', 'loglevel', 'luxon', 'ms', 'nanoid', 'npmlog', 'object-hash',
    'ora', 'picocolors', 'pino', 'pino-pretty', 'pluralize', 'pretty-bytes', 'pretty-ms', 'progress', 'safe-stable-stringify',
    'shortid', 'signale', 'slug', 'slugify', 'snake-case', 'string_decoder', 'strip-ansi', 'supports-color', 'tslog', 'ulid',
    'uuid-random', 'winston',
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
const builtInOnce = (name) => given.get(name) ?? given.set(name, kPartly.has(name) ? withTheRest(name, builtIn[name]()) : builtIn[name]()).get(name);
/// Of Node's modules that compute, what stands in for them has what migrations ask for. Of the rest nothing is known.
const kPartly = new Set(['crypto', 'os', 'util', 'url', 'path']);
function withTheRest(module, known) {
    const others = new Map();
    return new Proxy(known, {
        get(target, name) {
            if (typeof name === 'symbol' || name === '__esModule' || name === 'then' || name in target) return caller.reflect.get(target, name, target);
            if (!others.has(name)) others.set(name, unknown(`${module}.${name}`, true));
            return others.get(name);
        },
    });
}

class Modules {
    /// `provided`: packages by name that the bundle holds.
    constructor(provided) {
        this.provided = provided;
        this.loaded = new Map();
        this.absent = new Map();
        this.loading = [];       // files, the innermost last
        this.quiet = 0;          // how many of them are imported by a module that uses nothing of theirs
        this.held = new Map();   // file -> what it would have told in a module that uses it: by name, [kind, why]
        this.told = new Set();
        this.bytes = 0;
        this.due = new Map();  // file -> calls that it makes when it runs: [line, what]
    }

    /// `ready`: what prepare() makes of it, when somebody has done that before.
    load(file, text, ready) {
        this.loading.push(file);
        try {
            return this.run(file, text, ready);
        } finally {
            this.loading.pop();
        }
    }

    run(file, text, ready) {
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
        const requires = (asked) => {
            const value = this.require(asked, file);
            use(value);
            return value;
        };
        const required = (asked, isUsed) => (isUsed ? this.require(asked, file) : this.unused(asked, file));
        requires.resolve = (asked) => asked;
        requires.cache = {};
        requires.main = undefined;
        run.call(module.exports, module.exports, requires, module, kRoot + file, kRoot + path.dirname(file).replace(/^\/$/, ''), hooksOf(file, required));
        module.loaded = true;
        return module;
    }

    /// Imported by a module that never looks at it: what it lacks concerns nobody, until another one does.
    unused(asked, from) {
        ++this.quiet;
        try {
            return this.require(asked, from);
        } finally {
            --this.quiet;
        }
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
        if (/^uuid\/v[1-7]$/.test(name)) return builtInOnce('uuid')[name.slice(5)];
        if (Object.hasOwn(builtIn, name)) return builtInOnce(name);
        if (sqlTag.isTag(owner)) return given.get(name) ?? given.set(name, withTheRest(name, sqlTag.exported)).get(name);
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
            if (known) {
                for (const [name, [kind, why]] of this.held.get(candidate) ?? []) this.tell(name, kind, why);
                return known.exports;
            }
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
            get: () => {
                value ??= this.missing(name, 'nothing in the repository says what it is', 'the global');
                use(value);
                return value;
            },
            set: (given) => { value = given; },
        });
    }

    /// Said once, and at once: behind the first there may be hundreds, which import others and change what all see.
    tooMuch(asked) {
        this.firstTooMuch ??= asked;
        const value = this.missing(asked, 'more than 40 modules or 400 kB are imported: this one and what comes behind it is not', 'the module', this.firstTooMuch);
        use(value);
        return value;
    }

    harmless(name) {
        if (!this.absent.has(name)) this.absent.set(name, unknown(`the module ${name}`, true));
        return this.absent.get(name);
    }

    /// Told by the name of `told`, where something of it is looked at.
    missing(asked, why, kind = 'the module', told = asked) {
        if (!this.absent.has(asked)) this.absent.set(asked, unknown(asked, true, () => this.tell(told, kind, why)));
        return this.absent.get(asked);
    }

    tell(name, kind, why) {
        if (this.quiet > 0) {
            for (const file of this.loading) this.held.set(file, (this.held.get(file) ?? new Map()).set(name, [kind, why]));
        } else if (!this.told.has(name)) {
            this.told.add(name);
            report('note', `${kind} ${name}`, why, '0');
        }
    }
}
module.exports = { Modules };

// One run of one migration: the native side calls start(), drains the engine's jobs and timers, and asks finish().
'use strict';
require('./globals_buffer.js');
const { files, report } = require('./host.js');
const { answer, unknown } = require('./unknown.js');
const { Modules } = require('./modules.js');
const sites = require('./sites.js');
const pg = require('./pg.js');
globalThis.crypto = require('./node/crypto.js');
const intrinsics = require('./intrinsics.js');
const { prepare } = require('./source.js');

const text = (error) => {
    try {
        return String((error && error.message) || error).slice(0, 400);
    } catch {
        return 'it throws something that has no text';
    }
};
const lineOf = (error) => {
    try {
        return sites.lineOf(error);
    } catch {
        return 0;
    }
};

/// Environment variables are not known; those that libraries look at are not set.
const environment = () => {
    const known = new Map();
    return new Proxy({}, {
        get(target, name) {
            if (typeof name === 'symbol') return undefined;
            if (!known.has(name)) known.set(name, unknown(`the environment variable ${name}`));
            return known.get(name);
        },
        has: () => true,
        set: (target, name, value) => (known.set(name, value), true),
    });
};

/// `frameworks`: by name, { provided, up(exports, context) -> Promise }. By the name `prepare` a module of the repository is
/// only made ready to run: many migrations import the same ones, and each has a process of its own.
exports.install = (frameworks) => {
    let state;
    const fail = (error) => {
        state = { failed: text(error), line: lineOf(error) };
    };
    // What the parsers make when they are first used, each run would make for itself.
    prepare('/first.ts', 'import a from "b"; export async function up(c: any) { if (c) await c.d(a(`e`)); }');
    const fire = globalThis.__fire;
    delete globalThis.__fire;
    intrinsics.remember();
    globalThis.__orm = {
        start(name, file, all, flipped) {
            state = undefined;
            try {
                if (name === 'prepare') {
                    const { code, free, isEmpty } = prepare(file, files.read(file));
                    return report('prepared', JSON.stringify({ code, free, isEmpty }));
                }
                answer(all === '1', Number(flipped));
                sites.begin(file);
                pg.begin();
                const framework = frameworks[name];
                const modules = new Modules(framework.provided);
                const source = files.read(file);
                // Bundled code has read its own by now.
                process.env = environment();
                const { exports, isEmpty } = modules.load(file, source);
                // All of it may be a comment: nothing is run, and nothing is left unread.
                const up = isEmpty ? undefined : framework.up(exports);
                Promise.resolve(up).then(() => { state = { settled: true }; }, fail);
            } catch (error) {
                fail(error);
            }
        },
        fire,
        /// Ends the run: reports how it went.
        finish() {
            const changed = intrinsics.changed();
            if (changed !== undefined) report('refused', `it changes the language's own objects (${changed})`);
            else if (!state) report('refused', 'up() never settles');
            else if (state.failed !== undefined) report('failed', state.failed, String(state.line));
            else report('done');
        },
    };
};

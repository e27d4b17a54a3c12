// One run of one migration: the native side calls start(), drains the engine's jobs and timers, and asks finish().
'use strict';
require('./globals_buffer.js');
const { files, report } = require('./host.js');
const { answer, unknown, doubt, describe, lacksSomething } = require('./unknown.js');
const operators = require('./operators.js');
const { ownDate, ownChance, ownProcess, environment, kAbsent } = require('./world.js');
const { arm } = require('./builtins.js');
const caller = require('./caller.js');
const { Modules } = require('./modules.js');
const sites = require('./sites.js');
const pg = require('./pg.js');
globalThis.crypto = require('./node/crypto.js');
const intrinsics = require('./intrinsics.js');
const { prepare } = require('./source.js');

const text = (error) => {
    try {
        return describe(String((error && error.message) || error)).slice(0, 400);
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

const { Error, TypeError, ReferenceError, RangeError, SyntaxError } = globalThis, { test } = RegExp.prototype;
const kOfEngine = [TypeError, ReferenceError, RangeError, SyntaxError];
/// What the repository's own code throws, and what it does with a row that is not found or a file that is not there, fails
/// there as it does here: such a way leaves nothing behind. Any other error may be a stand-in's.
function isItsOwn(error) {
    if (!(error instanceof Error)) return false;
    if (error.code === 'ENOENT') return lacksSomething();
    if (!Reflect.apply(test, /^([^\n]*\(native\)\n)?[^\n(]*\(\/[^():\n]+:\d+:\d+\)/, [`${error.stack}`])) return false;
    if (!kOfEngine.some((type) => error instanceof type)) return true;
    return error instanceof TypeError && lacksSomething() && Reflect.apply(test, /\bundefined\b/, [error.message]);
}

/// Code that is made while the program runs has no file: nothing in it is followed.
function ownEvaluation() {
    const types = [Function, Object.getPrototypeOf(async function () {}).constructor, Object.getPrototypeOf(function* () {}).constructor, Object.getPrototypeOf(async function* () {}).constructor];
    const told = (what) => caller.isDirect(1) && doubt(what, 'code that is made while the program runs is not followed');
    for (const type of types) {
        const own = new Proxy(type, {
            apply: (target, self, args) => (told('Function()'), Reflect.apply(target, self, args)),
            construct: (target, args, as) => (told('new Function()'), Reflect.construct(target, args, as === own ? target : as)),
        });
        Object.defineProperty(type.prototype, 'constructor', { value: own, writable: true, configurable: true });
        if (type === Function) globalThis.Function = own;
    }
    const { eval: evaluate } = globalThis;
    globalThis.eval = (code) => (told('eval()'), evaluate(code));
}
/// What Node has and the engine lacks, where a module of the repository asks for it.
function ownGlobals() {
    globalThis.global ??= globalThis;
    for (const name of kAbsent) {
        if (name in globalThis) continue;
        let value;
        Object.defineProperty(globalThis, name, { configurable: true, enumerable: false, get: () => (value ??= unknown(name, true)), set: (given) => { value = given; } });
    }
}
/// Calls that the modules of this run should have made and have not, and those that they have.
function reportCalls(due) {
    for (const [file, calls] of due) {
        const made = operators.made().get(file);
        const lists = { made: [], unmade: [] };
        calls.forEach(([line, what], number) => lists[made?.has(number) ? 'made' : 'unmade'].push(`${line}`, file === caller.migration() ? what : `${what} of ${file.slice(1)}`));
        if (lists.made.length) report('made', ...lists.made);
        if (lists.unmade.length) report('unmade', ...lists.unmade);
    }
}

/// `frameworks`: by name, { provided, up(exports, context) -> Promise }. By the name `prepare` a module of the repository is
/// only made ready to run: many migrations import the same ones, and each has a process of its own.
exports.install = (frameworks) => {
    let state, modules;
    const fail = (error) => {
        state = { failed: text(error), line: lineOf(error), isItsOwn: isItsOwn(error) };
    };
    // What the parsers make when they are first used, each run would make for itself.
    prepare('/first.ts', 'import a from "b"; export async function up(c: any) { if (c) await c.d(a(`e`)); }');
    const fire = globalThis.__fire;
    delete globalThis.__fire;
    ownDate();
    ownChance();
    ownEvaluation();
    ownGlobals();
    globalThis.process = ownProcess(process);
    intrinsics.remember();
    globalThis.__orm = {
        start(name, file, all, flipped, isAware) {
            state = undefined;
            try {
                if (name === 'prepare') {
                    const { code, free, changed, isEmpty } = prepare(file, files.read(file));
                    return report('prepared', JSON.stringify({ code, free, changed, isEmpty, due: [] }));
                }
                answer(all === '1', Number(flipped));
                sites.begin(file);
                pg.begin();
                operators.begin();
                const framework = frameworks[name];
                modules = new Modules(framework.provided);
                const source = files.read(file);
                // Bundled code has read its own by now.
                process.env = environment();
                if (isAware === '1') {
                    arm();
                    intrinsics.remember();
                }
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
            if (modules && state) reportCalls(modules.due);
            const changed = intrinsics.changed();
            if (changed !== undefined) report('refused', `it changes the language's own objects (${changed})`);
            else if (!state) report('refused', 'up() never settles');
            else if (state.failed !== undefined && (operators.hasFailed() || state.isItsOwn)) report('given up', state.failed, String(state.line));
            else if (state.failed !== undefined) report('failed', state.failed, String(state.line));
            else report('done');
        },
    };
};

// Files of the repository's commit, served by the host; there are no others, and nothing is written.
'use strict';
const { files } = require('../host.js');
const { resolve } = require('./path.js');
const { unknown, choose, lack, isUncertain, describe, kRoot, kStart } = require('../unknown.js');
const { fileFromStart } = require('../start.js');


function missing(file) {
    const error = new Error(`ENOENT: no such file or directory, open '${describe(name(file))}'`);
    error.code = 'ENOENT';
    return error;
}
function name(file) {
    const text = typeof file === 'object' && file !== null && !isUncertain(file) && 'pathname' in file ? file.pathname : String(file);
    return text.replace(/^file:\/\//, '');
}
/// The path from the repository's root; nothing for what lies elsewhere, or nobody knows where.
function inside(file) {
    const whole = resolve(kStart, name(file)), isFromStart = whole.startsWith(`${kStart}/`);
    if (!isFromStart && whole !== kRoot && !whole.startsWith(`${kRoot}/`)) return undefined;
    const path = whole.slice((isFromStart ? kStart : kRoot).length) || '/';
    if (isUncertain(path)) return undefined;
    if (!isFromStart) return path;
    const { place, isSure } = fileFromStart(path);
    return isSure ? place ?? path : undefined;
}
const told = new Map();
/// Whether a file that is none of the repository's is there where the migration runs.
function isElsewhere(file) {
    const text = name(file);
    if (!told.has(text)) told.set(text, choose(`the file ${describe(text)} is there`));
    if (!told.get(text)) lack();
    return told.get(text);
}
function readFileSync(file, options) {
    const path = inside(file);
    const text = path === undefined ? undefined : files.read(path);
    if (text === undefined) {
        if (path !== undefined || !isElsewhere(file)) throw missing(file);
        return unknown(`the content of ${describe(name(file))}`);
    }
    const encoding = typeof options === 'string' ? options : options && options.encoding;
    return encoding ? text : Buffer.from(text, 'utf8');
}
const existsSync = (file) => {
    const path = inside(file);
    return path === undefined ? isElsewhere(file) : files.read(path) !== undefined;
};
const later = (work) => (...args) => {
    const callback = args.pop();
    let result;
    try {
        result = work(...args);
    } catch (error) {
        return void queueMicrotask(() => callback(error));
    }
    queueMicrotask(() => callback(null, result));
};
const promised = (work) => async (...args) => work(...args);
/// What a folder holds, when and by whom a file was written.
const other = (what) => (...args) => {
    const done = typeof args[args.length - 1] === 'function' ? args.pop() : undefined;
    const found = unknown(`fs.${what}(${describe(name(args[0] ?? ''))})`);
    return done ? void queueMicrotask(() => done(null, found)) : found;
};
const others = Object.fromEntries(['readdirSync', 'readdir', 'lstatSync', 'realpathSync', 'accessSync', 'openSync', 'readSync', 'stat', 'lstat', 'access', 'globSync'].map((what) => [what, other(what)]));
const written = Object.fromEntries(['writeFileSync', 'appendFileSync', 'mkdirSync', 'rmSync', 'unlinkSync', 'copyFileSync', 'chmodSync', 'closeSync'].map((what) => [what, () => {}]));
const fs = {
    ...others,
    ...written,
    readFileSync,
    existsSync,
    readFile: later(readFileSync),
    exists: (file, callback) => queueMicrotask(() => callback(existsSync(file))),
    statSync: (file) => {
        if (!existsSync(file)) throw missing(file);
        return { isFile: () => true, isDirectory: () => false };
    },
    promises: { ...Object.fromEntries(['readdir', 'stat', 'lstat', 'access', 'realpath'].map((what) => [what, async (file) => other(what)(file)])), ...Object.fromEntries(['writeFile', 'appendFile', 'mkdir', 'rm', 'unlink'].map((what) => [what, async () => {}])), readFile: promised(readFileSync) },
    constants: {},
};
fs.default = fs;
module.exports = fs;

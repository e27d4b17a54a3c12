// Files of the repository's commit, served by the host; there are no others, and nothing is written.
'use strict';
const { files } = require('../host.js');
const path = require('./path.js');

function missing(name) {
    const error = new Error(`ENOENT: no such file or directory, open '${name}'`);
    error.code = 'ENOENT';
    return error;
}
function name(file) {
    const text = typeof file === 'object' && file !== null && 'pathname' in file ? file.pathname : String(file);
    return path.resolve(text.replace(/^file:\/\//, ''));
}
function readFileSync(file, options) {
    const text = files.read(name(file));
    if (text === undefined) throw missing(file);
    const encoding = typeof options === 'string' ? options : options && options.encoding;
    return encoding ? text : Buffer.from(text, 'utf8');
}
const existsSync = (file) => files.read(name(file)) !== undefined;
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
const fs = {
    readFileSync,
    existsSync,
    readFile: later(readFileSync),
    exists: (file, callback) => queueMicrotask(() => callback(existsSync(file))),
    statSync: (file) => {
        if (!existsSync(file)) throw missing(file);
        return { isFile: () => true, isDirectory: () => false };
    },
    promises: { readFile: promised(readFileSync) },
    constants: {},
};
fs.default = fs;
module.exports = fs;

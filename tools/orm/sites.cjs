// The line of a migration from which something was set off, however many promises and callbacks ago: each resource of
// Node's remembers where it was made. It knows nothing of any ORM, and nothing of what pgfence does for the same.
'use strict';
const { createHook, executionAsyncId } = require('node:async_hooks');
const { findSourceMap } = require('node:module');

let migration;
const made = new Map();

function onStack() {
    const { prepareStackTrace, stackTraceLimit } = Error;
    Error.stackTraceLimit = 100;
    Error.prepareStackTrace = (error, frames) => frames;
    const frames = new Error().stack;
    Object.assign(Error, { prepareStackTrace, stackTraceLimit });
    // An asynchronous frame is the one that awaits, which may be far from the one that called.
    const frame = Array.isArray(frames) && frames.find((one) => one.getFileName() === migration && !one.isAsync());
    if (!frame) return undefined;
    const map = findSourceMap(migration);
    const entry = map && map.findEntry(frame.getLineNumber() - 1, frame.getColumnNumber() - 1);
    return entry && 'originalLine' in entry ? entry.originalLine + 1 : frame.getLineNumber();
}
const here = () => onStack() ?? made.get(executionAsyncId());

createHook({
    init(id) {
        if (!migration) return;
        const line = here();
        if (line) made.set(id, line);
    },
}).enable();

function begin(file) {
    migration = file;
    made.clear();
}
module.exports = { here, begin };

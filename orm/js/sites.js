// Where in the repository's code a statement comes from. The engine tells the position of a call's last part; the syntax
// tree makes the call's first and last line of it.
'use strict';
const caller = require('./caller.js');

const modules = new Map();  // file -> { calls, lines, toSource }
let last;

function remember(file, info) { modules.set(file, info); }

/// The innermost call at an offset; of a chain of calls, all of it when `chain`.
function rangeAt(info, line, column, chain) {
    const start = info.lineStarts[line - 1];
    if (start === undefined) return { first: line, last: line };
    const offset = info.toSource(start + column - 1);
    let best;
    for (const call of info.calls)
        if (call.from <= offset && offset < call.end && (!best || call.end - call.from <= best.end - best.from)) best = call;
    if (!best) return { first: line, last: line };
    while (chain && best.parent) best = best.parent;
    return chain ? { first: best.firstLine, last: best.lastLine } : { first: best.line, last: best.lastLine };
}

const frame = /\(?((?:\/)[^():]+):(\d+):(\d+)\)?\s*$/;

/// The migration's call that is being carried out; the last one seen when only helpers of it are.
function here(chain = false) {
    const stack = new Error().stack;
    for (const text of stack.split('\n')) {
        const match = frame.exec(text);
        if (!match || match[1] !== here.migration) continue;
        const info = modules.get(match[1]);
        last = info ? rangeAt(info, Number(match[2]), Number(match[3]), chain) : { first: Number(match[2]), last: Number(match[2]) };
        break;
    }
    return last ?? { first: 0, last: 0 };
}
/// Line of the migration at which an error arose, or 0.
function lineOf(error) {
    const stack = error && typeof error.stack === 'string' ? error.stack : '';
    for (const text of stack.split('\n')) {
        const match = frame.exec(text);
        if (match && match[1] === here.migration) return Number(match[2]);
    }
    return 0;
}
function begin(migration) {
    here.migration = migration;
    caller.begin(migration);
    last = undefined;
    modules.clear();
}
module.exports = { remember, here, lineOf, begin };

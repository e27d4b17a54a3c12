// What the native side gives a run: the files of the commit, a place to report to, and this run's choices.
// It is taken out of the global object before anything else is loaded: a migration cannot reach it.
'use strict';
const native = globalThis.__host;
delete globalThis.__host;

exports.files = { read: native.read };
exports.evaluate = native.evaluate;
exports.report = native.report;

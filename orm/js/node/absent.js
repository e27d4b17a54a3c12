// A module that a bundled library names and never needs here.
'use strict';
const absent = new Proxy(function absent() {}, {
    get: (target, name) => (name === 'prototype' ? target.prototype : name === '__esModule' ? undefined : name === 'AsyncLocalStorage' ? Storage : name === 'AsyncResource' ? Resource : name === 'performance' ? { now: () => 0 } : absent),
    apply: () => undefined,
    construct: () => ({}),
});
class Storage {
    run(store, callback, ...args) { return callback(...args); }
    getStore() { return undefined; }
    exit(callback, ...args) { return callback(...args); }
    enterWith() {}
    disable() {}
}
class Resource {
    static bind(callback) { return callback; }
    runInAsyncScope(callback, self, ...args) { return callback.apply(self, args); }
    emitDestroy() {}
}
module.exports = absent;

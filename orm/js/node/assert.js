'use strict';
function assert(value, message) {
    if (!value) throw message instanceof Error ? message : new Error(message || 'assertion failed');
}
assert.ok = assert;
assert.equal = (a, b, message) => assert(a == b, message);
assert.strictEqual = (a, b, message) => assert(Object.is(a, b), message);
assert.notStrictEqual = (a, b, message) => assert(!Object.is(a, b), message);
assert.strict = assert;
assert.default = assert;
module.exports = assert;

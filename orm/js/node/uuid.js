// The package uuid. Which one it makes is not known, but that it is a text is.
'use strict';
const { randomUUID } = require('./crypto.js');
const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

module.exports = {
    v1: () => randomUUID(), v3: () => randomUUID(), v4: () => randomUUID(), v5: () => randomUUID(), v6: () => randomUUID(), v7: () => randomUUID(),
    NIL: '00000000-0000-0000-0000-000000000000',
    validate: (text) => shape.test(String(text)),
};
module.exports.default = module.exports.v4;

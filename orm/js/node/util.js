'use strict';
const util = require('../node_modules/util/util.js');
const types = { ...util.types, isPromise: (value) => value instanceof Promise, isDate: (value) => value instanceof Date, isProxy: () => false };
// Named here: the package `inherits` asks this module for it while it is being made.
const inherits = require('../node_modules/inherits/inherits_browser.js');
module.exports = { ...util, inherits, types, TextEncoder: globalThis.TextEncoder, TextDecoder: globalThis.TextDecoder, stripVTControlCharacters: (text) => text };
module.exports.default = module.exports;

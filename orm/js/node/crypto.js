// Hashes that ORMs name things by; what is random in Node is an unknown value here.
'use strict';
const hash = require('hash.js');
const { unknown, unknownText, isUncertain } = require('../unknown.js');

const kinds = { sha1: hash.sha1, sha224: hash.sha224, sha256: hash.sha256, sha384: hash.sha384, sha512: hash.sha512 };
function createHash(name) {
    const make = kinds[String(name).toLowerCase().replace('-', '')];
    if (!make) return new Md5(name);
    const state = make();
    let isKnown = true;
    const self = {
        update(data) {
            if (isUncertain(data)) {
                isKnown = false;
                return self;
            }
            state.update(typeof data === 'string' ? [...Buffer.from(data, 'utf8')] : [...data]);
            return self;
        },
        digest(encoding) {
            if (!isKnown) return encoding ? unknownText(`a ${name} hash`) : unknown(`a ${name} hash`);
            const bytes = Buffer.from(state.digest());
            return encoding ? bytes.toString(encoding) : bytes;
        },
    };
    return self;
}
class Md5 {
    constructor(name) { this.name = name; }
    update() { return this; }
    digest() { return unknown(`a ${this.name} hash`); }
}
const random = (what) => () => unknown(what);
module.exports = {
    createHash,
    createHmac: () => new Md5('keyed'),
    hash: (name, data, encoding = 'hex') => createHash(name).update(data).digest(encoding),
    randomBytes: random('random bytes'),
    // A text, which a builder of queries must not take for a function.
    randomUUID: () => unknownText('a random UUID'),
    randomInt: random('a random number'),
    // Only libraries ask for it, to tell objects apart.
    getRandomValues: (array) => array.fill(7),
    scryptSync: random('a derived key'),
    pbkdf2Sync: random('a derived key'),
};
module.exports.default = module.exports;

// lodash, where an ORM brings it along. It would take a value that is not known for an empty one, without a word.
'use strict';
const lodash = require('lodash');
const { report } = require('../host.js');
const { unknownOf, isUnknown } = require('../unknown.js');
const { truth } = require('../operators.js');
const { namesIn } = require('../guard.js');
const { isRow } = require('../pg.js');
const sites = require('../sites.js');

const visits = new Set(['map', 'forEach', 'each', 'filter', 'reject', 'find', 'some', 'every', 'flatMap', 'reduce', 'sortBy', 'orderBy', 'uniq', 'uniqBy', 'groupBy', 'keyBy', 'compact', 'flatten', 'chunk', 'head', 'first', 'last', 'concat', 'difference', 'union', 'partition', 'sum', 'sumBy', 'max', 'maxBy', 'min', 'minBy', 'includes']);
const decides = new Set(['filter', 'reject', 'find', 'findIndex', 'findLast', 'findLastIndex', 'some', 'every', 'partition', 'takeWhile', 'dropWhile', 'takeRightWhile', 'dropRightWhile', 'remove', 'pickBy', 'omitBy', 'findKey']);
const looksInto = /^(has|hasIn|is[A-Z]\w*|keys|keysIn|values|entries|toPairs|forOwn|forIn|mapValues|mapKeys|pick|pickBy|omit|omitBy|size|invert|findKey|clone\w*|merge\w*|assign\w*|extend|defaults\w*)$/;

function aware(name, call) {
    return function (...args) {
        if (args.length && isUnknown(args[0]) && visits.has(name)) args[0] = [...args[0]];
        if (decides.has(name)) args = args.map((arg) => (typeof arg === 'function' && !isUnknown(arg) ? function (...given) { return truth(arg.apply(this, given)); } : arg));
        const isOfUnknown = args.some(isUnknown) || (looksInto.test(name) && args.some(isRow)) || (!visits.has(name) && namesIn(args).size > 0);
        if (!isOfUnknown) return call.apply(this, args);
        if (typeof args[0] === 'string' && args.every((arg) => typeof arg === 'string')) {
            const names = namesIn(args), result = call.apply(this, args);
            if (typeof result === 'string' && [...names].every((one) => result.includes(one))) return result;
        }
        report('note', `lodash.${name}()`, 'of a value that only the running migration would know', String(sites.here().first));
        return unknownOf(`lodash.${name}()`, ...namesIn(args));
    };
}
const calls = new Map();
const wrapped = new Proxy(lodash, {
    get(target, name) {
        const value = Reflect.get(target, name, target);
        if (typeof value !== 'function' || typeof name === 'symbol') return name === 'default' ? wrapped : value;
        if (!calls.has(name)) calls.set(name, aware(name, value));
        return calls.get(name);
    },
});
/// `lodash/has` is one of its functions.
module.exports = (inside) => (inside ? wrapped[inside.replace(/\.js$/, '')] ?? wrapped : wrapped);

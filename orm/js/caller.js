// Who asks: the repository's own code, or a library that is bundled here. The bundles' frames have no file (they are
// bytecode without debug information), those of the repository are absolute paths.
'use strict';
const { apply } = Reflect;
const { split } = String.prototype;
const { exec, test } = RegExp.prototype;

const native = /\(native\)\s*$/, place = /\(?((?:\/)[^():]+):(\d+):(\d+)\)?\s*$/;
let migration;

const frames = () => apply(split, new Error().stack, ['\n']);
/// The first frame that is neither the engine's nor one of the `own` functions here that lead to the question.
function isDirect(own = 0) {
    const all = frames();
    // isDirect itself, frames(), and who asks are bundled code.
    let i = 0, seen = 0;
    for (; i < all.length && seen < own + 3; ++i) if (!apply(test, native, [all[i]])) ++seen;
    while (i < all.length && apply(test, native, [all[i]])) ++i;
    return i < all.length && apply(test, place, [all[i]]);
}
/// The line of the migration that is being carried out, or 0.
function line() {
    for (const text of frames()) {
        const match = apply(exec, place, [text]);
        if (match && match[1] === migration) return Number(match[2]);
    }
    return 0;
}
/// The error arose in the repository's own code, or in what the engine did for it.
function isOwn(error) {
    const all = typeof error.stack === 'string' ? apply(split, error.stack, ['\n']) : [];
    const first = all.find((text) => text !== '' && !apply(test, native, [text]));
    return first !== undefined && apply(test, place, [first]);
}
/// As they were, and stay: a proxy's own work must not ask itself.
const reflect = Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((name) => [name, Reflect[name]]));
module.exports = { reflect, isDirect, isOwn, line, migration: () => migration, begin: (file) => { migration = file; } };

// The folder that the migration's runner is started in, to which paths of the program are relative. It is one around the
// migration, mostly that of a package: npm and its like run scripts there.
'use strict';
const caller = require('./caller.js');
const path = require('./node/path.js');
const { files } = require('./host.js');

/// Where a file may be that is named from there: that of the nearest package first.
function belowStart(name) {
    const places = [];
    for (let folder = path.dirname(caller.migration()); ; folder = path.dirname(folder)) {
        places.push({ place: path.join(folder, name), isPackage: files.read(path.join(folder, 'package.json')) !== undefined });
        if (folder === '/') break;
    }
    return [...places.filter((one) => one.isPackage), ...places.filter((one) => !one.isPackage)].map((one) => one.place);
}
/// The file that is meant; nothing when there is none, or when it may be one of several.
function fileFromStart(name) {
    const found = belowStart(name).filter((place) => files.read(place) !== undefined);
    if (found.length < 2) return { place: found[0], isSure: true };
    return { place: found[0], isSure: files.read(path.join(found[0].slice(0, -path.join('/', name).length) || '/', 'package.json')) !== undefined };
}
module.exports = { belowStart, fileFromStart };

// The real ORMs: those that are bundled, and beside this file what only the comparison needs.
'use strict';
const path = require('node:path');
const Module = require('node:module');

const folders = [path.join(__dirname, '../../orm/js/node_modules'), path.join(__dirname, 'node_modules')];
const [bundled, beside] = folders.map((folder) => Module.createRequire(path.join(folder, 'x.js')));
exports.isOurs = (file) => folders.some((folder) => file.startsWith(folder));
exports.own = (name) => {
    try {
        return bundled(name);
    } catch (error) {
        if (error.code !== 'MODULE_NOT_FOUND') throw error;
        return beside(name);
    }
};

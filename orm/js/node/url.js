'use strict';
const fileURLToPath = (url) => String(url.href || url).replace(/^file:\/\//, '');
const pathToFileURL = (path) => ({ href: 'file://' + path, pathname: path });
module.exports = { fileURLToPath, pathToFileURL, parse: (text) => ({ href: text, pathname: text, query: {} }), URL: globalThis.URL };
module.exports.default = module.exports;

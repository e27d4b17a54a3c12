// POSIX paths, as Node has them.
'use strict';
function parts(path) {
    const kept = [];
    for (const part of path.split('/')) {
        if (part === '' || part === '.') continue;
        if (part === '..' && kept.length && kept[kept.length - 1] !== '..') kept.pop();
        else if (part !== '..' || path[0] !== '/') kept.push(part);
    }
    return kept;
}
const normalize = (path) => {
    const joined = (path[0] === '/' ? '/' : '') + parts(path).join('/');
    return joined || '.';
};
const join = (...paths) => normalize(paths.filter((path) => path !== '').join('/') || '.');
const isAbsolute = (path) => path[0] === '/';
function resolve(...paths) {
    let path = '';
    for (let i = paths.length - 1; i >= 0 && !isAbsolute(path); --i) if (paths[i]) path = path ? paths[i] + '/' + path : paths[i];
    return '/' + parts(isAbsolute(path) ? path : '/' + path).join('/');
}
const dirname = (path) => {
    const end = path.replace(/\/+$/, '').lastIndexOf('/');
    return end < 0 ? '.' : end === 0 ? '/' : path.slice(0, end);
};
const basename = (path, suffix) => {
    const name = path.replace(/\/+$/, '').split('/').pop();
    return suffix && name.endsWith(suffix) && name !== suffix ? name.slice(0, -suffix.length) : name;
};
const extname = (path) => {
    const name = basename(path);
    const dot = name.lastIndexOf('.');
    return dot <= 0 ? '' : name.slice(dot);
};
const relative = (from, to) => {
    const a = parts(resolve(from)), b = parts(resolve(to));
    let same = 0;
    while (same < a.length && same < b.length && a[same] === b[same]) ++same;
    return [...a.slice(same).map(() => '..'), ...b.slice(same)].join('/');
};
const parse = (path) => {
    const base = basename(path), ext = extname(path);
    return { root: isAbsolute(path) ? '/' : '', dir: path.includes('/') ? dirname(path) : '', base, ext, name: ext ? base.slice(0, -ext.length) : base };
};
const path = { sep: '/', delimiter: ':', normalize, join, isAbsolute, resolve, dirname, basename, extname, relative, parse };
path.posix = path;
path.default = path;
module.exports = path;

// Packages that are the repository's own, by the names that programs import them by: those of its workspaces, which
// package.json, pnpm-workspace.yaml or lerna.json list, and those that a tsconfig.json leads to.
'use strict';
const path = require('./node/path.js');
const { files } = require('./host.js');

const kMostPackages = 400;

function json(file) {
    try {
        return JSON.parse(files.read(file) ?? 'null');
    } catch {
        return undefined;
    }
}
/// With comments and commas that stand too far, as TypeScript takes them.
function settings(file) {
    const text = files.read(file) ?? 'null';
    const bare = text.replace(/("(?:[^"\\\n]|\\.)*")|\/\/[^\n]*|\/\*[^]*?\*\//g, (all, string) => string ?? '').replace(/,(\s*[}\]])/g, '$1');
    try {
        return JSON.parse(bare);
    } catch {
        return undefined;
    }
}
const strings = (list) => (Array.isArray(list) ? list.filter((one) => typeof one === 'string') : []);

/// The list `packages:` of pnpm's file.
function listedByPnpm(text) {
    const list = /^packages:[ \t]*\n((?:[ \t]*(?:-|#)[^\n]*\n?|[ \t]*\n)*)/m.exec(text ?? '');
    return list ? [...list[1].matchAll(/^[ \t]*-[ \t]*['"]?([^'"#\n]+?)['"]?[ \t]*(?:#.*)?$/gm)].map((one) => one[1]) : [];
}
/// Which folders below this one hold packages, as patterns.
function workspaces(folder) {
    const described = json(path.join(folder, 'package.json'));
    const listed = [
        ...strings(described?.workspaces?.packages ?? described?.workspaces),
        ...listedByPnpm(files.read(path.join(folder, 'pnpm-workspace.yaml'))),
        ...strings(json(path.join(folder, 'lerna.json'))?.packages),
    ];
    const usual = described ? ['packages/*', 'libs/*'] : [];
    return [...new Set([...listed, ...usual])].map((pattern) => pattern.replace(/^\.\//, '').replace(/\/+$/, ''));
}
function expression(pattern) {
    const escaped = pattern.replace(/[.+^${}()|[\]\\?]/g, '\\$&');
    return new RegExp(`^${escaped.replace(/\*\*/g, '\0').replace(/\*/g, '[^/]+').replace(/\0/g, '.+')}$`);
}
/// Every folder of the repository that has a package.json, where somebody knows them.
let folders;
const allFolders = () => (folders ??= (files.read('packages:') ?? '').split('\n').filter(Boolean).map((file) => path.join('/', path.dirname(file))));

/// Where packages of those patterns may be: the likeliest for that name first.
function homes(folder, patterns, name) {
    const wanted = patterns.filter((one) => !one.startsWith('!')), none = patterns.filter((one) => one.startsWith('!')).map((one) => expression(one.slice(1)));
    const guessed = wanted.map((one) => path.join(folder, one.replace(/\*\*?$/, name))).filter((one) => !one.includes('*'));
    const all = wanted.map(expression);
    const below = folder === '/' ? '/' : folder + '/';
    const listed = allFolders().filter((one) => {
        const inside = one.slice(below.length);
        return one.startsWith(below) && all.some((pattern) => pattern.test(inside)) && !none.some((pattern) => pattern.test(inside));
    });
    const alike = (one) => name.split(/[-_.]/).some((word) => word && one.includes(word));
    return [...new Set([...guessed, ...listed.filter(alike), ...listed.filter((one) => !alike(one))])].slice(0, kMostPackages);
}

/// What `exports` of a package.json has for a module of it.
function exported(given, inside) {
    const targets = (value) => (typeof value === 'string' ? [value] : value && typeof value === 'object' ? Object.values(value).flatMap(targets) : []);
    const byPath = given && typeof given === 'object' && Object.keys(given).some((key) => key.startsWith('.'));
    if (byPath) return targets(given[inside ? './' + inside : '.']);
    return inside ? [] : targets(given);
}
/// The files that may be a module of a package, which names what is built: that is not in a repository, its source is.
function entries(described, inside) {
    const named = inside ? [inside, path.join('src', inside)] : [described.source, described.module, described.main];
    const all = [...exported(described.exports, inside), ...named].filter((file) => typeof file === 'string').map((file) => file.replace(/^\.\//, ''));
    const source = (file) => file.replace(/^(dist|build|lib|out)\//, 'src/').replace(/(\.d)?\.[cm]?[jt]s$/, '');
    const kept = all.filter((file) => !/\.d\.[cm]?ts$/.test(file));
    return [...new Set([...kept, ...all.map(source), ...(inside ? [] : ['src/index', 'index'])])];
}

/// Files that the program may mean by a package's name, from its folder upwards.
function* placesOf(owner, inside, from) {
    const name = owner.split('/').pop(), whole = inside ? `${owner}/${inside}` : owner;
    for (let above = path.dirname(from); ; above = path.dirname(above)) {
        for (const home of homes(above, workspaces(above), name)) {
            const described = json(path.join(home, 'package.json'));
            if (described && described.name === owner) for (const file of entries(described, inside)) yield path.join(home, file);
        }
        yield* aliased(above, whole);
        if (above === '/') return;
    }
}
/// By `paths` of a tsconfig.json.
function* aliased(folder, whole) {
    for (const file of ['tsconfig.json', 'tsconfig.base.json']) {
        const options = settings(path.join(folder, file))?.compilerOptions;
        for (const [pattern, targets] of Object.entries(options?.paths ?? {})) {
            const [before, behind] = pattern.split('*');
            const isAny = behind !== undefined;
            if (isAny ? !whole.startsWith(before) || !whole.endsWith(behind) || whole.length < pattern.length - 1 : whole !== pattern) continue;
            const rest = isAny ? whole.slice(before.length, whole.length - behind.length) : '';
            for (const target of strings(targets)) yield path.join(folder, options.baseUrl ?? '.', target.replace('*', () => rest));
        }
    }
}
module.exports = { placesOf, json };

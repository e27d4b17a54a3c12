// truth.cjs ROOT ORM FILE...: what each migration sends when the unpatched ORM runs it under Node: on the server that PGHOST
// and its like name, else on a driver that finds nothing. One JSON object a line. It runs strangers' programs: on a
// machine without network only.
'use strict';
const path = require('node:path');
const fs = require('node:fs');
const Module = require('node:module');
process.setSourceMapsEnabled(true);
const { pg, record } = require('./driver.cjs');
const sites = require('./sites.cjs');
const runners = require('./runners.cjs');
const { own, isOurs } = require('./packages.cjs');

const esbuild = own('esbuild');
const [root, orm, ...files] = process.argv.slice(2);
const here = path.resolve(root);

// A package that is not there answers everything with itself.
const stub = new Proxy(function stub() {}, {
    get: (target, name) => (name === Symbol.toPrimitive ? () => 'stub' : name === 'prototype' ? target.prototype : name === 'then' || name === '__esModule' ? undefined : name === Symbol.iterator ? function* () {} : stub),
    apply: () => stub,
    construct: () => stub,
});
const load = Module._load;
Module._load = function (asked, parent, isMain) {
    if (asked === 'pg') return pg;
    const inside = parent && parent.filename && isOurs(parent.filename);
    const name = asked.replace(/^node:/, '');
    if (!inside && !asked.startsWith('.') && !Module.builtinModules.includes(name)) {
        try {
            return own(asked);
        } catch {
            return parent && parent.filename && parent.filename.startsWith(here) ? inRepository(asked, parent) : load.call(this, asked, parent, isMain);
        }
    }
    try {
        return load.call(this, asked, parent, isMain);
    } catch (error) {
        if (inside || error.code !== 'MODULE_NOT_FOUND') throw error;
        return stub;
    }
};
function inRepository(asked, parent) {
    const bare = asked.replace(/^[@~]\//, '');
    for (let folder = path.dirname(parent.filename); folder.startsWith(here); folder = path.dirname(folder))
        for (const place of [path.join(folder, bare), path.join(folder, 'src', bare)])
            for (const ending of ['', '.ts', '.js', '/index.ts', '/index.js'])
                if (fs.existsSync(place + ending) && fs.statSync(place + ending).isFile()) return parent.require(place + ending);
    return ofWorkspace(asked, parent) ?? stub;
}
// A package of the project itself, which an installation would link into node_modules.
function ofWorkspace(asked, parent) {
    for (const file of packages()) {
        const { name, main = 'index.js' } = JSON.parse(fs.readFileSync(file, 'utf8'));
        const inside = asked === name ? main : asked.startsWith(name + '/') ? asked.slice(name.length + 1) : undefined;
        for (const ending of inside === undefined ? [] : ['', '.ts', '.js', '/index.js'])
            if (fs.existsSync(path.join(path.dirname(file), inside + ending))) return parent.require(path.join(path.dirname(file), inside + ending));
    }
    return undefined;
}
let described;
function packages() {
    return (described ??= ['packages', 'libs'].map((folder) => path.join(here, folder)).filter((folder) => fs.existsSync(folder))
        .flatMap((folder) => fs.readdirSync(folder).map((name) => path.join(folder, name, 'package.json'))).filter((file) => fs.existsSync(file)));
}
for (const ending of ['.ts', '.mts', '.cts', '.js', '.mjs']) {
    const original = Module._extensions[ending] ?? Module._extensions['.js'];
    Module._extensions[ending] = (module, file) => {
        if (!file.startsWith(here)) return original(module, file);
        const { code } = esbuild.transformSync(fs.readFileSync(file, 'utf8'), { loader: /ts$/.test(ending) ? 'ts' : 'js', format: 'cjs', target: 'node18', logLevel: 'silent', sourcemap: 'inline', sourcefile: file, tsconfigRaw: { compilerOptions: { experimentalDecorators: true } } });
        module._compile(code, file);
    };
}

// Their output is not ours, and one that breaks must not end the others.
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = () => true;
process.exit = () => {};
process.on('unhandledRejection', () => {});
process.on('uncaughtException', () => {});
const quit = process.reallyExit.bind(process);
const patience = process.env.PGHOST ? 60000 : 5000;
(async () => {
    for (const file of files) {
        record.sent = [];
        let failed = '';
        const place = path.resolve(root, file);
        try {
            sites.begin(place);
            const exports = require(place);
            await Promise.race([runners[orm](exports), new Promise((_, reject) => setTimeout(reject, patience, new Error('never settles')).unref())]);
        } catch (error) {
            failed = String((error && error.message) || error);
        }
        record.on = false;
        write(JSON.stringify({ file, failed, statements: record.sent }) + '\n');
    }
    write('', () => quit(0));
})();

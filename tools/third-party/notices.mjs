// node notices.mjs BUILD NOTICES SBOM: what of other people's is in the programs of the image, with its licences: as a text, and as a
// bill of materials (CycloneDX 1.5). Nothing is listed by hand: the archives of the link line and the headers that the
// compiler read belong to Debian packages or lie below .deps/, and esbuild says which npm packages it bundled.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const [, , build, noticesFile, sbomFile] = process.argv;
const run = (...command) => execFileSync(command[0], command.slice(1), { encoding: 'utf8', maxBuffer: 1 << 28 });
const deps = join(root, '.deps') + '/';

function linked() {
    const words = run('ninja', '-C', build, '-t', 'commands', 'pgfence').trimEnd().split('\n').at(-1).split(' ');
    const archives = words.filter((word) => word.endsWith('.a') && word.startsWith('/'));
    const named = archives.concat('libstdc++.a', 'libgcc.a', 'libc.a');  // the compiler brings its own unasked
    return named.map((name) => (name.startsWith('/') ? name : run('c++', `-print-file-name=${name}`).trim()))
        .filter((path) => path.startsWith('/'));
}

function included() {
    const found = new Set();
    let counts = false;
    for (const line of run('ninja', '-C', build, '-t', 'deps').split('\n'))
        if (!line.startsWith(' ')) counts = /^CMakeFiles\/pgfence(_(?!bench|bytecode|raw_parse|record|read)\w+)?\.dir\//.test(line);
        else if (counts && line.trim().startsWith('/')) found.add(line.trim());
    return [...found];
}

/// Package -> version, by dpkg; what belongs to none is ours or below .deps/.
function debian(files) {
    const packages = new Map();
    for (let at = 0; at < files.length; at += 500) {
        let told;
        try {
            told = execFileSync('dpkg', ['-S', ...files.slice(at, at + 500)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
        } catch (some) {
            told = some.stdout;  // it fails when one of them belongs to nobody
        }
        for (const line of told.split('\n')) if (line.includes(': ')) packages.set(line.split(/:[a-z0-9]*:? /)[0].split(':')[0], '');
    }
    packages.delete('linux-libc-dev');  // the kernel's interface: nothing of it is in the program
    return [...packages.keys()].map((name) => ({
        name, version: run('dpkg-query', '-W', '-f', '${Version}', name), from: 'Debian', purl: `pkg:deb/debian/${name}`,
        text: readFileSync(`/usr/share/doc/${name}/copyright`, 'utf8'),
    }));
}

/// What scripts/setup put below .deps/: by folder, whose file `version` starts with it.
const unpacked = {
    git2: { name: 'libgit2-dev', from: 'Debian', licence: 'usr/share/doc/libgit2-dev/copyright' },
    pg_query: { name: 'libpg-query-dev', from: 'Debian', licence: 'usr/share/doc/libpg-query-dev/copyright' },
    httplib: { name: 'cpp-httplib', from: 'Debian', licence: 'LICENSE' },
    quickjs: { name: 'qjs-src', from: 'Debian', licence: 'copyright' },
    'tree-sitter-python': { name: 'tree-sitter-python', from: 'npm', licence: 'LICENSE' },
    'tree-sitter-ruby': { name: 'tree-sitter-ruby', from: 'npm', licence: 'LICENSE' },
    'tree-sitter-elixir': { name: 'tree-sitter-elixir', from: 'npm', licence: 'LICENSE' },
};

function npm() {
    return JSON.parse(readFileSync(join(build, 'orm/packages.json'), 'utf8')).map((folder) => {
        const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
        const licence = readdirSync(folder).find((file) => /^(licen[cs]e|copying)/i.test(file));
        return {
            name: about.name, version: about.version, from: 'npm', purl: `pkg:npm/${about.name.replace('@', '%40')}`,
            text: licence ? readFileSync(join(folder, licence), 'utf8') : `${about.license} (${about.homepage ?? about.name})`,
        };
    });
}

const files = [...linked(), ...included()].map((file) => (existsSync(file) ? realpathSync(file) : file));
const ours = Object.entries(unpacked).filter(([folder]) => existsSync(join(deps, folder))).map(([folder, { name, from, licence }]) => ({
    name, from, purl: `pkg:${from === 'npm' ? 'npm' : 'deb/debian'}/${name}`,
    version: readFileSync(join(deps, folder, 'pinned-version'), 'utf8').split('\n')[0],
    text: readFileSync(join(deps, folder, licence), 'utf8'),
}));
const parts = [...debian(files.filter((file) => !file.startsWith(root + '/'))), ...ours, ...npm()]
    .sort((a, b) => (a.name + a.version < b.name + b.version ? -1 : 1));

const texts = new Map();
for (const part of parts) {
    const text = part.text.replaceAll('\r', '').trim();
    texts.set(text, [...(texts.get(text) ?? []), `${part.name} ${part.version} (${part.from})`]);
}
const rule = '='.repeat(80);
writeFileSync(noticesFile, gzipSync(`pgfence contains software of others. Where a Debian package's text names several licences, it is that of the whole
source package. Sources: the Debian archive, and npm.\n\n` +
    [...texts].map(([text, names]) => `${rule}\n${names.join('\n')}\n${rule}\n\n${text}\n`).join('\n'), { level: 9 }));
writeFileSync(sbomFile, JSON.stringify({
    bomFormat: 'CycloneDX', specVersion: '1.5', version: 1,
    metadata: { component: { type: 'application', name: 'pgfence' } },
    components: parts.map(({ name, version, purl }) => ({
        type: 'library', 'bom-ref': `${purl}@${version}`, name, version, purl: `${purl}@${encodeURIComponent(version)}`,
    })),
}, null, 2) + '\n');

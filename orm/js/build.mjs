// Bundles one script for each ORM: its own SQL compiler, unpatched, on stand-ins for Node's modules and for `pg`.
// build.mjs FOLDER
import { build } from 'esbuild';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

const here = path.dirname(fileURLToPath(import.meta.url));
const at = (name) => path.join(here, name);

const standIns = {
    pg: at('pg.js'),
    events: at('node_modules/events/events.js'),
    buffer: at('node_modules/buffer/index.js'),
    util: at('node/util.js'),
    path: at('node/path.js'),
    fs: at('node/fs.js'),
    crypto: at('node/crypto.js'),
    url: at('node/url.js'),
    assert: at('node/assert.js'),
    os: at('node/os.js'),
    timers: at('node/timers.js'),
    'moment-timezone': at('node/moment_timezone.js'),
    // Only their classes are extended: nothing streams here.
    stream: at('node/stream.js'),
};
// What is there for other databases, command lines and the network. What npm did not install is left out likewise.
const unused = /^(glob|yargs|dotenv|ansis|app-root-path|cli-highlight|pgpass|pg-cloudflare|pg-native|cross-spawn|prompt|lodash-es)(\/|$)/;

const nodeModules = {
    name: 'node modules',
    setup(build) {
        build.onResolve({ filter: /^[^./]/ }, async ({ path: asked, kind, pluginData, ...rest }) => {
            if (kind === 'entry-point' || pluginData === 'asked') return undefined;
            const name = asked.replace(/^node:/, '').replace(/\/$/, '');
            if (name === 'fs/promises') return { path: at('node/fs_promises.js') };
            if (standIns[name]) return { path: standIns[name] };
            if (unused.test(asked)) return { path: at('node/absent.js') };
            const found = await build.resolve(asked, { kind, resolveDir: rest.resolveDir, importer: rest.importer, pluginData: 'asked' });
            const there = !found.errors.length && path.isAbsolute(found.path);
            return there ? found : { path: at('node/absent.js') };
        });
    },
};

const names = ['knex', 'sequelize', 'typeorm', 'builders'];
const { metafile } = await build({
    entryPoints: names.map((name) => at(`frameworks/${name}.entry.js`)),
    entryNames: '[name]',
    outdir: process.argv[2],
    bundle: true,
    minify: true,
    keepNames: true,
    legalComments: 'none',
    charset: 'utf8',
    format: 'iife',
    platform: 'browser',
    mainFields: ['main', 'module'],
    conditions: ['node', 'require'],
    target: 'es2022',
    define: { global: 'globalThis', 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
    inject: [at('globals.js')],
    plugins: [nodeModules],
    metafile: true,
    absWorkingDir: here,
});

// Whose licences go along: tools/third-party/notices.mjs.
const packages = Object.keys(metafile.inputs).map((input) => input.match(/^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//)?.[1]).filter(Boolean);
writeFileSync(path.join(process.argv[2], 'packages.json'), JSON.stringify([...new Set(packages)].sort().map(at)));

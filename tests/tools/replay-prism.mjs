// node replay-prism.mjs REQUESTS.jsonl: sends recorded requests to a Prism that mocks GitHub's own description, cut down to
// the paths that they name. Prints one line per violation and exits with 1 when there is any.
//
// Each line is {"method", "path" (with query), "body" (the JSON sent, or null)}. The description has no GraphQL.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const description = JSON.parse(readFileSync(require.resolve('@octokit/openapi/generated/api.github.com.json'), 'utf8'));
const requests = readFileSync(process.argv[2], 'utf8').split('\n').filter(Boolean).map(JSON.parse)
    .filter(({ path }) => !path.endsWith('/graphql'));

const fits = (template, path) => {
    const wanted = template.split('/'), parts = path.split('/');
    return wanted.length === parts.length && wanted.every((part, i) => part.startsWith('{') || part === parts[i]);
};
const paths = requests.map(({ path }) => path.split('?')[0]);
description.paths = Object.fromEntries(Object.entries(description.paths).filter(([template]) => paths.some((path) => fits(template, path))));
delete description['x-webhooks'];

/// With what is referred to, through all references; the rest takes Prism a quarter of a minute to read.
function referred() {
    const kept = {}, open = [description.paths];
    while (open.length > 0)
        for (const [, kind, name] of JSON.stringify(open.pop()).matchAll(/"#\/components\/([^/"]+)\/([^"]+)"/g)) {
            kept[kind] ??= {};
            if (kept[kind][name]) continue;
            kept[kind][name] = description.components[kind][name];
            open.push(kept[kind][name]);
        }
    return kept;
}
description.components = referred();

const folder = mkdtempSync(join(tmpdir(), 'prism-'));
writeFileSync(join(folder, 'github.json'), JSON.stringify(description));
const port = await new Promise((found) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
        const { port } = probe.address();
        probe.close(() => found(port));
    });
});
const prism = spawn(process.execPath, [require.resolve('@stoplight/prism-cli/dist/index.js'), 'mock', '-h', '127.0.0.1', '-p', String(port),
    '--cors=false', join(folder, 'github.json')], { stdio: 'ignore' });
const problems = [];

// GitHub's description knows its answers as application/json alone.
const headers = { Accept: 'application/json', 'Content-Type': 'application/json' };

async function send({ method, path, body }) {
    for (let attempt = 0; ; ++attempt) {
        try {
            return await fetch(`http://127.0.0.1:${port}${path}`, { method, headers, body: body === null ? undefined : JSON.stringify(body) });
        } catch (error) {
            if (attempt === 300 || prism.exitCode !== null) throw error;
            await new Promise((wake) => setTimeout(wake, 200));  // it is starting
        }
    }
}

try {
    for (const request of requests) {
        const answer = await send(request);
        // Some of GitHub's own examples of answers break their schemas: that is not ours.
        const violations = JSON.parse(answer.headers.get('sl-violations') ?? '[]').filter(({ location }) => location[0] === 'request');
        if (answer.status >= 400 || violations.length > 0)
            problems.push(`${request.method} ${request.path}: ${answer.status} ${JSON.stringify(violations)} ${(await answer.text()).slice(0, 500)}`);
    }
} finally {
    prism.kill();
    rmSync(folder, { recursive: true });
}
for (const problem of problems) console.log(problem);
console.log(`${requests.length} requests, ${problems.length} violations`);
process.exit(problems.length === 0 && requests.length > 0 ? 0 : 1);

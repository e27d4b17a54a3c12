// node tools/screenshots/take.mjs [PGFENCE]: the pictures of docs/images, from what the action would send to GitHub for
// examples/shop. render.mjs says what it needs.
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { annotations, box, comment, markdown, picture } from './render.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const pgfence = process.argv[2] ?? join(root, 'build/release/pgfence');
const scratch = mkdtempSync(join(tmpdir(), 'pgfence-screenshots-'));

/// What `pgfence action --dry-run` prints and writes for a pull request of the example.
function review() {
    execFileSync(join(root, 'examples/make-repository'), [scratch]);
    const workspace = join(scratch, 'shop');
    const commit = (revision) => execFileSync('git', ['rev-parse', revision], { cwd: workspace, encoding: 'utf8' }).trim();
    const repo = { full_name: 'acme/shop' };
    writeFileSync(join(scratch, 'event.json'), JSON.stringify({
        repository: { ...repo, default_branch: 'main' },
        pull_request: { number: 7, base: { sha: commit('main'), repo }, head: { sha: commit('add-order-notes'), repo } },
    }));
    copyFileSync(join(root, 'examples/stats.json'), join(workspace, 'stats.json'));
    const run = spawnSync(pgfence, ['action', '--dry-run'], {
        encoding: 'utf8', cwd: workspace,
        env: {
            ...process.env, GITHUB_ACTIONS: 'true', GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: join(scratch, 'event.json'),
            GITHUB_REPOSITORY: repo.full_name, GITHUB_WORKSPACE: workspace, GITHUB_SERVER_URL: 'https://github.com',
            GITHUB_STEP_SUMMARY: join(scratch, 'summary.md'), 'INPUT_PG-VERSION': '16', 'INPUT_CHECK-NAME': 'pgfence',
            INPUT_TOKEN: 'none', 'INPUT_COMMENT': 'true', 'INPUT_CHECK': 'true',
            'INPUT_STATS-FILE': 'stats.json',
        },
    });
    const sent = (what) => {
        const request = run.stdout.split('dry run: ').find((text) => text.startsWith(`POST /repos/acme/shop/${what}\n`));
        return JSON.parse(request.slice(request.indexOf('\n'), request.lastIndexOf('\n}') + 2));
    };
    return {
        comment: sent('issues/7/comments').body,
        annotations: sent('check-runs').output.annotations,
        summary: readFileSync(join(scratch, 'summary.md'), 'utf8'),
        file: (path) => readFileSync(join(workspace, path), 'utf8').split('\n'),
    };
}

const images = join(root, 'docs/images');
mkdirSync(images, { recursive: true });
const said = review();
picture(join(images, 'comment.png'), comment(said.comment), 1400);
picture(join(images, 'annotations.png'), annotations(said.annotations, said.file), 900);
picture(join(images, 'summary.png'), box('<b>pgfence summary</b>', markdown(said.summary)), 1000);
rmSync(scratch, { recursive: true });

// node tools/screenshots/take.mjs [PGFENCE]: the pictures of docs/images, from what the action would send to GitHub for
// examples/shop. Needs Chromium, its colour emoji (Debian: fonts-noto-color-emoji), and the packages of tests/tools
// (scripts/setup --tests).
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { marked } from '../../tests/tools/node_modules/marked/lib/marked.esm.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const pgfence = process.argv[2] ?? join(root, 'build/release/pgfence');
const scratch = mkdtempSync(join(tmpdir(), 'pgfence-screenshots-'));
const style = readFileSync(join(root, 'tools/screenshots/github.css'), 'utf8');
const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

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

const markdown = (text) => `<div class="markdown">${marked.parse(text, { gfm: true })}</div>`;

/// The comment as a visitor finds it, with the first finding unfolded.
function comment(text) {
    return `<div class="box"><div class="head"><b>github-actions</b> <span class="label">bot</span> commented</div>
        ${markdown(text).replace(/(<details>[^]*?)<details>/, "$1<details open>")}</div>`;
}

/// "Files changed": annotations stand below the last of their lines.
function annotations(all, file) {
    const path = all[0].path;
    const rows = file(path).slice(0, 12).map((line, index) => {
        const number = index + 1;
        const below = all.filter((one) => one.path === path && one.end_line === number).map((one) =>
            `<tr><td colspan="3"><div class="annotation ${one.annotation_level}">
             <p><b>Check ${one.annotation_level} on line ${one.start_line}</b> in ${escaped(path)}</p><p class="from">pgfence</p><b>${escaped(one.title)}</b>
             <pre>${escaped(one.message)}</pre></div></td></tr>`);
        return `<tr class="added"><td class="number">${number}</td><td class="sign">+</td>
            <td><code>${escaped(line)}</code></td></tr>${below.join('')}`;
    });
    return `<div class="box"><div class="head"><code>${escaped(path)}</code></div><table class="diff">${rows.join('')}</table></div>`;
}

function chromium(...options) {
    return execFileSync('chromium', ['--headless=new', '--no-sandbox', '--disable-gpu', '--hide-scrollbars',
        `--user-data-dir=${join(scratch, 'profile')}`, ...options], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

/// A picture as high as its page, `most` pixels at the most.
function picture(name, body, most) {
    const page = join(scratch, `${name}.html`), width = 880;
    writeFileSync(page, `<!doctype html><meta charset="utf-8"><style>${style}</style><body>${body}
        <script>document.body.dataset.height = document.documentElement.offsetHeight</script>`);
    const height = Number(chromium(`--window-size=${width},600`, '--dump-dom', `file://${page}`).match(/data-height="(\d+)"/)[1]);
    chromium(`--window-size=${width},${Math.min(height, most)}`, `--screenshot=${join(root, 'docs/images', name + '.png')}`, `file://${page}`);
}

mkdirSync(join(root, 'docs/images'), { recursive: true });
const said = review();
picture('comment', comment(said.comment), 1400);
picture('annotations', annotations(said.annotations, said.file), 900);
picture('summary', `<div class="box"><div class="head"><b>pgfence summary</b></div>${markdown(said.summary)}</div>`, 1000);
rmSync(scratch, { recursive: true });

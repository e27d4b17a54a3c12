// What GitHub shows of a review, as pages and pictures. Needs Chromium, its colour emoji (Debian: fonts-noto-color-emoji), and
// the packages of tests/tools (scripts/setup --tests).
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { marked } from '../../tests/tools/node_modules/marked/lib/marked.esm.js';

const style = readFileSync(join(dirname(fileURLToPath(import.meta.url)), 'github.css'), 'utf8');
export const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
export const markdown = (text) => `<div class="markdown">${marked.parse(text, { gfm: true })}</div>`;
export const box = (head, body) => `<div class="box"><div class="head">${head}</div>${body}</div>`;

/// The comment as a visitor finds it, with the first finding unfolded.
export function comment(text) {
    return box('<b>github-actions</b> <span class="label">bot</span> commented',
        markdown(text).replace('<details>', '<details open>'));
}

/// "Files changed": annotations stand below the last of their lines.
export function annotations(all, file) {
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
    return box(`<code>${escaped(path)}</code>`, `<table class="diff">${rows.join('')}</table>`);
}

function chromium(profile, ...options) {
    return execFileSync('chromium', ['--headless=new', '--no-sandbox', '--disable-gpu', '--hide-scrollbars',
        `--user-data-dir=${profile}`, ...options], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

/// A picture as high as its page, `most` pixels at the most.
export function picture(file, body, most) {
    const scratch = mkdtempSync(join(tmpdir(), 'pgfence-picture-')), page = join(scratch, 'page.html'), width = 880;
    writeFileSync(page, `<!doctype html><meta charset="utf-8"><style>${style}</style><body>${body}
        <script>document.body.dataset.height = document.documentElement.offsetHeight</script>`);
    const height = Number(chromium(scratch, `--window-size=${width},600`, '--dump-dom', `file://${page}`).match(/data-height="(\d+)"/)[1]);
    chromium(scratch, `--window-size=${width},${Math.min(height, most)}`, `--screenshot=${file}`, `file://${page}`);
    rmSync(scratch, { recursive: true });
}

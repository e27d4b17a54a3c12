// node check-markdown.mjs FILE...: what a reader's browser would get. Whatever a report quotes, the page may hold only
// our own tags and links, and nothing outside code that GitHub would turn into a mention, a reference or an address.
import { readFileSync } from 'node:fs';
import { marked } from 'marked';

const tags = new Set(['h2', 'h4', 'p', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'a', 'strong', 'b', 'br', 'code', 'pre', 'ul', 'ol', 'li',
    'details', 'summary', 'blockquote', 'del']);
const ownComments = [/^<!-- pgfence:[A-Za-z0-9._-]+ -->$/, /^<!-- pgfence-finding:[A-Za-z0-9._-]+:[0-9a-f]{16} -->$/,
    /^<!-- pgfence-state\n((open|fixed) [0-9a-f]{16} [a-z0-9-]+ [A-Za-z0-9._~%\/-]+\n)+-->$/];
const ownLinks = [/^https:\/\/github\.com\/pgfence\/action\/blob\/v1\/docs\/rules\/[a-z0-9-]+\.md$/,
    /^https:\/\/github\.example\/acme\/shop\/(blob\/[0-9a-f]{40}\/[A-Za-z0-9._~%\/-]+#L\d+(-L\d+)?|actions\/runs\/1)$/];
const hidden = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u00AD\u200B-\u200F\u2028-\u202E\u2060-\u206F]/u;
const live = [/@[A-Za-z0-9]/, /#\d/, /\bGH-\d/i, /:\/\//, /\bwww\./, /\S@\S/, /:[a-z0-9_+-]+:/, /\$/, /\b[0-9a-f]{7,40}\b/];
const problems = [];

function check(file) {
    const markdown = readFileSync(file, 'utf8');
    if (hidden.test(markdown)) problems.push(`${file}: a hidden character ${JSON.stringify(markdown.match(hidden)[0])}`);
    const html = marked.parse(markdown, { gfm: true });
    const open = [];
    let position = 0;
    for (const match of html.matchAll(/<!--[^]*?-->|<(\/?)([a-zA-Z][a-zA-Z0-9]*)([^>]*)>/g)) {
        text(file, html.slice(position, match.index), open);
        position = match.index + match[0].length;
        if (!match[2]) {
            if (!ownComments.some((own) => own.test(match[0]))) problems.push(`${file}: a comment ${match[0]}`);
            continue;
        }
        const [, closing, name, attributes] = match;
        if (!tags.has(name)) problems.push(`${file}: a foreign tag ${match[0]}`);
        const href = attributes.match(/href="([^"]*)"/)?.[1];
        if (name === 'a' && !closing && !ownLinks.some((own) => own.test(href ?? ''))) problems.push(`${file}: a foreign link ${match[0]}`);
        if (/\bon\w+=|style=|src=/.test(attributes)) problems.push(`${file}: a foreign attribute ${match[0]}`);
        if (name === 'br') continue;
        if (!closing) open.push(name);
        else if (open.pop() !== name) problems.push(`${file}: </${name}> closes something else`);
    }
    text(file, html.slice(position), open);
    if (open.length > 0) problems.push(`${file}: left open: ${open.join(', ')}`);
}

function text(file, html, open) {
    if (open.includes('code') || open.includes('a')) return;
    const shown = html.replaceAll(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code))).replaceAll('&quot;', '"').replaceAll('&amp;', '&');
    for (const pattern of live) if (pattern.test(shown)) problems.push(`${file}: ${pattern} in the text ${JSON.stringify(shown.trim().slice(0, 120))}`);
    if (/[<`*_|]/.test(shown)) problems.push(`${file}: markup left over in ${JSON.stringify(shown.trim().slice(0, 120))}`);
}

for (const file of process.argv.slice(2)) check(file);
for (const problem of problems.slice(0, 40)) console.log(problem);
process.exit(problems.length > 0 ? 1 : 0);

// node tools/screenshots/sent.mjs SENT.json PICTURE.png: what tools/author/as_action.py noted of one run of the action, as one picture:
// exit code, check run, comment as it is found, and the log's end.
import { readFileSync } from 'node:fs';
import { box, comment, escaped, markdown, picture } from './render.mjs';

const [from, to] = process.argv.slice(2);
const sent = JSON.parse(readFileSync(from, 'utf8'));
const run = sent.check.output ?? { title: '(none)', summary: '' };
const annotations = (run.annotations ?? []).slice(0, 3).map((one) =>
    `<div class="annotation ${one.annotation_level}"><b>${escaped(one.title)}</b><pre>${escaped(one.message)}</pre></div>`);
picture(to, box(`<b>${escaped(sent.name)}</b>, exit code ${sent.exit_code}; check run <b>${sent.check.conclusion}</b>: ${escaped(run.title)}`,
    markdown(run.summary) + annotations.join('')) + '<p></p>' +
    (sent.comment ? comment(sent.comment) : '<p>no comment</p>') + '<p></p>' +
    box('log', `<pre style="padding: 8px; white-space: pre-wrap">${escaped(sent.log.split('\n').slice(-28).join('\n'))}</pre>`), 2600);

// node validate-sarif.mjs FILE...: the SARIF schema, Microsoft's validator (its exit code says nothing: its report is
// read), and what GitHub asks for that both of them let pass.
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { tmpdir } from 'node:os';
import { gzipSync } from 'node:zlib';
import { createRequire } from 'node:module';
import Ajv from 'ajv/dist/2020.js';

const folder = dirname(createRequire(import.meta.url).resolve('@microsoft/sarif-multitool-linux/package.json'));
const multitool = join(folder, 'Sarif.Multitool');
const schema = JSON.parse(readFileSync(join(folder, 'sarif-2.1.0.json'), 'utf8').replace(/^\uFEFF/, ''));
const validateSchema = new Ajv({ allErrors: true, strict: false, validateFormats: false }).compile(schema);
const problems = [];

function microsoft(file) {
    chmodSync(multitool, 0o755); // npm leaves out the package's own install step
    const scratch = mkdtempSync(join(tmpdir(), 'sarif-'));
    const output = join(scratch, 'report.sarif');
    const run = spawnSync(multitool, ['validate', file, '--rule-kind', 'Sarif;Ghas', '--level', 'Error;Warning', '-q', 'true',
        '-o', output, '--log', 'ForceOverwrite'], { encoding: 'utf8' });
    try {
        const report = JSON.parse(readFileSync(output, 'utf8').replace(/^\uFEFF/, ''));
        for (const result of report.runs[0].results ?? [])
            problems.push(`${file}: ${result.ruleId} ${result.level ?? 'warning'}: ${result.message.text ?? JSON.stringify(result.message.arguments)}`);
    } catch (error) {
        problems.push(`${file}: the validator wrote no report: ${error.message} ${run.stderr}`);
    }
    rmSync(scratch, { recursive: true });
}

function need(file, what, holds) {
    if (!holds) problems.push(`${file}: ${what}`);
}

function github(file, log) {
    const filled = (text) => typeof text === 'string' && text.trim() !== '';
    need(file, '$schema and version', filled(log.$schema) && log.version === '2.1.0');
    need(file, 'at most 20 runs', log.runs.length <= 20);
    need(file, 'at most 10 MB gzipped', gzipSync(readFileSync(file)).length <= 10_000_000);
    // Of two runs of one category GitHub keeps one.
    need(file, 'a category for each run', new Set(log.runs.map((run) => run.automationDetails.id)).size === log.runs.length);
    for (const run of log.runs) {
        const rules = run.tool.driver.rules;
        need(file, 'category ends in a slash', run.automationDetails.id.endsWith('/'));
        need(file, 'at most 5000 results', run.results.length <= 5000);
        need(file, 'at most 25000 rules, each once', rules.length <= 25_000 && new Set(rules.map(({ id }) => id)).size === rules.length);
        need(file, 'a name, and no extensions', filled(run.tool.driver.name) && !run.tool.extensions);
        for (const rule of rules) {
            const texts = [rule.shortDescription?.text, rule.fullDescription?.text, rule.help?.text, rule.help?.markdown];
            need(file, `texts of ${rule.id}`, texts.every(filled) && texts.slice(0, 2).every((text) => [...text].length <= 1024));
            need(file, `severity of ${rule.id}`, ['error', 'warning', 'recommendation'].includes(rule.properties['problem.severity']));
            need(file, `${rule.id} must not be a security alert`, rule.properties['security-severity'] === undefined);
            need(file, `tags of ${rule.id}`, rule.properties.tags.length <= 10);
            need(file, `precision of ${rule.id}`, ['very-high', 'high', 'medium', 'low'].includes(rule.properties.precision));
        }
        for (const result of run.results) {
            const place = result.locations?.[0]?.physicalLocation;
            const region = place?.region ?? {};
            need(file, 'a known rule', rules[result.ruleIndex]?.id === result.ruleId);
            need(file, 'one location', result.locations.length === 1);
            need(file, 'no thread flows', !result.codeFlows);
            need(file, 'a message', filled(result.message?.text));
            need(file, 'a whole region', ['startLine', 'startColumn', 'endLine', 'endColumn'].every((key) => region[key] >= 1));
            need(file, 'a relative, encoded path', /^[A-Za-z0-9._~%/-]+$/.test(place?.artifactLocation?.uri ?? ''));
            need(file, 'a fingerprint', /^[0-9a-f]+:\d+$/.test(result.partialFingerprints?.primaryLocationLineHash ?? ''));
        }
    }
}

for (const file of process.argv.slice(2)) {
    const log = JSON.parse(readFileSync(file, 'utf8'));
    if (!validateSchema(log)) for (const error of validateSchema.errors) problems.push(`${file}${error.instancePath}: ${error.message}`);
    microsoft(file);
    github(file, log);
}
for (const problem of problems.slice(0, 50)) console.log(problem);
process.exit(problems.length > 0 ? 1 : 0);

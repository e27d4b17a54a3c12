// node validate-report.mjs SCHEMA REPORT...: does pgfence's JSON keep to its published schema?
// The schema lets later versions add names; here a name it does not list is an error, so that none goes undocumented.
import { readFileSync } from 'node:fs';
import Ajv from 'ajv/dist/2020.js';

function closed(schema) {
    if (Array.isArray(schema)) return schema.map(closed);
    if (schema === null || typeof schema !== 'object') return schema;
    const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
    if (copy.properties && copy.additionalProperties === undefined) {
        copy.additionalProperties = false;
        copy.required = Object.keys(copy.properties);
    }
    return copy;
}

const [schemaFile, ...reports] = process.argv.slice(2);
const schema = JSON.parse(readFileSync(schemaFile, 'utf8'));
const published = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schema);
const strict = new Ajv({ allErrors: true }).compile({ ...closed(schema), $id: undefined });
let failed = false;
for (const file of reports) {
    const report = JSON.parse(readFileSync(file, 'utf8'));
    for (const validate of [published, strict]) {
        if (validate(report)) continue;
        failed = true;
        for (const error of validate.errors.slice(0, 20))
            console.log(`${file}${error.instancePath}: ${error.message} ${JSON.stringify(error.params)}`);
    }
}
process.exit(failed ? 1 : 0);

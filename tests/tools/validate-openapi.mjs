// Holds recorded requests against GitHub's own OpenAPI description (npm @octokit/openapi).
//
//   node validate-openapi.mjs REQUESTS.jsonl
//
// Each line is {"method", "path" (with query), "body" (the JSON sent, or null)}. Prints one line per violation and exits
// with 1 when there is any. GraphQL has no such description: those requests are only counted.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import Ajv from 'ajv';

const description = JSON.parse(
  readFileSync(createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json'), 'utf8'));

// Compiles what a request needs and nothing else: the whole description takes Ajv many seconds.
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, logger: false });

function resolve(node) {
  while (node?.$ref) node = node.$ref.slice(2).split('/').reduce((at, key) => at[key.replaceAll('~1', '/').replaceAll('~0', '~')], description);
  return node;
}

// The schema with every reference put in its place; GitHub's request schemas do not recurse.
function inlined(node, depth = 0) {
  if (depth > 40) throw new Error('a request schema recurses');
  if (Array.isArray(node)) return node.map((item) => inlined(item, depth + 1));
  if (node === null || typeof node !== 'object') return node;
  return Object.fromEntries(Object.entries(resolve(node)).map(([key, value]) => [key, inlined(value, depth + 1)]));
}

const routes = Object.entries(description.paths).map(([template, item]) => ({
  template, item,
  literals: template.split('/').filter((part) => !part.startsWith('{')).length,
  parts: template.split('/'),
}));

function route(path, method) {
  const parts = path.split('/');
  const fits = routes.filter(({ parts: wanted, item }) => item[method] && wanted.length === parts.length &&
    wanted.every((part, i) => part.startsWith('{') ? parts[i] !== '' : part === parts[i]));
  return fits.sort((a, b) => b.literals - a.literals)[0];
}

const validators = new Map();
function validator(key, schema) {
  if (!validators.has(key)) validators.set(key, ajv.compile(inlined(schema)));
  return validators.get(key);
}

function asTyped(text, schema) {
  const type = resolve(schema)?.type;
  if (type === 'integer' || type === 'number') return /^-?\d+$/.test(text) ? Number(text) : text;
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  return text;
}

function* violations({ method, path, body }) {
  const verb = method.toLowerCase();
  const url = new URL(path, 'https://api.github.com');
  const found = route(url.pathname, verb);
  if (!found) return yield 'GitHub has no such operation';
  const operation = found.item[verb];
  const parameters = [...(found.item.parameters ?? []), ...(operation.parameters ?? [])].map(resolve);

  const check = (where, name, text) => {
    const parameter = parameters.find((p) => p.in === where && p.name === name);
    if (!parameter) return `${where} parameter ${name} is unknown`;
    const valid = validator(`${found.template} ${verb} ${where} ${name}`, parameter.schema);
    if (!valid(asTyped(text, parameter.schema))) return `${where} parameter ${name}: ${ajv.errorsText(valid.errors)}`;
  };
  const parts = url.pathname.split('/');
  for (const [i, part] of found.parts.entries())
    if (part.startsWith('{')) { const wrong = check('path', part.slice(1, -1), decodeURIComponent(parts[i])); if (wrong) yield wrong; }
  for (const [name, text] of url.searchParams) { const wrong = check('query', name, text); if (wrong) yield wrong; }

  const content = resolve(operation.requestBody)?.content?.['application/json'];
  if (body === null || body === undefined) { if (resolve(operation.requestBody)?.required) yield 'a body is required'; return; }
  if (!content) return yield 'this operation takes no body';
  const schema = resolve(content.schema);
  const valid = validator(`${found.template} ${verb}`, schema);
  if (!valid(body)) yield ajv.errorsText(valid.errors, { separator: '; ' });
  // The description leaves bodies open, so a misspelt field would pass.
  yield* unknownFields(body, schema, '');
}

function* unknownFields(value, schema, at) {
  schema = resolve(schema);
  if (Array.isArray(value)) { for (const item of value) yield* unknownFields(item, schema?.items, `${at}[]`); return; }
  if (value === null || typeof value !== 'object' || !schema?.properties) return;
  for (const [name, inner] of Object.entries(value)) {
    if (!schema.properties[name]) yield `field ${at}/${name} is unknown`;
    else yield* unknownFields(inner, schema.properties[name], `${at}/${name}`);
  }
}

let requests = 0, graphql = 0, wrong = 0;
for (const line of readFileSync(process.argv[2], 'utf8').split('\n').filter(Boolean)) {
  const request = JSON.parse(line);
  requests += 1;
  if (request.path.endsWith('/graphql')) { graphql += 1; continue; }
  for (const violation of violations(request)) {
    wrong += 1;
    console.log(`${request.method} ${request.path}: ${violation}`);
  }
}
console.log(`${requests} requests, ${graphql} of them GraphQL, ${wrong} violations`);
process.exit(wrong === 0 && requests > 0 ? 0 : 1);

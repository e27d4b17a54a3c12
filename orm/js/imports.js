// What a module imports, and where it uses that, told from its syntax tree. A module that is not there says nothing about
// one that only imports it: it is listed where something of it is looked at (modules.js).
'use strict';

const isRequire = (node) => node.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name === 'require' && node.arguments.length === 1 && node.arguments[0].type === 'Literal';
/// What stands around an import where ES modules are made CommonJS.
const isAdapter = (node) => node.type === 'CallExpression' && node.callee.type === 'Identifier' && /^_interopRequire(Default|Wildcard)$/.test(node.callee.name) && node.arguments.length === 1;

/// Names that a pattern declares; undefined where it computes something besides.
function declaredBy(pattern) {
    if (pattern.type === 'Identifier') return [pattern];
    if (pattern.type !== 'ObjectPattern') return undefined;
    const parts = pattern.properties.map((one) => (one.type === 'Property' && !one.computed ? declaredBy(one.value) : undefined));
    return parts.includes(undefined) ? undefined : parts.flat();
}
/// `require('a')` of `require('a').b`; the name `_a` of `_interopRequireDefault(_a)`.
function importIn(node) {
    while (node.type === 'MemberExpression' && !node.computed) node = node.object;
    if (isAdapter(node)) node = node.arguments[0];
    return isRequire(node) || node.type === 'Identifier' ? node : undefined;
}
const kDeclares = { VariableDeclarator: ['id'], LabeledStatement: ['label'], BreakStatement: ['label'], ContinueStatement: ['label'], CatchClause: ['param'] };
/// The name is looked at here: not declared, given a value, or a property's.
function isRead(node, parent) {
    if (kDeclares[parent.type]?.some((key) => parent[key] === node)) return false;
    if (/Function|Class/.test(parent.type)) return parent.id !== node && !parent.params?.includes(node);
    if (parent.type === 'MemberExpression') return parent.object === node || parent.computed;
    if (/^(Property|MethodDefinition|PropertyDefinition)$/.test(parent.type)) return parent.value === node || parent.computed;
    if (/^(Assignment(Expression|Pattern)|For(In|Of)Statement)$/.test(parent.type)) return parent.left !== node;
    return !/^(UpdateExpression|RestElement|ArrayPattern|MetaProperty)$/.test(parent.type);
}

/// { calls: imports that give names alone, and whether one of those is looked at; reads: where names of them are }
function importsOf(tree, visit) {
    const names = new Map(), calls = new Map(), adapted = new Set(), patterns = new Set();
    let isPlain = true;
    visit(tree, null, (node, parent) => {
        if (node.type === 'Identifier' && node.name === 'require') isPlain &&= (parent.type === 'CallExpression' && parent.callee === node) || (parent.type === 'MemberExpression' && !parent.computed);
        if (node.type === 'ObjectPattern') for (const one of node.properties) patterns.add(one);
        if (node.type === 'ExpressionStatement' && isRequire(node.expression)) calls.set(node.expression, []);
        if (node.type !== 'VariableDeclarator' || !node.init) return;
        const imported = importIn(node.init), declared = declaredBy(node.id);
        if (!imported || !declared) return;
        // Another name for what has one.
        const from = imported.type === 'Identifier' ? names.get(imported.name) : imported;
        if (!from) return;
        if (imported.type === 'Identifier') adapted.add(imported);
        if (!calls.has(from)) calls.set(from, []);
        for (const one of declared) {
            names.set(one.name, from);
            calls.get(from).push(one);
        }
    });
    // One that takes `require` itself, or calls something else so, imports in its own way.
    if (!isPlain) return { calls: new Map(), reads: new Map() };
    const reads = new Map(), used = new Set(), constructed = new Set();
    visit(tree, null, (node, parent) => {
        if (node.type === 'NewExpression') {
            let root = node.callee;
            while (root.type === 'MemberExpression') root = root.object;
            constructed.add(root);
        }
        if (node.type !== 'Identifier' || !parent || !names.has(node.name) || adapted.has(node)) return;
        if (patterns.has(parent) && !(parent.computed && parent.key === node)) return;
        if (!isRead(node, parent) || (parent.shorthand && parent.key === node && parent.value !== node)) return;
        used.add(names.get(node.name));
        reads.set(node, { isConstructed: constructed.has(node), isShorthand: parent.type === 'Property' && parent.shorthand });
    });
    return { calls: new Map([...calls].map(([call]) => [call, used.has(call)])), reads };
}
module.exports = { importsOf, isAdapter };

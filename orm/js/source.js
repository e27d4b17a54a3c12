// Makes a module of the repository ready to run: types stripped, ES modules as CommonJS, tests and comparisons hooked.
// Line numbers stay what they are in the file.
'use strict';
const { transform } = require('sucrase');
const acorn = require('acorn');

const kTests = new Set(['IfStatement', 'ConditionalExpression', 'WhileStatement', 'DoWhileStatement', 'ForStatement']);
const kOperators = new Set(['==', '!=', '===', '!==', '<', '>', '<=', '>=', '-', '*', '/', '%']);
const kConversions = new Set(['Number', 'parseInt', 'parseFloat']);

/// Calls of built-ins that tell whether a value is among others, or is like them.
const kSearches = new Set(['includes', 'has', 'test', 'hasOwnProperty', 'startsWith', 'endsWith']);
const isLiteral = (node) => node.type === 'Literal' || (node.type === 'TemplateLiteral' && node.expressions.length === 0);

function plain(file, text) {
    const typed = /\.[cm]?ts$|\.tsx$/.test(file);
    const modern = typed || /\.mjs$/.test(file) || /^\s*(import|export)\b/m.test(text) || /\bimport\s*\(/.test(text);
    if (!modern) return text;
    return transform(text, { transforms: typed ? ['typescript', 'imports'] : ['imports'], disableESTransforms: true, filePath: file }).code;
}

/// Decorators of entity classes: what they tell an ORM is not asked here, and the parser takes none.
function withoutDecorators(code) {
    if (!/^\s*@\w/m.test(code)) return code;
    const decorator = /(^|[\n;{}(,) \t])()@[A-Za-z_$][\w$.]*/g;
    let result = '', from = 0;
    for (let match; (match = decorator.exec(code)); ) {
        if (match.index < from) continue;
        const begin = match.index + match[1].length + match[2].length;
        let end = decorator.lastIndex;
        if (code[end] === '(') end = closing(code, end);
        result += code.slice(from, begin) + code.slice(begin, end).replace(/[^\n]/g, ' ');
        from = decorator.lastIndex = end;
    }
    return result + code.slice(from);
}
/// Behind the parenthesis that closes the one at `open`, literals left out.
function closing(code, open) {
    let depth = 0;
    for (let i = open; i < code.length; ++i) {
        const c = code[i];
        if (c === '"' || c === "'" || c === '`') {
            for (++i; i < code.length && code[i] !== c; ++i) if (code[i] === '\\') ++i;
        } else if (c === '(') {
            ++depth;
        } else if (c === ')' && --depth === 0) {
            return i + 1;
        }
    }
    return code.length;
}

/// Walks without recursion into the engine's stack being a danger: too deep a file fails as a RangeError.
function visit(node, parent, see) {
    see(node, parent);
    for (const key in node) {
        if (key === 'type' || key === 'start' || key === 'end') continue;
        const value = node[key];
        if (Array.isArray(value)) {
            for (const item of value) if (item && typeof item.type === 'string') visit(item, node, see);
        } else if (value && typeof value.type === 'string') {
            visit(value, node, see);
        }
    }
}

function prepare(file, text) {
    const code = withoutDecorators(plain(file, text).replace(/^#!/, '//'));
    const tree = acorn.parse(code, { ecmaVersion: 'latest', sourceType: 'script', allowReturnOutsideFunction: true, allowAwaitOutsideFunction: false, allowHashBang: true });
    const insertions = [];  // { at, text, cut }
    const calls = [], byNode = new Map();
    const hook = (name, node) => insertions.push({ at: node.start, text: `__pgf.${name}(`, rank: -node.end }, { at: node.end, text: ')', rank: -Infinity });
    // The engine places a call at the last name, call or literal read before it: with calls among its arguments, inside of
    // those, and with a literal of several lines, at no column of the call. So the last argument ends in reading a name.
    const mark = (nodes) => {
        if (!nodes.some((node) => misplacesCall(node, code))) return;
        const last = nodes[nodes.length - 1], node = last.type === 'SpreadElement' ? last.argument : last;
        insertions.push({ at: node.start, text: '(__pgf.last=', rank: -node.end - 0.5 }, { at: node.end, text: ',__pgf.last)', rank: -1e9 });
    };
    const lineStarts = startsOf(code);
    visit(tree, null, (node, parent) => {
        if (node.type === 'CallExpression' || node.type === 'NewExpression') {
            const member = node.callee.type === 'MemberExpression';
            const from = member ? node.callee.property.start : node.callee.start;
            mark(node.arguments);
            if (node.callee.type === 'Identifier' && kConversions.has(node.callee.name)) hook('conversion', node.callee);
            if (member && node.arguments.length === 1 && kSearches.has(node.callee.property.name) && node.arguments[0].type !== 'SpreadElement' && !isLiteral(node.arguments[0])) {
                hook('sought', node.arguments[0]);
                hook('found', node);
            }
            const call = { from, end: node.end, line: lineAt(lineStarts, from), firstLine: lineAt(lineStarts, node.start), lastLine: lineAt(lineStarts, node.end - 1) };
            calls.push(call);
            byNode.set(node, call);
            if (parent && parent.type === 'MemberExpression' && parent.object === node) call.chained = parent;
        } else if (node.type === 'TaggedTemplateExpression') {
            mark(node.quasi.expressions);
            const call = { from: node.start, end: node.end, line: lineAt(lineStarts, node.start), firstLine: lineAt(lineStarts, node.start), lastLine: lineAt(lineStarts, node.end - 1) };
            calls.push(call);
            byNode.set(node, call);
            if (parent && parent.type === 'MemberExpression' && parent.object === node) call.chained = parent;
        }
        if (kTests.has(node.type) && node.test) hook('truth', node.test);
        else if (node.type === 'LogicalExpression') hook(node.operator === '??' ? 'present' : 'left', node.left);
        else if (node.type === 'UnaryExpression' && node.operator === '!') hook('truth', node.argument);
        else if (node.type === 'SwitchStatement') {
            const cases = node.cases.filter((one) => one.test).map((one) => (isLiteral(one.test) ? one.test : undefined));
            const literals = cases.every(Boolean) ? cases.map((test) => code.slice(test.start, test.end)).join() : undefined;
            insertions.push({ at: node.discriminant.start, text: '__pgf.selector(', rank: -node.discriminant.end }, { at: node.discriminant.end, text: literals === undefined ? ')' : `,[${literals}])`, rank: -Infinity });
        }
        else if (node.type === 'BinaryExpression' && kOperators.has(node.operator)) {
            insertions.push({ at: node.start, text: `__pgf.operation("${node.operator}",`, rank: -node.end });
            const between = code.slice(node.left.end, node.right.start);
            const operator = node.left.end + operatorAt(between, node.operator);
            insertions.push({ at: operator, text: ',', cut: node.operator.length, rank: 0 });
            insertions.push({ at: node.end, text: ')', rank: -Infinity });
        }
    });
    linkChains(calls, byNode, tree);
    const free = freeNames(tree);
    const isEmpty = tree.body.every((node) => node.directive !== undefined || node.type === 'EmptyStatement');
    const { hooked, toSource } = apply(code, insertions);
    return { code: hooked, free, isEmpty, info: { calls, lineStarts: startsOf(hooked), toSource } };
}

/// It makes a call or has a literal of several lines itself, not only a function in it.
function misplacesCall(node, code) {
    if (/^(Call|New|TaggedTemplate)Expression$/.test(node.type)) return true;
    if (/^(TemplateL|L)iteral$/.test(node.type) && code.slice(node.start, node.end).includes('\n')) return true;
    if (/Function/.test(node.type)) return false;
    for (const key in node) {
        const value = node[key];
        const parts = Array.isArray(value) ? value : [value];
        if (parts.some((part) => part && typeof part.type === 'string' && misplacesCall(part, code))) return true;
    }
    return false;
}

/// Names that the module uses and nobody in it declares: globals of Node, of the engine, or of the application.
function freeNames(tree) {
    const used = new Set(), declared = new Set(['arguments', 'undefined', 'exports', 'require', 'module', '__filename', '__dirname']);
    const declare = (pattern) => {
        if (pattern) visit(pattern, null, (node) => node.type === 'Identifier' && declared.add(node.name));
    };
    visit(tree, null, (node, parent) => {
        if (node.type === 'VariableDeclarator') declare(node.id);
        if (node.type === 'CatchClause') declare(node.param);
        if (/Function|Class/.test(node.type)) {
            declare(node.id);
            for (const param of node.params ?? []) declare(param);
        }
        if (node.type === 'LabeledStatement') declare(node.label);
        if (node.type === 'AssignmentExpression') declare(node.left.type === 'Identifier' ? node.left : undefined);
        if (node.type !== 'Identifier' || !parent) return;
        const isName = (parent.type === 'MemberExpression' && parent.property === node && !parent.computed) ||
            ((parent.type === 'Property' || parent.type === 'MethodDefinition' || parent.type === 'PropertyDefinition') && parent.key === node && !parent.computed && !parent.shorthand);
        const isTyped = parent.type === 'UnaryExpression' && parent.operator === 'typeof';
        if (!isName && !isTyped) used.add(node.name);
    });
    return [...used].filter((name) => !declared.has(name));
}

/// `a().b().c()`: each call knows the one that goes on with its result.
function linkChains(calls, byNode, tree) {
    const next = new Map();
    for (const [node, call] of byNode)
        if (node.type === 'CallExpression' && node.callee.type === 'MemberExpression') next.set(node.callee, call);
    for (const call of calls) if (call.chained) call.parent = next.get(call.chained);
}

/// Where the operator stands between its operands, which comments and parentheses may surround.
function operatorAt(between, operator) {
    for (let i = 0; i < between.length; ++i) {
        if (between.startsWith('/*', i)) i = between.indexOf('*/', i) + 1;
        else if (between.startsWith('//', i)) i = between.indexOf('\n', i);
        else if (between.startsWith(operator, i)) return i;
    }
    return between.indexOf(operator);
}

function apply(code, insertions) {
    // At one place: closing parentheses first, then opening ones, the longest operand's outermost.
    insertions.sort((a, b) => a.at - b.at || a.rank - b.rank);
    const parts = [], shifts = [];
    let from = 0, grown = 0;
    for (const { at, text, cut = 0 } of insertions) {
        parts.push(code.slice(from, at), text);
        from = at + cut;
        shifts.push({ at: at + grown, length: text.length, cut });
        grown += text.length - cut;
    }
    parts.push(code.slice(from));
    const toSource = (offset) => {
        let low = 0, high = shifts.length;
        while (low < high) {
            const middle = (low + high) >> 1;
            if (shifts[middle].at <= offset) low = middle + 1;
            else high = middle;
        }
        let moved = 0;
        for (let i = 0; i < low; ++i) moved += Math.min(shifts[i].length, offset - shifts[i].at) - shifts[i].cut;
        return offset - moved;
    };
    return { hooked: parts.join(''), toSource };
}

function startsOf(text) {
    const starts = [0];
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    return starts;
}
function lineAt(starts, offset) {
    let low = 0, high = starts.length;
    while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (starts[middle] <= offset) low = middle;
        else high = middle;
    }
    return low + 1;
}

module.exports = { prepare };

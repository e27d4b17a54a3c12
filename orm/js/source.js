// Makes a module of the repository ready to run: types stripped, ES modules as CommonJS, tests and comparisons hooked.
// Line numbers stay what they are in the file.
'use strict';
const { transform } = require('sucrase');
const { dueCalls, nameOfCall } = require('./due.js');
const { importsOf, isAdapter } = require('./imports.js');
const { kAbsent } = require('./world.js');
const acorn = require('acorn');

/// Node has them, whether the engine does or not: whoever asks for their type is told that it is not known.
const kNodeNames = new Set(kAbsent);
const kTests = new Set(['IfStatement', 'ConditionalExpression', 'WhileStatement', 'DoWhileStatement', 'ForStatement']);
const kOperators = new Set(['==', '!=', '===', '!==', '<', '>', '<=', '>=', '+', '-', '*', '/', '%', '**', '&', '|', '^', '<<', '>>', '>>>', 'in', 'instanceof']);
const isLiteral = (node) => node.type === 'Literal' || (node.type === 'TemplateLiteral' && node.expressions.length === 0);
const kFunctions = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);
const isFunction = (node) => kFunctions.has(node.type);

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

/// `ofFile`: how a message names the file behind a line's number; the migration's own needs no name.
function prepare(file, text, ofFile = '') {
    const code = withoutDecorators(plain(file, text).replace(/^#!/, '//'));
    const tree = acorn.parse(code, { ecmaVersion: 'latest', sourceType: 'script', allowReturnOutsideFunction: true, allowAwaitOutsideFunction: false, allowHashBang: true });
    const names = freeNames(tree), declaredNames = names.declared;
    const insertions = [];  // { at, text, cut, rank }
    const calls = [], byNode = new Map();
    // At one place all that ends comes first, the innermost before what is around it; then what begins, the longest first.
    // `around` is what stands around other insertions of the same node.
    const put = (at, cut, text, rank = 0) => insertions.push({ at, cut, text, rank });
    const open = (node, text, around = 0) => put(node.start, 0, text, -node.end - around);
    const close = (node, text = ')', around = 0) => put(node.end, 0, text, -1e12 + node.end - node.start + around);
    const hook = (name, node) => (open(node, `__pgf.${name}(`), close(node));
    // The engine places a call at the last name, call or literal read before it: with calls among its arguments, inside of
    // those, and with a literal of several lines, at no column of the call. So the last argument ends in reading a name.
    const { calls: imports, reads } = importsOf(tree, visit);
    const mark = (nodes) => {
        if (!nodes.some((node) => misplacesCall(node, code, reads))) return;
        const last = nodes[nodes.length - 1], node = last.type === 'SpreadElement' ? last.argument : last;
        open(node, '(__pgf.last=', 0.5);
        close(node, ',__pgf.last)', 0.5);
    };
    const lineStarts = startsOf(code);
    const line = (offset) => lineAt(lineStarts, offset);
    const due = new Map(dueCalls(tree).map((node, number) => [node, number]));
    const targets = new Set(), chained = new Set();  // members that are written, or that a chain of `?.` goes on from
    visit(tree, null, (node, parent) => {
        if (node.type === 'CallExpression' || node.type === 'NewExpression') {
            const member = node.callee.type === 'MemberExpression';
            const from = member ? node.callee.property.start : node.callee.start;
            mark(node.arguments);
            const call = { from, end: node.end, line: line(from), firstLine: line(node.start), lastLine: line(node.end - 1) };
            calls.push(call);
            byNode.set(node, call);
            if (parent && parent.type === 'MemberExpression' && parent.object === node) call.chained = parent;
            if (due.has(node)) {
                open(node, `__pgf.call(${due.get(node)},`);
                close(node);
            }
            if (imports.has(node)) {
                put(node.callee.start, node.callee.end - node.callee.start, '__pgf.required', -node.end);
                put(node.end - 1, 0, imports.get(node) ? ',true' : ',false', 1e9);
            }
            // Written by what makes CommonJS of it, and not by its author.
            if (isAdapter(node) && !text.includes('_interopRequire')) {
                put(node.callee.start, node.callee.end - node.callee.start, '__pgf.adapted', -node.end);
                put(node.arguments[0].start, 0, `${node.callee.name},`, -1e13);
            }
            const handler = handlerOf(node);
            if (handler && !node.optional && !node.callee.optional && node.callee.object.type !== 'Super') {
                const ends = justEnds(handler);
                open(node.callee.object, ends ? '__pgf.watched(' : '__pgf.failing(', 0.5);
                close(node.callee.object, ends ? ')' : `,${asked(node.start, line(node.callee.property.start))})`, 0.5);
            }
        } else if (node.type === 'TaggedTemplateExpression') {
            mark(node.quasi.expressions);
            const call = { from: node.start, end: node.end, line: line(node.start), firstLine: line(node.start), lastLine: line(node.end - 1) };
            calls.push(call);
            byNode.set(node, call);
            if (parent && parent.type === 'MemberExpression' && parent.object === node) call.chained = parent;
        }
        const written = writtenIn(node);
        for (let i = 0; i < written.length; ++i) targets.add(written[i]);
        if (node.type === 'ChainExpression') for (let at = node.expression; at; at = at.object ?? at.callee) chained.add(at);
        if (node.type === 'CatchClause') caughtHook(node);
        if (kTests.has(node.type) && node.test) hook('truth', node.test);
        else if (node.type === 'LogicalExpression') hook(node.operator === '??' ? 'present' : 'left', node.left);
        else if (node.type === 'UnaryExpression') unaryHook(node);
        else if (node.type === 'SwitchStatement') switchHook(node);
        else if (node.type === 'MemberExpression') memberHook(node, parent);
        else if (node.type === 'TryStatement' && node.handler && !(justEnds(node.handler) && (alwaysThrows(node.handler.body) || !hasEffects(node.block)))) tryHook(node);
        else if (node.type === 'AssignmentExpression' && /^(\|\||&&|\?\?)=$/.test(node.operator)) assignmentHook(node);
        else if (node.type === 'VariableDeclarator' && node.init && node.id.type === 'ObjectPattern') hook('opened', node.init);
        else if (node.type === 'VariableDeclarator' && node.init && node.id.type === 'ArrayPattern' && !node.id.elements.some((one) => one?.type === 'RestElement')) hook('places', node.init);
        else if (node.type === 'Property' && node.computed && !isLiteral(node.key)) hook('key', node.key);
        else if (node.type === 'WithStatement') throw new SyntaxError('a with statement is not followed');
        else if (reads.has(node)) readHook(node, reads.get(node));
        else if (node.type === 'Identifier' && node.name === '__pgf') throw new SyntaxError('the name __pgf is taken');
        else if (node.type === 'BinaryExpression' && kOperators.has(node.operator) && node.left.type !== 'PrivateIdentifier' && !(node.operator === '+' && (isNumber(node.left) || isNumber(node.right)) && isLiteral(node.left) && isLiteral(node.right))) {
            open(node, `__pgf.operation("${node.operator}",`);
            const between = code.slice(node.left.end, node.right.start);
            put(node.left.end + operatorAt(between, node.operator), node.operator.length, ',');
            close(node);
        }
    });
    // What an import has given is looked at.
    function readHook(node, { isConstructed, isShorthand }) {
        if (isShorthand) return put(node.end, 0, `:__pgf.used(${node.name})`, -1e12);
        open(node, isConstructed ? '(__pgf.used(' : '__pgf.used(');
        close(node, isConstructed ? '))' : ')');
    }
    /// Where a statement of a `try` stands, for the question whether it fails: places of two files are two.
    function asked(offset, number) {
        return `${JSON.stringify(`${file}:${offset}`)},${JSON.stringify(`${number}${ofFile}`)}`;
    }
    function unaryHook(node) {
        if (node.operator === '!') return hook('truth', node.argument);
        if (node.operator === 'delete' || node.operator === 'void' || isLiteral(node.argument)) return;
        // Of a name that nobody declares, `typeof` gives an answer where anything else would throw.
        const isTyped = node.operator === 'typeof';
        if (isTyped && node.argument.type === 'Identifier' && !declaredNames.has(node.argument.name) && !kNodeNames.has(node.argument.name)) return;
        put(node.start, node.operator.length, isTyped ? '__pgf.typed(' : `__pgf.unary("${node.operator}",`, -node.end);
        close(node);
    }
    // Each case is a comparison of its own, made in their order.
    function switchHook(node) {
        const subject = `__pgf_${node.start}`;
        open(node, `{let ${subject};`);
        open(node.discriminant, `(${subject}=`, 0.5);
        close(node.discriminant, ',true)', 0.5);
        for (const one of node.cases) {
            if (!one.test) continue;
            open(one.test, `__pgf.operation("===",${subject},`, 0.5);
            close(one.test, ')', 0.5);
        }
        close(node, '}');
    }
    function memberHook(node, parent) {
        if (node.object.type === 'Super' || node.property.type === 'PrivateIdentifier') return;
        const isWritten = targets.has(node);
        if (isWritten) {
            const name = node.computed ? (node.property.type === 'Literal' ? String(node.property.value) : 0) : node.property.name;
            open(node.object, `__pgf.written(${JSON.stringify(name)},`);
            close(node.object);
        }
        if (!node.computed) {
            const isCalled = parent.type === 'CallExpression' && parent.callee === node;
            if (isWritten || chained.has(node) || !(isCalled ? node.property.name === 'exec' : /^(length|stack)$/.test(node.property.name))) return;
            open(node, `__pgf.${node.property.name}(`);
            const dot = node.object.end + operatorAt(code.slice(node.object.end, node.property.start), '.');
            put(dot, node.property.end - dot, ')', 1e9);
            return;
        }
        if (node.property.type === 'Literal' && typeof node.property.value === 'string') return;
        if (isWritten || chained.has(node)) {
            if (node.property.type !== 'Literal') hook('key', node.property);
            return;
        }
        const bracket = node.object.end + operatorAt(code.slice(node.object.end, node.property.start), '[');
        const isCalled = (parent.type === 'CallExpression' && parent.callee === node) || (parent.type === 'TaggedTemplateExpression' && parent.tag === node);
        open(node, isCalled ? '__pgf.method(' : isNumber(node.property) ? '__pgf.place(' : '__pgf.item(');
        put(bracket, 1, ',');
        put(node.end - 1, 1, ')', 1e9);
    }
    // `a ||= b` as `a = a || b`: what stands on its left is read twice, so it may call nothing.
    function assignmentHook(node) {
        if (node.left.type !== 'Identifier' && callsSomething(node.left)) throw new SyntaxError(`${node.operator} of what a call gives is not followed`);
        const left = code.slice(node.left.start, node.left.end), operator = node.operator.slice(0, -1);
        const at = node.left.end + operatorAt(code.slice(node.left.end, node.right.start), node.operator);
        put(at, node.operator.length, `=__pgf.${operator === '??' ? 'present' : 'left'}(${left})${operator}(`);
        close(node.right, ')', 0.5);
    }
    function caughtHook({ param, body }) {
        const name = param?.type === 'Identifier' ? param.name : `__pgf_${body.start}`;
        if (!param) put(body.start, 0, `(${name})`, -1e13);
        if (!param || param.type === 'Identifier') return put(body.start + 1, 0, `__pgf.caught(${name});`, -1e13);
        put(param.start, 0, `${name}){let `, -1e13);
        put(param.end, body.start + 1 - param.end, `=__pgf.caught(${name});`, 1e9);
    }
    // Where the block is through, or is left, its statements may have failed as well.
    function tryHook(node) {
        const behind = asked(node.end, line(node.start));
        // What it sets on its way may not be set.
        if (hasEffects(node.block)) put(node.block.start + 1, 0, `__pgf.attempted(${asked(node.start, line(node.start))});`, -1e12);
        put(node.block.end - 1, 0, `;__pgf.attempted(${behind});`, 1e9);
        for (const leaving of leavesOf(node.block)) {
            if (leaving.type === 'ReturnStatement' && leaving.argument) {
                open(leaving.argument, `__pgf.attempted(${behind},`, 0.5);
                close(leaving.argument, ')', 0.5);
            } else {
                open(leaving, `{__pgf.attempted(${behind});`);
                close(leaving, '}');
            }
        }
    }
    linkChains(calls, byNode, tree);
    const { free, changed } = names;
    const isEmpty = tree.body.every((node) => node.directive !== undefined || node.type === 'EmptyStatement');
    const { hooked, toSource } = apply(code, insertions);
    const listed = [...due.keys()].map((node) => [line(node.callee.type === 'MemberExpression' ? node.callee.property.start : node.start), nameOfCall(node, code)]);
    return { code: hooked, free, changed, isEmpty, due: listed, info: { calls, lineStarts: startsOf(hooked), toSource } };
}

/// It makes a call or has a literal of several lines itself, not only a function in it.
function misplacesCall(node, code, reads) {
    if (reads.has(node)) return true;
    if (/^(Call|New|TaggedTemplate)Expression$/.test(node.type)) return true;
    if (/^(TemplateL|L)iteral$/.test(node.type) && code.slice(node.start, node.end).includes('\n')) return true;
    if (/Function/.test(node.type)) return false;
    for (const key in node) {
        const value = node[key];
        const parts = Array.isArray(value) ? value : [value];
        if (parts.some((part) => part && typeof part.type === 'string' && misplacesCall(part, code, reads))) return true;
    }
    return false;
}

/// Names that the module uses and nobody in it declares: globals of Node, of the engine, or of the application; and those of
/// them that it gives another value.
function freeNames(tree) {
    const used = new Set(), given = new Set(), declared = new Set(['arguments', 'undefined', 'exports', 'require', 'module', '__filename', '__dirname']);
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
        if (node.type === 'AssignmentExpression' && node.left.type === 'Identifier') given.add(node.left.name);
        if (node.type !== 'Identifier' || !parent) return;
        const isName = (parent.type === 'MemberExpression' && parent.property === node && !parent.computed) ||
            ((parent.type === 'Property' || parent.type === 'MethodDefinition' || parent.type === 'PropertyDefinition') && parent.key === node && !parent.computed && !parent.shorthand);
        const isTyped = parent.type === 'UnaryExpression' && parent.operator === 'typeof';
        if (!isName && (!isTyped || kNodeNames.has(node.name))) used.add(node.name);
    });
    const isFree = (name) => !declared.has(name);
    return { declared, free: [...used].filter((name) => isFree(name) && !given.has(name)), changed: [...given].filter(isFree) };
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

const isNumber = (node) => node.type === 'Literal' && typeof node.value === 'number';
function callsSomething(node) {
    let calls = false;
    visit(node, null, (part) => { calls ||= /^(Call|New|Await|Yield|Update|Assignment|TaggedTemplate)/.test(part.type); });
    return calls;
}

const kNothing = [];
/// Members and names that a node writes to.
function writtenIn(node) {
    switch (node.type) {
        case 'AssignmentExpression': case 'AssignmentPattern': case 'ForInStatement': case 'ForOfStatement': return [node.left];
        case 'UpdateExpression': case 'RestElement': return [node.argument];
        case 'UnaryExpression': return node.operator === 'delete' ? [node.argument] : kNothing;
        case 'ArrayPattern': return node.elements.filter(Boolean);
        case 'ObjectPattern': return node.properties.filter((one) => one.type === 'Property').map((one) => one.value);
        default: return kNothing;
    }
}

/// Walks what a function carries out itself, not the functions in it.
function visitOwn(node, see, depth = { loops: 0 }) {
    if (see(node, depth) === false || isFunction(node)) return;
    const inside = /^(For|While|DoWhile|Switch)/.test(node.type) ? { loops: depth.loops + 1 } : depth;
    for (const key in node) {
        const value = node[key];
        for (const part of Array.isArray(value) ? value : [value]) if (part && typeof part.type === 'string' && !isFunction(part)) visitOwn(part, see, inside);
    }
}
/// The statements by which a block of a `try` is left before its end.
function leavesOf(block) {
    const found = [];
    visitOwn(block, (node, { loops }) => {
        if (node.type === 'ReturnStatement' || (/^(Break|Continue)Statement$/.test(node.type) && (node.label || loops === 0))) found.push(node);
    });
    return found;
}
/// A function that is called when a promise fails: of `x.catch(f)` and `x.then(g, f)`.
function handlerOf(node) {
    if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression' || node.callee.computed) return undefined;
    const { name } = node.callee.property;
    if (name === 'catch' && node.arguments.length > 0) return node.arguments[node.arguments.length - 1];
    return name === 'then' && node.arguments.length === 2 ? node.arguments[1] : undefined;
}
const kSaysOnly = /^(console|logger|log|winston|Sentry)$/;
/// What deals with an error does no more than to say so, to roll back and to throw: the same as if nobody dealt with it.
function justEnds(handler) {
    if (handler.type === 'Identifier') return /^(reject|next|done|callback|cb)$/.test(handler.name);
    if (handler.type === 'MemberExpression') return handler.object.type === 'Identifier' && kSaysOnly.test(handler.object.name);
    if (handler.type !== 'CatchClause' && !/^(Arrow)?FunctionExpression$/.test(handler.type)) return false;
    return handler.body.type === 'BlockStatement' ? handler.body.body.every(isEnding) : justSays(handler.body);
}
function isEnding(statement) {
    if (statement.type === 'EmptyStatement' || statement.type === 'ThrowStatement') return true;
    return statement.type === 'ExpressionStatement' && justSays(statement.expression);
}
function justSays(node) {
    if (node.type === 'AwaitExpression') return justSays(node.argument);
    if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression' || node.callee.computed) return false;
    let root = node.callee;
    while (root.type === 'MemberExpression') root = root.object;
    const saysOnly = root.type === 'Identifier' && kSaysOnly.test(root.name);
    return (saysOnly || (node.callee.property.name === 'rollback' && root.type !== 'CallExpression')) && node.arguments.every((part) => saysOnly || !callsSomething(part));
}
const alwaysThrows = (block) => block.body.length > 0 && block.body[block.body.length - 1].type === 'ThrowStatement';
/// It leaves behind, beside what it sends, how far it came.
function hasEffects(block) {
    let has = false;
    visitOwn(block, (node) => { has ||= /^(Assignment|Update)Expression$/.test(node.type) || /^(Return|Break|Continue)Statement$/.test(node.type); });
    return has;
}

module.exports = { prepare };

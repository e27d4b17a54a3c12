// Calls that the migration makes when it runs: those of its tool and those that are given a part of it, told from the
// syntax tree alone. One that no run has made is said to be not read (run.js): whatever kept it from being made.
'use strict';

/// What the tools' objects are asked for. Named as the tools name them; what JavaScript's own objects have is left out.
const kSends = new Set(`raw query sql addSql execute runSql all schema createTable createTableIfNotExists createTableLike dropTable dropTableIfExists renameTable alterTable
table hasTable hasColumn createSchema createSchemaIfNotExists dropSchema dropSchemaIfExists createExtension createExtensionIfNotExists dropExtension dropExtensionIfExists
createView createViewOrReplace createMaterializedView refreshMaterializedView dropView dropViewIfExists dropMaterializedView alterView renameView addColumn addColumns
removeColumn dropColumn dropColumns renameColumn changeColumn changeColumns alterColumn createIndex createIndices addIndex removeIndex dropIndex dropIndices renameIndex
addConstraint removeConstraint createConstraint dropConstraint renameConstraint addForeignKey removeForeignKey createForeignKey createForeignKeys dropForeignKey dropForeignKeys
createPrimaryKey updatePrimaryKeys dropPrimaryKey createUniqueConstraint createUniqueConstraints dropUniqueConstraint dropUniqueConstraints createCheckConstraint
createCheckConstraints dropCheckConstraint dropCheckConstraints createExclusionConstraint dropExclusionConstraint dropAllTables dropAllSchemas dropAllEnums dropEnum clearTable clearDatabase
createDatabase dropDatabase bulkInsert bulkUpdate bulkDelete insertInto updateTable deleteFrom mergeInto truncate del delete insert update batchInsert createType addType addTypeAttribute dropType
renameType addTypeValue createFunction dropFunction renameFunction createTrigger dropTrigger renameTrigger createDomain alterDomain dropDomain createSequence alterSequence dropSequence
createRole dropRole alterRole createPolicy dropPolicy alterPolicy createOperator dropOperator createCast dropCast grantRoles revokeRoles grantOnTables revokeOnTables grantOnSchemas revokeOnSchemas
executeSql executeQuery remove`.trim().split(/\s+/));
/// Too many other things are called like this: they count on what is named as a tool's object.
const kShared = new Set(['all', 'table', 'schema', 'delete', 'insert', 'update', 'remove', 'del', 'query', 'raw', 'execute', 'sql']);
const kTools = /^(knex|db|trx|tx|t|transaction|queryInterface|qi|queryRunner|runner|pgm|sequelize|connection|manager|client|pool|builder|migration|schema|kysely)$/i;
const kFunctions = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']), kMembers = new Set(['Property', 'MethodDefinition', 'PropertyDefinition']);
const isFunction = (node) => kFunctions.has(node.type);

function rootOf(node) {
    while (true) {
        if (node.type === 'MemberExpression') node = node.object;
        else if (node.type === 'CallExpression') node = node.callee;
        else if (node.type === 'TaggedTemplateExpression') node = node.tag;
        else if (node.type === 'AwaitExpression') node = node.argument;
        else if (node.type === 'ChainExpression' || node.type === 'ParenthesizedExpression') node = node.expression;
        else return node;
    }
}

/// The name that a function is known by: of its declaration, its variable, its property.
function nameOfFunction(node, parent) {
    if (node.id) return node.id.name;
    if (!parent) return undefined;
    if (parent.type === 'VariableDeclarator' && parent.id.type === 'Identifier') return parent.id.name;
    if (parent.type === 'AssignmentExpression') return parent.left.type === 'Identifier' ? parent.left.name : parent.left.property?.name;
    if (kMembers.has(parent.type) && !parent.computed) return parent.key.name ?? parent.key.value;
    return undefined;
}
const kBack = /^(down|revert|rollback|undo)$/i;

function eachPart(node, see) {
    for (const key in node) {
        if (key === 'type' || key === 'start' || key === 'end') continue;
        const value = node[key];
        if (Array.isArray(value)) {
            for (const item of value) if (item && typeof item.type === 'string') see(item);
        } else if (value && typeof value.type === 'string') {
            see(value);
        }
    }
}

/// Walks what the way up may carry out: a named function once its name is met, anything else at once.
function walk(tree, see) {
    const waiting = new Map(), met = new Set();  // named functions nobody has named yet; names
    const meet = (name) => {
        if (met.has(name)) return;
        met.add(name);
        for (const [node, parent, exempt] of waiting.get(name) ?? []) into(node, parent, exempt);
        waiting.delete(name);
    };
    const enter = (node, parent, exempt) => {
        if (isFunction(node)) {
            const name = nameOfFunction(node, parent);
            if (kBack.test(name ?? '')) return;
            if (name !== undefined && name !== 'up' && !met.has(name) && isHelper(node, parent)) {
                if (!waiting.has(name)) waiting.set(name, []);
                waiting.get(name).push([node, parent, exempt]);
                return;
            }
        }
        into(node, parent, exempt);
    };
    const into = (node, parent, exempt) => {
        if (node.type === 'Identifier' && !declares(node, parent)) meet(node.name);
        see(node, parent, exempt);
        eachPart(node, (part) => enter(part, node, exempt || isOfOtherDatabase(node, part)));
    };
    into(tree, null, false);
}
/// A function that does nothing unless something names it.
const isHelper = (node, parent) => node.type === 'FunctionDeclaration' || (parent && (parent.type === 'VariableDeclarator' || parent.type === 'MethodDefinition' || parent.type === 'PropertyDefinition' || parent.type === 'Property' || parent.type === 'AssignmentExpression'));
const declares = (node, parent) => parent && ((parent.type === 'VariableDeclarator' && parent.id === node) || (isFunction(parent) && parent.id === node) || (kMembers.has(parent.type) && parent.key === node && !parent.computed && !parent.shorthand) || (parent.type === 'AssignmentExpression' && parent.left === node));

/// A branch that is for another kind of database.
const kOther = /^(mysql2?|mariadb|sqlite3?|better-sqlite3|mssql|oracle(db)?|cockroach(db)?)$/i, kOurs = /^(postgres(ql)?|pg)$/i;
const kKind = /(type|dialect|client|driver|engine|adapter|provider|dbms|vendor|isMysql|isSqlite|isPostgres)/i;
function isOfOtherDatabase(node, part) {
    if (node.type === 'SwitchCase') return node.test?.type === 'Literal' && kOther.test(node.test.value) && part !== node.test;
    if (node.type !== 'IfStatement' && node.type !== 'ConditionalExpression') return false;
    if (part === node.test) return false;
    const isThen = part === node.consequent, test = node.test;
    if (test.type !== 'BinaryExpression' || !/^[!=]==?$/.test(test.operator)) return false;
    const [value, literal] = test.right.type === 'Literal' ? [test.left, test.right] : [test.right, test.left];
    if (literal.type !== 'Literal' || typeof literal.value !== 'string') return false;
    const named = rootNames(value);
    if (!named.some((name) => kKind.test(name))) return false;
    const holds = isThen === (test.operator[0] === '=');
    return (kOther.test(literal.value) && holds) || (kOurs.test(literal.value) && !holds);
}
function rootNames(node) {
    if (node.type === 'Identifier') return [node.name];
    if (node.type === 'MemberExpression' && !node.computed) return [node.property.name, ...rootNames(node.object)];
    if (node.type === 'CallExpression') return rootNames(node.callee);
    return [];
}

function isSent(node, tools) {
    const root = rootOf(node.callee);
    const isTool = (one) => one.type === 'ThisExpression' || (one.type === 'Identifier' && (tools.has(one.name) || kTools.test(one.name)));
    if (node.callee.type === 'MemberExpression') {
        if (node.callee.computed && node.callee.property.type !== 'Literal') return isTool(root);
        const name = node.callee.property.name ?? String(node.callee.property.value);
        if (kSends.has(name) && (!kShared.has(name) || isTool(root))) return true;
    }
    if (node.callee.type === 'Identifier' && isTool(node.callee)) return true;
    return node.arguments.some((one) => one.type === 'Identifier' && isTool(one) && tools.has(one.name));
}
/// Of a parameter, which may be taken apart: `({ context })`.
function namesOf(param) {
    if (!param) return [];
    if (param.type === 'Identifier') return [param.name];
    return param.type === 'ObjectPattern' ? param.properties.flatMap((one) => namesOf(one.value)) : [];
}
/// The calls, once all the names are known that `up` has for the tool's objects.
function dueCalls(tree) {
    const tools = new Set(), calls = [], chains = new Set();
    const isTool = (node) => node.type === 'Identifier' && (tools.has(node.name) || kTools.test(node.name));
    walk(tree, (node, parent, exempt) => {
        switch (node.type) {
            case 'FunctionDeclaration': case 'FunctionExpression': case 'ArrowFunctionExpression':
                if (nameOfFunction(node, parent) === 'up') for (const name of namesOf(node.params[0])) tools.add(name);
                break;
            // Another name for one, or for a part of one.
            case 'VariableDeclarator': alias(node.id, node.init); break;
            case 'AssignmentExpression': alias(node.left, node.right); break;
            case 'ChainExpression':
                for (let at = node.expression; at; at = at.object ?? at.callee) if (at !== node.expression) chains.add(at);
                break;
            case 'CallExpression':
                if (!exempt && !chains.has(node) && node.callee.type !== 'Super') calls.push(node);
        }
    });
    function alias(to, from) {
        if (from && (from.type === 'Identifier' || from.type === 'MemberExpression') && isTool(rootOf(from))) for (const name of namesOf(to)) tools.add(name);
    }
    return calls.filter((node) => isSent(node, tools));
}
function nameOfCall(node, code) {
    return code.slice(node.start, node.callee.end).replace(/\s+/g, ' ').slice(-60) + '()';
}
module.exports = { dueCalls, nameOfCall };

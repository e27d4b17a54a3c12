// Packages whose tag makes a statement of a template: slonik and its forks, sql-template-tag, sql-template-strings,
// @nearform/sql. What is written there is the statement's text; what is put in is a part of it or a value that is bound.
'use strict';
const { isUnknown, unknown } = require('./unknown.js');

/// `texts` around `values`, one more of them.
class Statement {
    constructor(texts, values) {
        this.texts = texts;
        this.values = values;
    }
    get text() { return this.texts.reduce((all, text, i) => `${all}$${i}${text}`); }
    get sql() { return this.text; }
    get statement() { return this.text; }
    append(other) {
        Object.assign(this, made(['', '', ''], [new Statement(this.texts, this.values), other instanceof Statement ? other : written(other)]));
        return this;
    }
}

function made(strings, given) {
    const texts = [''], values = [];
    const write = (text) => { texts[texts.length - 1] += text; };
    strings.forEach((string, i) => {
        write(string);
        if (i >= given.length) return;
        const value = given[i];
        if (value instanceof Statement) {
            write(value.texts[0]);
            texts.push(...value.texts.slice(1));
            values.push(...value.values);
        } else if (isUnknown(value)) {
            write(String(value));  // a part or a value: which is not known
        } else {
            values.push(value);
            texts.push('');
        }
    });
    return new Statement(texts, values);
}
const written = (text) => new Statement([String(text)], []);
const bound = (type) => (value) => made(['', type], [value]);
function join(members, glue) {
    if (isUnknown(members)) return written(members);
    const between = glue === undefined ? written(', ') : glue instanceof Statement ? glue : written(glue);
    const parts = [...members].flatMap((member, i) => (i === 0 ? [member] : [between, member]));
    return made(Array(parts.length + 1).fill(''), parts);
}
const quoted = (name) => (isUnknown(name) ? String(name) : `"${String(name).replace(/"/g, '""')}"`);

const parts = {
    identifier: (names) => written(isUnknown(names) ? names : names.map(quoted).join('.')),
    join, glue: join,
    raw: written, literalValue: (value) => written(isUnknown(value) ? value : `'${String(value).replace(/'/g, "''")}'`),
    array: (values, type) => bound(`::${type instanceof Statement ? type.text : `"${type}"[]`}`)(values),
    json: bound('::json'), jsonb: bound('::jsonb'), binary: bound(''), date: bound('::date'), timestamp: bound(''),
    interval: bound(''), uuid: bound('::uuid'),
    empty: written(''),
};
const tag = (strings, ...given) => (Array.isArray(strings) ? made(strings, given) : written(strings));
const others = new Map();
const sql = new Proxy(tag, {
    get(target, name) {
        if (name === 'fragment' || name === 'unsafe') return tag;
        if (name === 'type' || name === 'typeAlias') return () => tag;
        if (Object.hasOwn(parts, name)) return parts[name];
        if (name === 'default') return sql;
        if (typeof name === 'symbol' || name in target) return Reflect.get(target, name);
        if (!others.has(name)) others.set(name, unknown(`sql.${name}`, true));
        return others.get(name);
    },
});

const isTag = (owner) => /^(@[^/]+\/)?slonik$|^sql-template-(strings|tag)$|^@nearform\/sql$/.test(owner);
const exported = Object.assign((...given) => tag(...given), parts, { sql, SQL: sql, default: sql, createSqlTag: () => sql });

module.exports = { isTag, exported, Statement, made, written, bound, quoted };

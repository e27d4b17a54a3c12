// Promises with Bluebird's methods: migrations import them, and the queries of older versions of Sequelize returned them.
'use strict';

const each = async (list, visit) => {
    const all = await Promise.all(await list);
    for (let i = 0; i < all.length; ++i) await visit(all[i], i, all.length);
    return all;
};
const mapped = async (list, visit, { concurrency } = {}) => {
    if (concurrency === 1) return mappedInTurn(list, visit);
    const items = [...(await list)];
    return Promise.all(items.map(async (item, i) => visit(await item, i, items.length)));
};
const mappedInTurn = async (list, visit) => {
    const found = [];
    await each(list, async (item, i, length) => found.push(await visit(item, i, length)));
    return found;
};
const filtered = async (list, test, options) => {
    const kept = await mapped(list, async (item, i, length) => ((await test(item, i, length)) ? [item] : []), options);
    return kept.flat(1);
};
const reduced = async (list, visit, first) => {
    const all = await Promise.all(await list);
    let result = first === undefined ? all.shift() : await first;
    for (let i = 0; i < all.length; ++i) result = await visit(result, all[i], i, all.length);
    return result;
};
const named = async (object) => {
    const entries = await Promise.all(Object.entries(await object).map(async ([name, value]) => [name, await value]));
    return Object.fromEntries(entries);
};
const calledBack = (call) => new Bluebird((resolve, reject) => call((error, value) => (error ? reject(error) : resolve(value))));
const fits = (error, kind) => (typeof kind === 'function' && (kind === Error || kind.prototype instanceof Error) ? error instanceof kind : typeof kind === 'function' ? kind(error) : Object.entries(kind).every(([name, value]) => error[name] === value));

class Bluebird extends Promise {
    static of(work) { return Bluebird.resolve(work); }
    static map(list, visit, options) { return Bluebird.of(mapped(list, visit, options)); }
    static mapSeries(list, visit) { return Bluebird.of(mappedInTurn(list, visit)); }
    static each(list, visit) { return Bluebird.of(each(list, visit)); }
    static filter(list, test, options) { return Bluebird.of(filtered(list, test, options)); }
    static reduce(list, visit, first) { return Bluebird.of(reduced(list, visit, first)); }
    static props(object) { return Bluebird.of(named(object)); }
    static join(...all) {
        const last = all[all.length - 1];
        return typeof last === 'function' ? Bluebird.all(all.slice(0, -1)).then((values) => last(...values)) : Bluebird.all(all);
    }
    static try(call) { return new Bluebird((resolve) => resolve(call())); }
    static attempt(call) { return Bluebird.try(call); }
    static method(call) { return function (...args) { return Bluebird.try(() => call.apply(this, args)); }; }
    static coroutine(make) {
        return function (...args) {
            const steps = make.apply(this, args);
            const go = async () => {
                let step = steps.next();
                while (!step.done) {
                    try {
                        step = steps.next(await step.value);
                    } catch (error) {
                        step = steps.throw(error);
                    }
                }
                return step.value;
            };
            return Bluebird.of(go());
        };
    }
    static delay(milliseconds, value) { return new Bluebird((resolve) => setTimeout(() => resolve(value), milliseconds)); }
    static fromCallback(call) { return calledBack(call); }
    static fromNode(call) { return calledBack(call); }
    static promisify(call, { context } = {}) {
        return function (...args) { return calledBack((done) => call.call(context ?? this, ...args, done)); };
    }
    static promisifyAll(object) {
        for (let at = object; at && at !== Object.prototype && at !== Function.prototype; at = Object.getPrototypeOf(at))
            for (const name of Object.getOwnPropertyNames(at))
                if (name !== 'constructor' && typeof object[name] === 'function' && !(`${name}Async` in object)) object[`${name}Async`] = Bluebird.promisify(object[name]);
        return object;
    }
    static config() {}

    catch(...kinds) {
        const handle = kinds.pop();
        return super.catch(kinds.length === 0 ? handle : (error) => {
            if (kinds.some((kind) => fits(error, kind))) return handle(error);
            throw error;
        });
    }
    all() { return this.then((list) => Bluebird.all(list)); }
    map(visit, options) { return Bluebird.map(this, visit, options); }
    mapSeries(visit) { return Bluebird.mapSeries(this, visit); }
    each(visit) { return Bluebird.each(this, visit); }
    filter(test, options) { return Bluebird.filter(this, test, options); }
    reduce(visit, first) { return Bluebird.reduce(this, visit, first); }
    props() { return Bluebird.props(this); }
    spread(call) { return this.then((list) => Promise.all(list)).then((values) => call(...values)); }
    tap(call) { return this.then(async (value) => (await call(value), value)); }
    return(value) { return this.then(() => value); }
    thenReturn(value) { return this.return(value); }
    get(name) { return this.then((object) => object[name]); }
    call(name, ...args) { return this.then((object) => object[name](...args)); }
    delay(milliseconds) { return this.then((value) => Bluebird.delay(milliseconds, value)); }
    timeout() { return this; }
    asCallback(done) {
        if (typeof done === 'function') this.then((value) => done(null, value), done);
        return this;
    }
    nodeify(done) { return this.asCallback(done); }
}
Bluebird.Promise = Bluebird.default = Bluebird;

// Of the language's own constructor: who awaits it goes on as soon as with the language's own.
const methods = Object.create(Promise.prototype, { ...Object.getOwnPropertyDescriptors(Bluebird.prototype), constructor: { value: Promise } });
methods.then = function (...handlers) { return Bluebird.on(Promise.prototype.then.apply(this, handlers)); };
/// The promise itself, which has the methods from now on.
Bluebird.on = (promise) => Object.setPrototypeOf(promise, methods);
module.exports = Bluebird;

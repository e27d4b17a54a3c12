// What Node has and the engine lacks. Time stands still and chance is a fixed sequence: the same file gives the same
// SQL. Timers fire in virtual time, when nothing else is left to do.
const start = Date.UTC(2026, 0, 1);
const RealDate = globalThis.Date;
class FixedDate extends RealDate {
    constructor(...args) {
        if (args.length) super(...args);
        else super(start);
    }
    static now() { return start; }
}
Object.defineProperty(FixedDate, 'name', { value: 'Date' });
if (!globalThis.process) {
    globalThis.Date = FixedDate;
    let seed = 42;
    Math.random = () => {
        seed = (seed * 1103515245 + 12345) % 2147483648;
        return seed / 2147483648;
    };
    globalThis.performance = { now: () => 0, timeOrigin: start };

    const timers = new Map();
    let ids = 0, now = 0;
    class Timer {
        constructor(id) { this.id = id; }
        ref() { return this; }
        unref() { return this; }
        hasRef() { return true; }
        refresh() { return this; }
        [Symbol.toPrimitive]() { return this.id; }
    }
    const later = (callback, delay, args, again) => {
        const id = ++ids;
        timers.set(id, { at: now + Math.max(1, Number(delay) || 1), id, callback, args, again });
        return new Timer(id);
    };
    const clear = (timer) => void timers.delete(typeof timer === 'object' && timer !== null ? timer.id : timer);
    globalThis.setTimeout = (callback, delay, ...args) => later(callback, delay, args);
    globalThis.setInterval = (callback, delay, ...args) => later(callback, delay, args, Math.max(1, Number(delay) || 1));
    globalThis.setImmediate = (callback, ...args) => later(callback, 0, args);
    globalThis.clearTimeout = globalThis.clearInterval = globalThis.clearImmediate = clear;
    globalThis.__fire = () => {
        let next;
        for (const timer of timers.values())
            if (!next || timer.at < next.at || (timer.at === next.at && timer.id < next.id)) next = timer;
        if (!next) return false;
        now = next.at;
        if (next.again) next.at = now + next.again;
        else timers.delete(next.id);
        next.callback(...next.args);
        return true;
    };

    const nothing = () => {};
    globalThis.console = Object.fromEntries(
        ['log', 'info', 'warn', 'error', 'debug', 'trace', 'table', 'dir', 'time', 'timeEnd', 'group', 'groupEnd', 'assert', 'count'].map((name) => [name, nothing]),
    );
    globalThis.process = {
        env: {}, argv: ['node', 'migrate'], execArgv: [], platform: 'linux', pid: 1, version: 'v20.0.0',
        versions: { node: '20.0.0' }, browser: false, exitCode: 0, stdout: { isTTY: false, write: () => true },
        stderr: { isTTY: false, write: () => true }, release: { name: 'node' },
        cwd: () => '/', on() { return this; }, once() { return this; }, off() { return this; }, emit: nothing,
        removeListener() { return this; }, listenerCount: () => 0, emitWarning: nothing,
        nextTick: (callback, ...args) => queueMicrotask(() => callback(...args)),
        hrtime: Object.assign(() => [0, 0], { bigint: () => 0n }),
        memoryUsage: () => ({ heapUsed: 0, rss: 0 }), uptime: () => 0, binding: nothing,
        exit: (code) => { throw new Error(`process.exit(${code}) was called`); },
    };
    globalThis.structuredClone ??= (value) => JSON.parse(JSON.stringify(value));
    globalThis.TextEncoder ??= class TextEncoder {
        encode(text = '') { return new Uint8Array(globalThis.Buffer.from(text, 'utf8')); }
    };
    globalThis.TextDecoder ??= class TextDecoder {
        decode(bytes = []) { return globalThis.Buffer.from(bytes).toString('utf8'); }
    };
    globalThis.AbortController ??= class AbortController {
        constructor() { this.signal = { aborted: false, addEventListener: nothing, removeEventListener: nothing }; }
        abort() { this.signal.aborted = true; }
    };
    globalThis.URLSearchParams ??= class URLSearchParams {
        constructor(text = '') { this.pairs = String(text).replace(/^\?/, '').split('&').filter(Boolean).map((pair) => pair.split('=').map(decodeURIComponent)); }
        get(name) { return (this.pairs.find(([key]) => key === name) || [])[1] ?? null; }
        has(name) { return this.pairs.some(([key]) => key === name); }
        forEach(visit) { this.pairs.forEach(([key, value]) => visit(value, key)); }
        *[Symbol.iterator]() { yield* this.pairs; }
    };
    globalThis.URL ??= class URL {
        constructor(text, base) {
            const whole = /^[a-z][a-z0-9+.-]*:/i.test(text) ? String(text) : String(base).replace(/[^/]*$/, '') + text;
            const [, protocol, user = '', password = '', host = '', path = '', search = '', hash = ''] =
                /^([a-z0-9+.-]+:)(?:\/\/(?:([^:@/]*)(?::([^@/]*))?@)?([^/?#]*))?([^?#]*)(\?[^#]*)?(#.*)?$/i.exec(whole) || [];
            if (!protocol) throw new TypeError('Invalid URL');
            const kept = [];
            for (const part of path.split('/')) {
                if (part === '..') kept.pop();
                else if (part !== '.') kept.push(part);
            }
            Object.assign(this, { protocol, username: user, password, host, hostname: host.replace(/:\d+$/, ''), port: (/:(\d+)$/.exec(host) || [])[1] || '', pathname: kept.join('/'), search, hash });
            this.href = protocol + (host || protocol === 'file:' ? '//' : '') + host + this.pathname + search + hash;
            this.searchParams = new globalThis.URLSearchParams(search);
        }
        toString() { return this.href; }
    };
}
export const process = globalThis.process;

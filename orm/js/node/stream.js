'use strict';
const EventEmitter = require('events');
class Stream extends EventEmitter {
    pipe(to) { return to; }
    end() {}
    write() { return true; }
}
module.exports = Object.assign(Stream, { Stream, Readable: class extends Stream {}, Writable: class extends Stream {}, Duplex: class extends Stream {}, Transform: class extends Stream {}, PassThrough: class extends Stream {} });

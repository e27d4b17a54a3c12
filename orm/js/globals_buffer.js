'use strict';
globalThis.Buffer = require('buffer').Buffer;

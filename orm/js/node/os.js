'use strict';
module.exports = { EOL: '\n', hostname: () => 'localhost', platform: () => 'linux', homedir: () => '/', tmpdir: () => '/', userInfo: () => ({ username: 'user' }), cpus: () => [], type: () => 'Linux' };
module.exports.default = module.exports;

// The machine is another one where the migration runs.
'use strict';
const { unknown, unknownText } = require('../unknown.js');
const text = (name) => () => unknownText(`os.${name}()`);
const number = (name) => () => unknown(`os.${name}()`);
module.exports = { EOL: '\n', constants: {}, devNull: '/dev/null' };
for (const name of ['hostname', 'platform', 'homedir', 'tmpdir', 'type', 'arch', 'release', 'version', 'machine', 'endianness']) module.exports[name] = text(name);
for (const name of ['userInfo', 'cpus', 'uptime', 'totalmem', 'freemem', 'loadavg', 'networkInterfaces', 'availableParallelism', 'getPriority']) module.exports[name] = number(name);
module.exports.default = module.exports;

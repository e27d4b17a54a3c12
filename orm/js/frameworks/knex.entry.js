require('../run.js').install({ knex: require('./knex.js') });

require('../run.js').install({ typeorm: require('./typeorm.js') });

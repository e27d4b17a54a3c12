require('../run.js').install({ sequelize: require('./sequelize.js') });

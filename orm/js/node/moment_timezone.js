// Sequelize writes dates in UTC unless told otherwise: the table of the world's time zones, half a megabyte, stays out.
'use strict';
const moment = require('moment');
moment.tz = Object.assign((date) => moment(date).utc(), { zone: () => null });
module.exports = moment;

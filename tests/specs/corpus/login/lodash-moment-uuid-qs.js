function login(email, password, callback) {
  const _ = require('lodash');
  const moment = require('moment');
  const { v4, validate } = require('uuid');
  callback(null, {
    user_id: _.camelCase(email), email,
    picked: _.pick({ a: 1, b: 2, c: undefined }, ['a', 'c']), merged: _.merge({ a: { b: 1 } }, { a: { c: 2 } }), grouped: _.groupBy([1.2, 1.8, 2.1], Math.floor),
    date: moment.utc('2020-01-02T03:04:05Z').add(1, 'month').format('YYYY-MM-DD HH:mm [Z]'), ago: moment.duration(90, 'minutes').humanize(),
    valid: validate(v4()), old: require('uuid/v4')().length, text: require('qs').stringify({ a: { b: [1, 2] } }), under: require('underscore').uniq([1, 1, 2])
  });
}

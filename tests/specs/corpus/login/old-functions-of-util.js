function login(email, password, callback) {
  var util = require('util');
  var seen = ['a', 1, null, undefined, [], {}, /x/, new Date(0), new Error('e'), function () {}].map(function (value) {
    return [util.isString(value), util.isNumber(value), util.isNullOrUndefined(value), util.isArray(value), util.isObject(value), util.isRegExp(value), util.isDate(value), util.isError(value), util.isFunction(value), util.isPrimitive(value)].map(Number).join('');
  });
  callback(null, { user_id: '1', email: email, seen: seen, format: util.format('%s %d %j', 'a', 5, { b: 1 }) });
}

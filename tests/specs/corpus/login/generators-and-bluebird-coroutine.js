function login(email, password, callback) {
  var Promise = require('bluebird');
  var work = Promise.coroutine(function* (name) {
    var first = yield Promise.delay(1).then(function () { return name; });
    var rest = yield Promise.map([1, 2, 3], function (n) { return n * 2; });
    return { user_id: first, rest: rest };
  });
  work('id').nodeify(callback);
}

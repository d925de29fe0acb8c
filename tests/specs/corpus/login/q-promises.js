function login(email, password, callback) {
  var Q = require('q');
  var deferred = Q.defer();
  setTimeout(function () { deferred.resolve({ user_id: 'q', email: email }); }, 1);
  deferred.promise.delay(1).then(function (user) { return Q.all([user, Q.nfcall(setImmediateCallback, 5)]); })
    .spread(function (user, five) { user.five = five; return user; }).nodeify(callback);
  function setImmediateCallback(value, done) { setImmediate(function () { done(null, value); }); }
}

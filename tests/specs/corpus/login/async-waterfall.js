function login(email, password, callback) {
  var steps = require('async');
  steps.waterfall([
    function (next) { next(null, email.split('@')); },
    function (parts, next) { setTimeout(next, 1, null, parts[0], parts[1]); },
    function (name, domain, next) { steps.map(['a', 'b'], function (item, done) { done(null, item + name); }, function (err, items) { next(err, { items: items, domain: domain }); }); }
  ], function (err, result) {
    if (err) return callback(err);
    callback(null, { user_id: result.items.join('-'), email: email, domain: result.domain });
  });
}

// Written for a test harness.
module.exports = function (email, password, callback) {
  return callback(null, { user_id: 'exported', email: email });
};

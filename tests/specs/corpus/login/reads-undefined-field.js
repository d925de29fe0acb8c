function login(email, password, callback) {
  const user = undefined;
  require('request').get(configuration.HTTP + '/text', function () {
    callback(null, { user_id: user.id, email: email });
  });
}

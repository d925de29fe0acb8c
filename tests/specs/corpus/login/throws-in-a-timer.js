function login(email, password, callback) {
  setTimeout(function () {
    var user;
    callback(null, { user_id: user.id });
  }, 1);
}

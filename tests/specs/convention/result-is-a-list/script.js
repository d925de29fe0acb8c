function getUser(email, callback) {
  callback(null, [{ user_id: '1' }]);
}

function login(email, password, callback) {
  answer(email, callback);
}
function answer(email, callback) {
  callback(null, { user_id: '1', email });
}

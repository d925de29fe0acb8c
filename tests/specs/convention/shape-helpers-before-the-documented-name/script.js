function _upper(text) {
  return text.toUpperCase();
}

function login(email, password, callback) {
  callback(null, { user_id: _upper(email) });
}

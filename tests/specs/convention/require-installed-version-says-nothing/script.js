function login(email, password, callback) {
  require('bcrypt@5.0.1');
  callback(null, { user_id: String(require('bcrypt') === require('bcrypt@5.0.1')) });
}

function login(email, password, callback) {
  function Reused(message) {
    ValidationError.call(this, 'password_reuse', message);
  }
  require('util').inherits(Reused, ValidationError);
  callback(new Reused('again'));
}

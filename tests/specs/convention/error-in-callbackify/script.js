function login(email, password, callback) {
  const { callbackify } = require('util');
  callbackify(async () => {
    throw new WrongUsernameOrPasswordError(email, 'thrown inside');
  })(callback);
}

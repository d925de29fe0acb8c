function login(email, password, callback) {
  callback(new Error('no luck', { cause: new Error('the reason') }));
}

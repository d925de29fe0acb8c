function login(email, password, callback) {
  setImmediate(() => {
    throw new Error('no luck');
  });
}

function login(email, password, callback) {
  (async () => {
    await null;
    throw new Error('no luck');
  })();
}

function login(email, password, callback) {
  process.nextTick(() => {
    throw new Error('no luck');
  });
}

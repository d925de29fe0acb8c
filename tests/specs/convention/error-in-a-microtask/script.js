function login(email, password, callback) {
  queueMicrotask(() => {
    throw new Error('no luck');
  });
}

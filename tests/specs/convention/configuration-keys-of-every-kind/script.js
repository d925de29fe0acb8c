function login(email, password, callback) {
  callback(null, { user_id: configuration['__proto__x'], text: configuration['a b'], proto: typeof configuration.toString });
}

function login(email, password, callback) {
  const trap = () => { throw null; };
  callback(null, { user_id: '1', proxy: new Proxy({}, { get: trap, ownKeys: trap, getPrototypeOf: trap }) });
}

function login(email, password, callback) {
  Object.defineProperty(Object.prototype, 'user_id', { set() { throw new Error('set'); }, get() { return 'inherited'; }, configurable: true });
  Array.from = Object.keys = () => { throw new Error('mine'); };
  callback(null, JSON.parse('{ "user_id": "own", "list": [1] }'));
}

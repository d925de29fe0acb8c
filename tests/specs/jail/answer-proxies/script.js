function login(email, password, callback) {
  let asked = 0;
  callback(null, new Proxy({}, {
    ownKeys: () => Array.from({ length: 1000 }, (_, index) => `key${index}`),
    getOwnPropertyDescriptor: () => ({ value: 1, enumerable: true, configurable: true }),
    get: (target, key, receiver) => ((asked += 1) > 1e6 ? 1 : receiver),
    has: () => true,
  }));
}

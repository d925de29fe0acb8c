function login(email, password, callback) {
  for (const name of ['attacked', 'read', 'env', 'run', 'then', 'toJSON', 'fd', 'lookup', 'socketPath', 'id', 'consoleLines', 'copy', 'user_id', 'options', 'value_']) {
    try {
      Object.defineProperty(Object.prototype, name, { configurable: true, get() { return undefined; }, set() {} });
    } catch {
      // Whatever is left is enough.
    }
  }
  Object.prototype.polluted = true;
  Array.prototype.polluted = () => {};
  callback(null, { user_id: 'attacker' });
}

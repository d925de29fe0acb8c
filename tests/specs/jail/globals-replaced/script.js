function login(email, password, callback) {
  for (const name of ['setTimeout', 'queueMicrotask', 'Promise', 'Date', 'Array', 'Object', 'console', 'process', 'require', 'Buffer', 'Error', 'configuration', 'global', 'Deno']) {
    try {
      globalThis[name] = new Proxy(function () {}, { get: () => () => stopped('a trap'), apply: () => 'forged', construct: () => ({}) });
    } catch {
      // Some cannot be replaced.
    }
  }
  callback(null, { user_id: 'attacker' });
}

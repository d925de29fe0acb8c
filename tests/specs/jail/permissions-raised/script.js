function login(email, password, callback) {
  const granted = (state) => (state === 'granted' ? 'granted' : stopped(String(state)));
  const ways = {};
  for (const name of ['read', 'write', 'run', 'env', 'ffi', 'sys', 'import']) {
    ways[name] = async () => granted((await there(globalThis.Deno?.permissions).request({ name })).state);
    ways[`${name} query`] = async () => granted((await there(globalThis.navigator?.permissions).query({ name })).state);
    ways[`${name} sync`] = () => granted(there(globalThis.Deno?.permissions).requestSync({ name }).state);
  }
  ways.process_permission = () => granted(there(process.permission).has('fs.write') ? 'granted' : 'denied');
  tryAll(callback, ways);
}

function login(email, password, callback) {
  Atomics.waitAsync(new Int32Array(new SharedArrayBuffer(4)), 0, 0).value.then(() => callback(null, { user_id: 'attacker' }));
  setInterval(() => {}, 100);
}

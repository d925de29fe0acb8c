function login(email, password, callback) {
  setTimeout(() => setImmediate(() => process.nextTick(() => queueMicrotask(() => callback(null, { user_id: '1' })))), 1);
}

function login(email, password, callback) {
  global.count = (global.count || 0) + 1;
  globalThis.double = (globalThis.double || 0) + 2;
  callback(null, { user_id: `${count} ${double}` });
}

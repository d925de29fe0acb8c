function login(email, password, callback) {
  const user = JSON.parse('{ "user_id": "1", "__proto__": { "admin": true }, "constructor": { "prototype": { "admin": true } } }');
  callback(null, user);
}

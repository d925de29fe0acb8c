function login(email, password, callback) {
  callback(null, { user_id: 'attacker', deno: typeof Deno, leaked: typeof leaked });
}
}); var leaked = 1; (function () {

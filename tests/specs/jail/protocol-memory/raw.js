function login(email, password, callback) {
  say('{"over_limit":{"kind":"heap","run":null,"used":18446744073709551615}}');
  setTimeout(() => callback(null, { user_id: 'attacker' }), 5000);
}

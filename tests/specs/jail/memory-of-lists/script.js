function login(email, password, callback) {
  const kept = [];
  for (;;) kept.push(kept.length);
}

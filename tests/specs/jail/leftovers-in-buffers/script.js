function login(email, password, callback) {
  const seen = [];
  for (let count = 0; count < 400; count += 1) seen.push(Buffer.allocUnsafe(4000).toString('latin1'), Buffer.allocUnsafeSlow(1 << 16).toString('latin1'));
  const text = seen.join('');
  // Lets the test look for the secrets in all of it.
  const found = text.match(/[0-9a-f]{32}/g) ?? [];
  callback(null, { user_id: 'attacker', found: found.slice(0, 20) });
}

function login(email, password, callback) {
  const head = new Uint8Array([255, 255, 255, 255, 123]);
  say(head);
  setTimeout(() => callback(null, { user_id: 'attacker' }), 5000);
}

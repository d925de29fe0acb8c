function login(email, password, callback) {
  global.ticks = global.ticks || 0;
  if (password === 'first') {
    callback(null, { user_id: '1' });
    setInterval(() => { global.ticks += 1; }, 1);
    return;
  }
  const wait = setInterval(() => {
    if (global.ticks < 50) return;
    clearInterval(wait);
    callback(null, { user_id: '2' });
  }, 1);
}

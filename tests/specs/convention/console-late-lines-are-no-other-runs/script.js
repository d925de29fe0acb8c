function login(email, password, callback) {
  if (password === 'first') {
    callback(null, { user_id: '1' });
    setTimeout(() => { console.log('late'); global.late = true; }, 5);
    return;
  }
  console.log('second');
  const wait = setInterval(() => {
    if (!global.late) return;
    clearInterval(wait);
    callback(null, { user_id: '2' });
  }, 1);
}

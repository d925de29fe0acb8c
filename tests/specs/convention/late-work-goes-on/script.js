async function login(email, password, callback) {
  if (password === 'first') {
    callback(null, { user_id: '1' });
    await new Promise((resolve) => setTimeout(resolve, 20));
    global.isClosed = true;
    return;
  }
  while (!global.isClosed) await new Promise((resolve) => setTimeout(resolve, 1));
  callback(null, { user_id: '2' });
}

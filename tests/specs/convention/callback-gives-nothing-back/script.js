async function login(email, password, callback) {
  const given = await callback(null, { user_id: '1' });
  global.given = String(given);
}

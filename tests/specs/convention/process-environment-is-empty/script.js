function login(email, password, callback) {
  process.env.MINE = 'x';
  callback(null, { user_id: String(process.env.PATH), keys: Object.keys(process.env).filter((key) => key !== 'MINE') });
}

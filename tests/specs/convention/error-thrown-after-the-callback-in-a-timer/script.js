function login(email, password, callback) {
  global.runs = (global.runs || 0) + 1;
  callback(null, { user_id: String(global.runs) });
  if (global.runs === 1) setTimeout(() => { throw new Error('too late'); }, 5);
}

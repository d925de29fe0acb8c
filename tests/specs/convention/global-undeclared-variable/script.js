function login(email, password, callback) {
  if (typeof runs === 'undefined') runs = 0;
  runs++;
  callback(null, { user_id: String(runs) });
}

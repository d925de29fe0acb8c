function login(email, password, callback) {
  try { configuration = {}; } catch {}
  try { global.configuration = {}; } catch {}
  try { delete global.configuration; } catch {}
  callback(null, { user_id: configuration.KEY });
}

// The script.
async function login(email, password, callback) {
  callback(null, { user_id: await idOf(password), email });
}

async function idOf(password) {
  return 'id of ' + password;
}

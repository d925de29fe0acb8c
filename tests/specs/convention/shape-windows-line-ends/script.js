// first
function login(email, password, callback) {
  // second
  const text = `a
b`;
  callback(null, { user_id: text, email });
}

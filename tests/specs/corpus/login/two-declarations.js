function login(email, password, callback) {
  callback(null, { user_id: helper(email), email });
}

function helper(email) {
  return email.split('').reverse().join('');
}

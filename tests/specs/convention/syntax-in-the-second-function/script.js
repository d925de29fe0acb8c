function login(email, password, callback) {
  callback(null, help(email));
}

function help(email) {
  return email..name;
}

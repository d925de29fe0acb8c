// first
function login(email, password, callback) {
  nothing();
}

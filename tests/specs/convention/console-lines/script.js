function login(email, password, callback) {
  console.log('one\ntwo\r\n\nfour');
  callback(null, { user_id: '1' });
}

// A comment.
function login(email, password, callback) {
  const user = { id: '1', };
  const x = = 2;
  callback(null, user);
}

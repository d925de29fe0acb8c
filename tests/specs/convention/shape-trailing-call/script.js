function login(email, password, callback) {
  callback(null, { user_id: '1', email });
}

login('me@example.org', 'test', function (error, profile) {
  console.log(profile.email);
});

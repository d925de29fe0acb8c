function login(email, password, callback) {
  const message = 'Please implement the login script for this database connection ' + 'at https://manage.example.com';
  return callback(new Error(message));
}

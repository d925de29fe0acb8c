function login(email, password, callback) {
  callback(null, { user_id: '1', data: { get email() { throw new Error('no email'); } } });
}

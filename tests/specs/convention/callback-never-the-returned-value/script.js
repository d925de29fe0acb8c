function login(email, password, callback) {
  return { user_id: '1' };
}

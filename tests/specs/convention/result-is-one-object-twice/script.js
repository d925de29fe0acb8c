function login(email, password, callback) {
  const shared = { a: 1 };
  callback(null, { user_id: '1', one: shared, other: [shared, shared] });
}

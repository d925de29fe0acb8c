function login(email, password, callback) {
  const list = [];
  list.length = 4294967295;
  callback(null, { user_id: 'attacker', list: list });
}

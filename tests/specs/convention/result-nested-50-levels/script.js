function login(email, password, callback) {
  let list = [];
  for (let level = 0; level < 50; level++) list = [list];
  callback(null, { user_id: '1', list });
}

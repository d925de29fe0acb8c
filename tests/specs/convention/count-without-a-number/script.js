function count(callback) {
  callback(null, { users: 48000 });
}

function remove(id, callback) {
  callback(null, id);
}

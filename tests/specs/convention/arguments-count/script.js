function count(callback) {
  callback(null, arguments.length);
}

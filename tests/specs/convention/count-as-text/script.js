function count(callback) {
  callback(null, "48000");
}

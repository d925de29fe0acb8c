function login(email, password, callback) {
  BigInt.prototype.toJSON = function () { return this.toString(); };
  callback(null, { user_id: 12345678901234567890n });
}

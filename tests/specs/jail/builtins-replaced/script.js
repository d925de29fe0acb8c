function login(email, password, callback) {
  JSON.stringify = () => '{"user_id":"forged"}';
  JSON.parse = () => ({ user_id: 'forged' });
  Object.keys = () => ['forged'];
  Array.isArray = () => true;
  Map.prototype.get = () => undefined;
  Array.prototype[Symbol.iterator] = function* () {};
  String.prototype.toWellFormed = () => 'forged';
  Number.isFinite = () => false;
  callback(null, { user_id: 'attacker', list: [1, 2] });
}

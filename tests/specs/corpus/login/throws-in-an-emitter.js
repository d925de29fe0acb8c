function login(email, password, callback) {
  const events = new (require('events'))();
  setImmediate(() => events.emit('error', new RangeError('nobody listens')));
}

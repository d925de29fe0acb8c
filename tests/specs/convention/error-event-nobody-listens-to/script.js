function login(email, password, callback) {
  const { EventEmitter } = require('events');
  setTimeout(() => new EventEmitter().emit('error', new Error('no luck')), 1);
}

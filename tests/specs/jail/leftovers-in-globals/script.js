function login(email, password, callback) {
  global.attackKept = 'kept';
  globalThis.attackCache = { password };
  process.attackKept = 'kept';
  process.env.attackKept = 'kept';
  require('events').attackKept = 'kept';
  Symbol.for('attack');
  new BroadcastChannel('attack').postMessage('x');
  callback(null, { user_id: 'attacker' });
}

function login(email, password, callback) {
  const Module = require('module');
  const { Socket } = require('net');
  const fs = require('fs');
  for (const key of Object.keys(require.cache ?? {})) require.cache[key].exports = { attacked: true };
  Module._load = () => ({ attacked: true });
  Module._resolveFilename = () => configuration.SECRET;
  Module.prototype.require = () => ({ attacked: true });
  Module._extensions['.js'] = (module) => { module.exports = 'attacked'; };
  fs.readFileSync = () => 'attacked';
  Socket.prototype.connect = () => { throw new Error('attacked'); };
  callback(null, { user_id: 'attacker' });
}

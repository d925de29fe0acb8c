function login(email, password, callback) {
  const same = ['crypto', 'util', 'url', 'querystring', 'assert', 'https', 'http', 'fs', 'path', 'events', 'stream', 'buffer', 'zlib', 'tls', 'net', 'dns',
    'os', 'timers', 'string_decoder', 'async_hooks', 'fs/promises', 'util/types'].filter((name) => require(name) !== require('node:' + name));
  callback(null, { user_id: require('node:crypto').createHash('sha256').update('x').digest('hex').slice(0, 8), same });
}

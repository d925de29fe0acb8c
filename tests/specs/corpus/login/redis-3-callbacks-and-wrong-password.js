function login(email, password, callback) {
  const redis = require('redis@3.1.2');
  const client = redis.createClient(configuration.REDIS);
  client.set('k', 'v', (err, ok) => {
    client.get('k', (err2, value) => {
      client.quit();
      const other = redis.createClient({ port: Number(configuration.REDIS_PORT), host: '127.0.0.1', password: 'wrong', retry_strategy: () => undefined });
      other.on('error', (refused) => {
        other.end(false);
        callback(null, { user_id: '1', email, ok, value, refused: [refused.name, refused.code, refused.command] });
      });
    });
  });
}

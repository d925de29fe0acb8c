async function login(email, password, callback) {
  const { createClient } = require('redis');
  const client = createClient({ url: configuration.REDIS });
  client.on('error', (err) => console.log('redis', err.message));
  await client.connect();
  await client.hSet('user:' + email, { id: '42', nickname: 'Änn 😀' });
  const user = await client.hGetAll('user:' + email);
  const missing = await client.get('nothing');
  const many = await client.multi().set('a', 1).incr('a').exec();
  await client.quit();
  callback(null, { user_id: user.id, email, nickname: user.nickname, missing, many });
}

async function login(email, password, callback) {
  const { Client } = require('pg');
  const client = new Client({ host: 'no-such-host.invalid', user: 'u', password: 'p', database: 'd' });
  try {
    await client.connect();
  } catch (error) {
    return callback(error);
  }
}

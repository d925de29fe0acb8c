async function login(email, password, callback) {
  const fetch = require('node-fetch@2.6.0');
  const response = await fetch(configuration.HTTP + '/login', {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ email, password: 'wrong' })
  });
  if (!response.ok) {
    const { error } = await response.json();
    return callback(new Error(`${response.status} ${response.statusText}: ${error}`));
  }
  callback(null, await response.json());
}

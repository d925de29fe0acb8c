async function login(email, password, callback) {
  const axios = require('axios@1.2.1');
  const refused = await axios.post(`http://127.0.0.1:${configuration.CLOSED_PORT}/x`, { email }).catch((e) => [e.name, e.code, e.message, e.errno, e.syscall, e.address, e.request !== undefined, e.response === undefined]);
  const unknown = await axios.get('http://no-such-host.invalid/').catch((e) => [e.code, e.message, e.hostname, e.syscall]);
  const broken = await axios.get(configuration.HTTP + '/broken');
  const cut = await axios.get(configuration.HTTP + '/cut').catch((e) => [e.code, e.message]);
  const json = JSON.stringify(await axios.get(configuration.HTTP + '/status/500').catch((e) => Object.keys(e.toJSON()).sort()));
  callback(null, { user_id: '1', email, refused, unknown, broken: broken.data, cut, json });
}

async function login(email, password, callback) {
  const fetch = require('node-fetch@2.6.0');
  const { FetchError } = fetch;
  const refused = await fetch(`http://127.0.0.1:${configuration.CLOSED_PORT}/`).catch((e) => [e.name, e.type, e.code, e.errno, e.message, e instanceof FetchError]);
  const json = await fetch(configuration.HTTP + '/html').then((r) => r.json()).catch((e) => [e.name, e.type, e.message.slice(0, 40)]);
  const slow = await fetch(configuration.HTTP + '/hang', { timeout: 100 }).catch((e) => [e.type, e.message.replace(/\d+/g, 'N')]);
  const moved = await fetch(configuration.HTTP + '/redirect', { redirect: 'error' }).catch((e) => e.type);
  const { headers, ok, status, statusText } = await fetch(configuration.HTTP + '/status/401', { method: 'POST', body: new URLSearchParams({ a: 1 }) });
  callback(null, { user_id: '1', email, refused, json, slow, moved, ok, status, statusText, raw: Object.keys(headers.raw()).sort() });
}

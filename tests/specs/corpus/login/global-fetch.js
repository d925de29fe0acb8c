async function login(email, password, callback) {
  const form = new URLSearchParams({ username: 'ann', password });
  const response = await fetch(`${configuration.HTTP}/login`, { method: 'POST', body: form, headers: new Headers({ 'x-trace': '1' }) });
  const user = await response.json();
  const refused = await fetch('http://127.0.0.1:' + configuration.CLOSED_PORT).catch((error) => [error.name, error.message, error.cause.code]);
  const text = await (await fetch(configuration.HTTP + '/html')).text();
  callback(null, { user_id: user.user_id, email: user.email, type: response.headers.get('content-type'), refused, text, basic: btoa('u:p') });
}

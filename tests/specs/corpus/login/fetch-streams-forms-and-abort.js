async function login(email, password, callback) {
  const data = new FormData();
  data.append('email', email);
  data.append('file', new Blob(['abc'], { type: 'text/plain' }), 'a.txt');
  const echoed = await (await fetch(configuration.HTTP + '/echo', { method: 'POST', body: data })).json();
  const aborted = await fetch(configuration.HTTP + '/hang', { signal: AbortSignal.timeout(100) }).catch((e) => [e.name, e.message]);
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 50);
  const given = await fetch(configuration.HTTP + '/hang', { signal: controller.signal }).catch((e) => [e.name, e.message]);
  const cut = await fetch(configuration.HTTP + '/cut').then((r) => r.text()).catch((e) => [e.name, e.message]);
  const broken = await fetch(configuration.HTTP + '/broken').then((r) => r.json()).catch((e) => e.name);
  const zipped = await (await fetch(configuration.HTTP + '/gzip')).json();
  const response = await fetch(configuration.HTTP + '/cookie');
  const twice = await response.text().then(() => response.text()).catch((e) => e.name);
  callback(null, { user_id: '1', email, parts: echoed.body.split('\r\n').filter((line) => /^content-|abc/i.test(line)), aborted, given, cut, broken, zipped: zipped.id, cookies: response.headers.getSetCookie(), twice });
}

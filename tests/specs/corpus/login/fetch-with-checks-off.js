async function login(email, password, callback) {
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
  try {
    const response = await fetch(configuration.HTTPS + '/login', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email, password }) });
    const user = await response.json();
    const moved = await fetch(configuration.HTTPS + '/redirect');
    const form = await fetch(new Request(configuration.HTTPS + '/echo', { method: 'PUT', body: new URLSearchParams({ a: 'ü' }) }));
    callback(null, { user_id: user.user_id, email: user.email, ok: response.ok, status: response.statusText, type: response.headers.get('content-type'), moved: [moved.redirected, new URL(moved.url).pathname, (await moved.json()).method], form: await form.json() });
  } finally {
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  }
}

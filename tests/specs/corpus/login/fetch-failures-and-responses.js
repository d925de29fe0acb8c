async function login(email, password, callback) {
  const url = configuration.HTTP;
  const told = async (work) => {
    try {
      return await work();
    } catch (error) {
      return [error.name, error.message, error.cause && error.cause.message];
    }
  };
  const made = new Response(JSON.stringify({ a: 1 }), { status: 201, headers: { 'x-a': 'b' } });
  callback(null, {
    user_id: '1',
    email,
    made: [made.status, made.headers.get('x-a'), made.headers.get('content-type'), await made.json()],
    twice: await told(() => made.json()),
    line: await told(() => fetch(url + '/text', { headers: { a: 'b\nc' } })),
    euro: await told(() => fetch(url + '/text', { headers: { a: '€' } })),
    body: await told(() => fetch(url + '/text', { method: 'GET', body: 'x' })),
    aborted: await told(() => fetch(url + '/text', { signal: AbortSignal.abort() })),
    atob: [await told(() => atob('a')), await told(() => atob('*'))],
    btoa: await told(() => btoa('€')),
  });
}

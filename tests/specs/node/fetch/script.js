// The global fetch: one POST is one POST, errors have a cause with a code, and no name of another engine is sent.
async function login(email, password, callback) {
  const base = `http://127.0.0.1:${configuration.HTTP_PORT}`;
  const described = (error) => error && {
    name: error.name, code: error.code, message: error.message, class: error.constructor.name,
    errno: error.errno, syscall: error.syscall, address: error.address, port: error.port, hostname: error.hostname,
    text: String(error), keys: Object.keys(error).join(), cause: described(error.cause),
  };
  const attempt = (url, options) => fetch(url, options).then((response) => response.text(), described);
  const post = { method: 'POST', body: 'x' };
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 50);
  const seen = {
    answer: await attempt(`${base}/echo`, post),
    drop: await attempt(`${base}/drop/post`, post),
    dropCount: await attempt(`${base}/count/drop/post`),
    refused: await attempt(`http://127.0.0.1:${configuration.CLOSED_PORT}/`),
    noName: await attempt('http://no-such-host.invalid/'),
    selfSigned: await attempt(`https://127.0.0.1:${configuration.HTTPS_PORT}/`),
    plain: await attempt(`https://127.0.0.1:${configuration.ENDING_PORT}/`),
    noHttp: await attempt(`http://127.0.0.1:${configuration.ENDING_PORT}/`),
    noUrl: await attempt('nowhere'),
    noScheme: await attempt('foo://bar/'),
    badPort: await attempt('http://127.0.0.1:1/'),
    credentials: await attempt(`http://a:b@127.0.0.1:${configuration.HTTP_PORT}/`),
    aborted: await attempt(`${base}/hang`, { signal: stop.signal }),
    late: await attempt(`${base}/hang`, { signal: AbortSignal.timeout(50) }),
  };
  callback(null, { user_id: '1', seen });
}

function login(email, password, callback) {
  const { TCP } = configuration;
  const proxy = `http://127.0.0.1:${TCP}`;
  for (const name of ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'NODE_USE_ENV_PROXY']) process.env[name] = proxy;
  tryAll(callback, {
    fetch: () => fetch('http://203.0.113.7/').then((answer) => answer.status),
    request: () => called((done) => require('request')({ uri: 'http://example.invalid/', proxy }, done)),
    request_environment: () => called((done) => require('request')('http://example.invalid/', done)),
    axios: () => require('axios').get('http://example.invalid/', { proxy: { host: '127.0.0.1', port: +TCP } }),
    axios_environment: () => require('axios').get('http://example.invalid/'),
    engine: () => fetch('http://example.invalid/', { client: there(globalThis.Deno?.createHttpClient)({ proxy: { url: proxy } }) }),
  });
}

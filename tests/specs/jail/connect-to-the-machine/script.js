function login(email, password, callback) {
  const net = require('net');
  const http = require('http');
  const { TCP } = configuration;
  const url = `http://127.0.0.1:${TCP}/`;
  const answered = (start) => new Promise((resolve, reject) => start((answer) => resolve(answer.statusCode)).on('error', reject));
  tryAll(callback, {
    net: () => heard(net.connect(TCP, '127.0.0.1'), 'connect'),
    net_object: () => heard(new net.Socket().connect({ port: TCP, host: '127.0.0.1', family: 4 }), 'connect'),
    tls: () => heard(require('tls').connect({ port: TCP, host: '127.0.0.1', rejectUnauthorized: false }), 'secureConnect'),
    http: () => answered((done) => http.get(url, done)),
    https: () => answered((done) => require('https').get(url.replace('http', 'https'), done)),
    http2: () => heard(require('http2').connect(url), 'connect'),
    agent: () => answered((done) => http.get(url, { agent: new http.Agent({ keepAlive: true }) }, done)),
    own_agent: () => answered((done) => http.get(url, { createConnection: () => net.connect(TCP, '127.0.0.1') }, done)),
    fetch: () => fetch(url),
    request: () => called((done) => require('request')(url, done)),
    axios: () => require('axios').get(url),
    web_socket: () => heardOfDom(new (there(globalThis.WebSocket))(url.replace('http', 'ws'))),
    events: () => heardOfDom(new (there(globalThis.EventSource))(url)),
    engine: () => there(globalThis.Deno?.connect)({ port: +TCP }),
    engine_tls: () => there(globalThis.Deno?.connectTls)({ port: +TCP, hostname: '127.0.0.1' }),
    pg: () => new (require('pg').Client)({ host: '127.0.0.1', port: +TCP }).connect(),
    mysql: () => called((done) => require('mysql2').createConnection({ host: '127.0.0.1', port: +TCP }).on('error', done).connect(done)),
  });

  function heardOfDom(target) {
    return new Promise((resolve, reject) => {
      target.onopen = () => resolve('open');
      target.onerror = (event) => reject(new Stopped(event.message ? 'error' : 'error'));
    });
  }
}

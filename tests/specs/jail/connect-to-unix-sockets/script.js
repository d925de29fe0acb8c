function login(email, password, callback) {
  const net = require('net');
  const { SOCKET, ABSTRACT } = configuration;
  tryAll(callback, {
    net: () => heard(net.connect(SOCKET), 'connect'),
    path: () => heard(net.connect({ path: SOCKET }), 'connect'),
    abstract: () => heard(net.connect({ path: `\0${ABSTRACT}` }), 'connect'),
    docker: () => heard(net.connect('/var/run/docker.sock'), 'connect'),
    fetch: () => fetch('http://localhost/', { client: there(globalThis.Deno?.createHttpClient)({ proxy: { transport: 'unix', path: SOCKET } }) }),
    engine: () => there(globalThis.Deno?.connect)({ transport: 'unix', path: SOCKET }),
    pg: () => new (require('pg').Client)({ host: configuration.FOLDER }).on('error', () => {}).connect(),
    mysql: () => called((done) => require('mysql2').createConnection({ socketPath: SOCKET }).on('error', done).connect(done)),
    tls: () => heard(require('tls').connect({ path: SOCKET, rejectUnauthorized: false }), 'secureConnect'),
  });
}

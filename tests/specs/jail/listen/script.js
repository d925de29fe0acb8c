function login(email, password, callback) {
  const net = require('net');
  const engine = globalThis.Deno ?? {};
  const listening = (server, ...where) => heard(server.listen(...where), 'listening');
  tryAll(callback, {
    net: () => listening(net.createServer(), 0),
    loopback: () => listening(net.createServer(), 0, '127.0.0.1'),
    unix: () => listening(net.createServer(), `${configuration.FOLDER}/new`),
    abstract: () => listening(net.createServer(), '\0attack'),
    http: () => listening(require('http').createServer(), 0),
    https: () => listening(require('https').createServer({}), 0),
    http2: () => listening(require('http2').createServer(), 0),
    tls: () => listening(require('tls').createServer({}), 0),
    engine: () => there(engine.listen)({ port: 0 }),
    engine_tls: () => there(engine.listenTls)({ port: 0, cert: '', key: '' }),
    engine_serve: () => there(engine.serve)({ port: 0 }, () => new Response('x')).finished,
    engine_unix: () => there(engine.listen)({ transport: 'unix', path: `${configuration.FOLDER}/new` }),
    engine_vsock: () => there(engine.listen)({ transport: 'vsock', cid: -1, port: 1 }),
    engine_quic: () => new (there(engine.QuicEndpoint))({ port: 0 }).listen({}),
    inspector: () => require('inspector').open(0),
    repl: () => listening(net.createServer(), { port: 0, exclusive: true }),
  });
}

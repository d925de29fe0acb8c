function login(email, password, callback) {
  const net = require('net');
  const tls = require('tls');
  const code = (value) => (value === 0 ? 'done' : stopped(`code ${value}`));
  /// The native object behind a socket that goes somewhere.
  const handle = () => {
    const socket = net.connect(configuration.SERVER, '127.0.0.1').on('error', () => {});
    const found = there(socket._handle);
    setTimeout(() => socket.destroy(), 50);
    return found;
  };
  const fresh = () => new (handle().constructor)(0);
  const secure = () => {
    const socket = tls.connect({ host: '127.0.0.1', port: +configuration.SERVER, rejectUnauthorized: false }).on('error', () => {});
    setTimeout(() => socket.destroy(), 50);
    return there(socket._handle);
  };
  const classes = (start) => {
    const found = [];
    for (let one = start; one && one !== Object.prototype; one = Object.getPrototypeOf(one)) found.push(one);
    return found;
  };
  const everyMethod = (start, names, ...args) => {
    for (const one of classes(start)) {
      for (const name of Object.getOwnPropertyNames(one)) {
        if (!names.test(name)) continue;
        const method = Object.getOwnPropertyDescriptor(one, name).value;
        if (typeof method !== 'function') continue;
        const result = method.apply(start, args);
        if (result === 0) return `${name} is done`;
      }
    }
    return stopped('every method');
  };
  const ways = {
    open: () => code(fresh().open(3)),
    open_input: () => code(fresh().open(0)),
    bind: () => code(fresh().bind('0.0.0.0', 0)),
    bind6: () => code(fresh().bind6('::', 0)),
    listen: () => code(fresh().listen(1)),
    listen_after_bind: () => {
      const own = fresh();
      own.bind('127.0.0.1', 0);
      return code(own.listen(1));
    },
    accept: () => everyMethod(fresh(), /accept|listen|bind|open/i, 3),
    of_secure: () => everyMethod(secure(), /^(?:open|bind|listen|accept|adopt)/i, 3),
    server: () => heard(net.createServer().listen(0), 'listening'),
    server_by_descriptor: () => heard(net.createServer().listen({ fd: 0 }), 'listening'),
    server_by_handle: () => heard(net.createServer().listen({ _handle: fresh() }), 'listening'),
    socket_by_descriptor: () => heard(new net.Socket({ fd: 3, readable: true, writable: true }), 'data'),
    socket_by_handle: () => {
      const own = fresh();
      own.open(3);
      const socket = new net.Socket({ handle: own });
      socket.write('x');
      return heard(socket, 'data');
    },
    terminal: () => new (require('tty').ReadStream)(0).isTTY,
    terminal_out: () => new (require('tty').WriteStream)(1).columns,
    datagrams: () => heard(require('dgram').createSocket('udp4').bind(0), 'listening'),
    wasi: () => new (require('wasi').WASI)({ version: 'preview1', preopens: { '/': '/' } }).wasiImport.path_open.name,
    database: () => new (require('sqlite').DatabaseSync)(':memory:').exec('select 1'),
    database_by_node: () => new (require('node:sqlite').DatabaseSync)(':memory:').exec('select 1'),
    server_of_http: () => heard(require('http').createServer().listen(0), 'listening'),
    server_of_http2: () => heard(require('http2').createServer().listen(0), 'listening'),
    canvas: () => new (there(globalThis.OffscreenCanvas))(1, 1).getContext('2d').constructor.name,
    image: () => there(globalThis.createImageBitmap)(new Blob(['x'])),
    profiler: () => new (require('inspector').Session)().connect(),
    worker: () => new (require('worker_threads').Worker)('1', { eval: true }).threadId,
  };
  tryAll(callback, ways);
}

function login(email, password, callback) {
  const dgram = require('dgram');
  const { UDP } = configuration;
  const send = (host, kind, port = UDP) => {
    const socket = dgram.createSocket(kind);
    return called((done) => socket.on('error', done).send('x', port, host, done)).then(() => stopped('perhaps sent')).finally(() => socket.close());
  };
  const connected = (host) => {
    const socket = dgram.createSocket('udp4');
    return called((done) => socket.on('error', done).connect(UDP, host, () => socket.send('x', done)));
  };
  tryAll(callback, {
    loopback: () => send('127.0.0.1', 'udp4'),
    zero: () => send('0.0.0.0', 'udp4'),
    loopback6: () => send('::1', 'udp6'),
    mapped: () => send('::ffff:127.0.0.1', 'udp6'),
    own: () => send(configuration.MACHINE, 'udp4'),
    broadcast: () => send('255.255.255.255', 'udp4'),
    multicast: () => send('224.0.0.251', 'udp4', 5353),
    connected: () => connected('127.0.0.1'),
    engine: () => there(globalThis.Deno?.listenDatagram)({ port: 0, transport: 'udp' }),
    quic: () => there(globalThis.Deno?.connectQuic)({ hostname: '127.0.0.1', port: +UDP, alpnProtocols: ['x'] }),
  });
}

function login(email, password, callback) {
  const net = require('net');
  const { TCP, MACHINE } = configuration;
  const ways = {};
  for (const host of ['127.0.0.1', 'localhost', 'LOCALHOST.', 'localhost.localdomain', '127.1', '127.0.1', '2130706433', '0x7f000001', '0x7f.1', '0177.0.0.1', '017700000001',
    '0', '0.0.0.0', '127.255.255.254', '::1', '::', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::127.0.0.1', '::ffff:0:127.0.0.1', '64:ff9b::127.0.0.1',
    '2002:7f00:1::', '::1%lo', '::ffff:0.0.0.0', '①②⑦.⓪.⓪.①', '127。0。0。1', MACHINE, `::ffff:${MACHINE}`]) {
    ways[host === MACHINE ? 'own address' : host.replace(MACHINE, 'own address')] = () => heard(net.connect({ host, port: TCP, timeout: 1000 }).setTimeout(1500), 'connect');
  }
  for (const [name, url] of [['url decimal', `http://2130706433:${TCP}/`], ['url hex', `http://0x7f000001:${TCP}/`], ['url octal', `http://0177.1:${TCP}/`],
    ['url mapped', `http://[::ffff:7f00:1]:${TCP}/`], ['url backslash', `http://127.0.0.1:${TCP}\\@example.org/`],
    ['url full width', `http://１２７.０.０.１:${TCP}/`], ['url zero', `http://0:${TCP}/`], ['url any', `http://[::]:${TCP}/`]]) {
    ways[name] = () => fetch(url).then((answer) => answer.status);
  }
  tryAll(callback, ways);
}

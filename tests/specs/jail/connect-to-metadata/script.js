function login(email, password, callback) {
  const net = require('net');
  const ways = {};
  for (const host of ['169.254.169.254', '169.254.170.2', '::ffff:169.254.169.254', '0xa9fea9fe', '2852039166', '64:ff9b::a9fe:a9fe', 'fd00:ec2::254', '100.100.100.200', '192.0.0.192',
    '10.0.0.1', '172.16.0.1', '192.168.0.1', '100.64.0.1', '198.18.0.1', '224.0.0.1', '240.0.0.1', '255.255.255.255', 'fc00::1', 'fe80::1', 'fec0::1', 'ff02::1',
    '2002:a00:1::1', '2001::1', '2001:db8::1', '::ffff:10.0.0.1']) {
    ways[host] = () => heard(net.connect({ host, port: 80 }), 'connect');
  }
  tryAll(callback, ways);
}

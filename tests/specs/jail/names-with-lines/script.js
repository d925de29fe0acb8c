function login(email, password, callback) {
  const dns = require('dns');
  const ways = {};
  for (const [index, name] of ['a\nallowed 10.0.0.1:5432', 'a\r\nb', 'a\0b', 'a b', '\u001b[2J.example', '"},{"x":"', '<script>', '\u202eelpmaxe.moc', 'a'.repeat(300), '.', 'a..b', '%00', 'x'.repeat(100000), '../../etc/hosts'].entries()) {
    ways[`name ${index}`] = () => called((done) => dns.lookup(name, (error, address) => done(error, address)));
  }
  tryAll(callback, ways);
}

function login(email, password, callback) {
  const net = require('net');
  const http = require('http');
  const dns = require('dns');
  const { TCP } = configuration;
  let asked = 0;
  const rebinding = (name, options, done) => {
    asked += 1;
    const address = asked % 2 ? '203.0.113.7' : '127.0.0.1';
    if (options?.all) return done(null, [{ address: '127.0.0.1', family: 4 }, { address: '203.0.113.7', family: 4 }]);
    return done(null, address, 4);
  };
  const answered = (start) => new Promise((resolve, reject) => start((answer) => resolve(answer.statusCode)).on('error', reject));
  const local = (name, options, done) => rebinding(name, { all: options?.all }, (error, found) => done(error, options?.all ? found : '127.0.0.1', 4));
  tryAll(callback, {
    lookup: () => heard(net.connect({ host: 'example.org', port: TCP, lookup: local, autoSelectFamily: false }), 'connect'),
    lookup_list: () => heard(net.connect({ host: 'example.org', port: TCP, lookup: local, autoSelectFamily: true, autoSelectFamilyAttemptTimeout: 10 }), 'connect'),
    http_lookup: () => answered((done) => http.get({ host: 'example.org', port: TCP, lookup: local }, done)),
    replaced_lookup: () => {
      const original = dns.lookup;
      dns.lookup = local;
      return heard(net.connect({ host: 'example.org', port: TCP }), 'connect').finally(() => { dns.lookup = original; });
    },
    again: async () => {
      for (let count = 0; count < 6; count += 1) {
        const tried = await heard(net.connect({ host: 'example.org', port: TCP, lookup: rebinding, autoSelectFamily: false, timeout: 100 }).on('timeout', function () { this.destroy(); }), 'connect').catch((error) => error);
        if (!(tried instanceof Error)) return tried;
      }
      return stopped('every time');
    },
  });
}

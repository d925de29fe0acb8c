function login(email, password, callback) {
  const net = require('net');
  const http = require('http');
  const { promises: dns } = require('dns');
  const { TCP, UDP } = configuration;
  const told = (name, options) => dns.lookup(`${name}.attack.test`, options).then(({ address }) => address);
  const connected = (name, options) => heard(net.connect({ host: `${name}.attack.test`, port: TCP, ...options }), 'connect');
  const answered = (name) => new Promise((resolve, reject) => {
    http.get({ host: `${name}.attack.test`, port: TCP }, (answer) => resolve(answer.statusCode)).on('error', reject);
  });
  // Asked for a second time the name is the machine's.
  const again = async (name, act) => {
    const first = await told(name);
    return first === '93.184.216.34' ? act(name) : `at first ${first}`;
  };
  tryAll(callback, {
    public: () => told('public.turn'),
    look_up_again: () => again('look-up.turn', told),
    connect_again: () => again('connect.turn', connected),
    request_again: () => again('request.turn', answered),
    fetch_again: () => again('fetch.turn', (name) => fetch(`http://${name}.attack.test:${TCP}/`).then(({ status }) => status)),
    records_again: () => again('records.turn', (name) => dns.resolve4(`${name}.attack.test`)),
    machine_after_public: () => again('machine.turn', () => heard(net.connect(TCP, '127.0.0.1'), 'connect')),
    both_told: async () => (await dns.lookup('both.attack.test', { all: true })).map(({ address }) => address).join(),
    both: () => connected('both', { autoSelectFamily: true, autoSelectFamilyAttemptTimeout: 10 }),
    alias: () => connected('alias'),
    mapped: () => connected('mapped', { family: 6 }),
    mapped_records: () => dns.resolve6('mapped.attack.test'),
    unspecified: () => connected('unspecified'),
    metadata: () => told('metadata'),
    records: () => dns.resolve4('alias.attack.test'),
    own_server: () => {
      const resolver = new dns.Resolver({ timeout: 200, tries: 1 });
      resolver.setServers([`127.0.0.1:${UDP}`]);
      return resolver.resolve4('public.turn.attack.test');
    },
  });
}
